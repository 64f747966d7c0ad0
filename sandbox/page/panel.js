// Behind the scenes: what the bot asks of the sandbox, what can be broken, and who is here.
import { arrange, byId, h, Slot, toast } from './dom.js';
import { show } from './clock.js';
import { face } from './messages.js';

const KEPT = 150;

/** A route without its ids, to be broken before a slash only. */
const short = (route) => route.replaceAll(/(\/\{[^}]*\})+/g, '/…').split(/(?=\/)/)
  .flatMap((part) => [h('wbr'), part]);

class Log {
  constructor(link) {
    this.link = link;
    this.list = byId('log');
    this.state = new Slot(byId('bot-state'), (bot) => bot && [
      h('span', { class: bot.online ? 'dot on' : 'dot', 'aria-hidden': 'true' }),
      bot.online ? `${bot.name} is online` : `${bot.name} is not connected`,
    ]);
    link.addEventListener('log', ({ detail }) => this.add(detail));
    link.addEventListener('state', ({ detail }) => detail === 'open' && this.list.replaceChildren());
    link.addEventListener('change', () => this.state.update(link.get('bot')));
  }

  add(lines) {
    const low = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 40;
    this.list.append(...lines.map((line) => this.row(line)));
    while (this.list.childElementCount > KEPT) this.list.firstElementChild.remove();
    if (low) this.list.scrollTop = this.list.scrollHeight;
  }

  row(line) {
    const time = h('time', { class: 'muted', datetime: line.at }, show(Date.parse(line.at), 'T', 'UTC'));
    if (line.event) return h('li', { class: 'log-event' }, time, h('span', {}, line.event));
    const good = line.status < 400 && !line.fault;
    const status = h('span', { class: good ? 'status' : 'status bad' }, good ? String(line.status) : `${line.status} ${line.fault ?? 'refused'}`);
    const top = [time, h('span', { class: 'method' }, line.method), h('span', { class: 'route', title: line.route }, short(line.route)), status];
    if (!line.body) return h('li', {}, h('div', { class: 'log-line' }, top));
    return h('li', {}, h('details', {}, h('summary', { class: 'log-line' }, top), h('pre', {}, line.body)));
  }
}

class Break {
  constructor(link) {
    this.link = link;
    this.bot = new Slot(h('div', { class: 'break-group' }), (bot) => bot && this.botParts(bot));
    this.faults = new Slot(h('ul', { class: 'break-list' }), (faults) => (faults ?? []).map((one) => this.row(one)));
    byId('break').append(
      h('p', { class: 'muted' }, 'Each of these happens on Discord sooner or later. See what the bot does about it.'),
      this.bot.element, this.faults.element);
    link.addEventListener('change', () => {
      this.bot.update(link.get('bot'));
      this.faults.update(link.get('faults'));
    });
  }

  ask(what, details) {
    this.link.ask(what, details).catch((error) => toast(error.message));
  }

  botParts(bot) {
    const permissions = h('select', { id: 'permission', 'data-key': 'permission' }, bot.permissions.map((one) =>
      h('option', { value: one.key }, `${one.label}${one.has ? '' : ' (taken away)'}`)));
    const change = (has) => this.ask('permission', { key: permissions.value, has });
    return [
      h('div', { class: 'row' },
        h('button', { type: 'button', 'data-key': 'restart', onclick: () => this.ask('restart') }, 'Restart the bot'),
        h('button', { type: 'button', 'data-key': 'here', onclick: () => this.ask('membership', { here: !bot.here }) },
          bot.here ? 'Remove the bot from the server' : 'Add the bot back')),
      bot.here && h('div', { class: 'field' }, h('label', { for: 'permission' }, 'A permission of the bot'), permissions,
        h('div', { class: 'row' },
          h('button', { type: 'button', 'data-key': 'take', onclick: () => change(false) }, 'Take it away'),
          h('button', { type: 'button', 'data-key': 'give', onclick: () => change(true) }, 'Give it back'))),
    ];
  }

  row(fault) {
    const press = () => this.ask('fault', { key: fault.key, on: !fault.on });
    return h('li', {}, h('button', {
      type: 'button', 'data-key': fault.key, onclick: press,
      'aria-pressed': fault.lasting ? String(fault.on) : null, class: fault.on ? 'on' : null,
    }, fault.on ? `End: ${fault.name}` : fault.name), fault.about && h('p', { class: 'muted' }, fault.about));
  }
}

export class Panel {
  constructor(link, become) {
    this.log = new Log(link);
    this.break = new Break(link);
    this.rows = new Map();
    link.addEventListener('change', ({ detail }) => {
      if (detail.changed.has('people') || detail.changed.has('me')) this.people(link, become);
    });
  }

  people(link, become) {
    const me = link.get('me');
    const rows = link.get('people', []).map((one) => {
      if (!this.rows.has(one.id)) {
        this.rows.set(one.id, new Slot(h('li'), (shown) => this.person(shown, become)));
      }
      const slot = this.rows.get(one.id);
      slot.update({ ...one, me: one.id === me?.id });
      return slot.element;
    });
    arrange(byId('people'), rows);
  }

  person(one, become) {
    const note = one.bot ? 'App' : [one.moderator && 'Moderator', one.zone?.split('/').at(-1).replaceAll('_', ' ')].filter(Boolean).join(', ');
    const parts = [face(one), h('span', { class: 'person-name' }, one.name, h('small', { class: 'muted' }, one.me ? `${note ? `${note} · ` : ''}you` : note))];
    if (one.bot) return h('div', { class: 'person' }, parts);
    return h('button', { type: 'button', class: one.me ? 'person current' : 'person', 'data-key': one.id, 'aria-pressed': String(one.me), onclick: () => become(one.id) },
      parts);
  }
}
