// Sandbox time: what the sandbox last said, carried on by the browser's monotonic clock.
import { byId, h, toast } from './dom.js';

let said = { at: 0, heard: 0 };
let known = false;

export function now() {
  return said.at + (performance.now() - said.heard);
}

const FORMS = {
  t: { hour: '2-digit', minute: '2-digit' },
  T: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  d: { day: '2-digit', month: '2-digit', year: 'numeric' },
  D: { day: 'numeric', month: 'long', year: 'numeric' },
  f: { day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  F: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
};

export function show(moment, form, zone) {
  return new Intl.DateTimeFormat('en-GB', { ...FORMS[form], timeZone: zone, hourCycle: 'h23' })
    .format(moment);
}

const STEPS = [['year', 31536000], ['month', 2628000], ['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];

export function relative(moment) {
  const seconds = Math.round((moment - now()) / 1000);
  const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? STEPS.at(-1);
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.round(seconds / size), unit);
}

export function momentElement(seconds, form, zone) {
  const moment = seconds * 1000;
  if (!Number.isFinite(new Date(moment).getTime())) return document.createTextNode('(no such time)');
  const words = form === 'R' ? relative(moment) : show(moment, form, zone);
  return h('time', {
    class: 'moment', datetime: new Date(moment).toISOString(),
    title: `${show(moment, 'F', zone)} (${zone})`, 'data-relative': form === 'R' ? moment : null,
  }, words);
}

export class ClockPanel {
  constructor(link) {
    this.link = link;
    for (const button of document.querySelectorAll('[data-jump]')) {
      button.addEventListener('click', () => this.jump(button, { seconds: Number(button.dataset.jump) }));
    }
    const next = byId('next-prompt');
    next.addEventListener('click', () => this.jump(next, { next: true }));
    link.addEventListener('change', () => this.hear());
    setInterval(() => this.draw(), 1000);
  }

  jump(button, how) {
    button.setAttribute('aria-busy', 'true');
    this.link.ask('jump', how)
      .catch((error) => toast(error.message))
      .finally(() => button.removeAttribute('aria-busy'));
  }

  hear() {
    const clock = this.link.get('clock');
    if (!clock || clock === this.heard) return;
    this.heard = clock;
    known = true;
    said = { at: Date.parse(clock.now), heard: performance.now() };
    const next = byId('next-prompt');
    next.title = clock.next_due
      ? `The bot says its next prompt is due ${show(Date.parse(clock.next_due), 'F', 'UTC')} UTC`
      : 'The bot has not said yet when its next prompt is due';
    next.classList.toggle('waiting', !clock.next_due);
    this.draw();
  }

  draw() {
    if (!known) return;
    const zone = this.link.get('me')?.zone ?? 'UTC';
    const line = (where) => `${new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: where }).format(now())}, ${show(now(), 'T', where)}`;
    byId('clock-here').textContent = line(zone);
    byId('clock-zone').textContent = zone.split('/').at(-1).replaceAll('_', ' ');
    byId('clock-zone').title = `${zone}: the zone of the person you are`;
    byId('clock-utc').textContent = line('UTC');
    for (const element of document.querySelectorAll('time[data-relative]')) {
      element.textContent = relative(Number(element.dataset.relative));
    }
  }
}
