// Discord's markdown, the part of it that bots and people use, as page elements.
import { h } from './dom.js';
import { withEmoji } from './icons.js';
import { momentElement } from './clock.js';

// order matters: the first rule that matches at the earliest place wins
const INLINE = [
  ['escape', /\\([\\*_~`|>#\-[\]()<])/],
  ['code', /(`{1,2})([^`]|[^`][\s\S]*?[^`])\1(?!`)/],
  ['moment', /<t:(-?\d{1,13})(?::([tTdDfFR]))?>/],
  ['person', /<@!?(\d+)>/],
  ['role', /<@&(\d+)>/],
  ['channel', /<#(\d+)>/],
  ['command', /<\/([^:>]+):\d+>/],
  ['custom', /<a?:(\w+):\d+>/],
  ['named', /\[([^\]]+)\]\(<?(https?:\/\/[^\s)>]+)>?\)/],
  ['address', /<?(https?:\/\/[^\s<>)]+)>?/],
  ['strong', /\*\*([\s\S]+?)\*\*(?!\*)/],
  ['u', /__([\s\S]+?)__(?!_)/],
  ['s', /~~([\s\S]+?)~~/],
  ['hidden', /\|\|([\s\S]+?)\|\|/],
  ['em', /\*(?!\s)([^*]+?)\*/],
  ['em', /\b_([^_]+?)_\b/],
];

function spoiler(children) {
  const reveal = (event) => {
    event.currentTarget.setAttribute('aria-expanded', 'true');
  };
  return h('button', { type: 'button', class: 'spoiler', 'aria-expanded': 'false', onclick: reveal }, children);
}

function address(url, words, names) {
  const inside = url.match(/^https:\/\/discord\.com\/channels\/\d+\/(\d+)/);
  const onclick = inside ? () => names.go(inside[1]) : () => names.outside(url);
  return h('button', { type: 'button', class: 'linkish', onclick, title: url }, words);
}

const MAKE = {
  escape: (m) => m[1],
  code: (m) => h('code', {}, m[2]),
  moment: (m, names) => momentElement(Number(m[1]), m[2] ?? 'f', names.zone()),
  person: (m, names) => h('span', { class: 'mention' }, `@${names.person(m[1])}`),
  role: (m, names) => h('span', { class: 'mention' }, `@${names.role(m[1])}`),
  channel: (m, names) => h('button', { type: 'button', class: 'mention', onclick: () => names.go(m[1]) },
    `#${names.channel(m[1])}`),
  command: (m) => h('span', { class: 'mention' }, `/${m[1]}`),
  custom: (m) => `:${m[1]}:`,
  named: (m, names) => address(m[2], m[1], names),
  address: (m, names) => address(m[1], m[1], names),
  strong: (m, names) => h('strong', {}, inline(m[1], names)),
  u: (m, names) => h('u', {}, inline(m[1], names)),
  s: (m, names) => h('s', {}, inline(m[1], names)),
  hidden: (m, names) => spoiler(inline(m[1], names)),
  em: (m, names) => h('em', {}, inline(m[1], names)),
};

export function inline(text, names) {
  const made = [];
  let rest = text;
  while (rest) {
    let first = null;
    for (const [kind, rule] of INLINE) {
      const found = rule.exec(rest);
      if (found && (!first || found.index < first.found.index)) first = { kind, found };
    }
    if (!first) break;
    const { kind, found } = first;
    made.push(...withEmoji(rest.slice(0, found.index)), MAKE[kind](found, names));
    rest = rest.slice(found.index + found[0].length);
  }
  return [...made, ...withEmoji(rest)];
}

function paragraph(lines, names) {
  const parts = lines.flatMap((line, at) => (at ? [h('br'), ...inline(line, names)] : inline(line, names)));
  return h('p', {}, parts);
}

function take(lines, from, test) {
  let to = from;
  while (to < lines.length && test(lines[to])) to += 1;
  return lines.slice(from, to);
}

const BULLET = /^\s*[-*] +/;
const NUMBER = /^\s*\d+\. +/;
const starts = (line) =>
  /^(#{1,3} |-# |> |>>> |```)/.test(line) || BULLET.test(line) || NUMBER.test(line);

/** Each rule looks at the lines from `at` on, and says what it made and how many lines it took. */
const BLOCKS = [
  (lines, at) => {
    if (!lines[at].startsWith('```')) return null;
    const single = lines[at].match(/^```(.+)```$/);
    if (single) return [h('pre', {}, h('code', {}, single[1])), 1];
    const body = take(lines, at + 1, (line) => !line.endsWith('```'));
    const last = (lines[at + 1 + body.length] ?? '```').replace(/```$/, '');
    return [h('pre', {}, h('code', {}, [...body, ...(last ? [last] : [])].join('\n'))), body.length + 2];
  },
  (lines, at, names) => {
    if (!lines[at].startsWith('>>> ')) return null;
    const body = [lines[at].slice(4), ...lines.slice(at + 1)].join('\n');
    return [h('blockquote', {}, markdown(body, names)), lines.length - at];
  },
  (lines, at, names) => {
    const body = take(lines, at, (line) => line.startsWith('> '));
    if (!body.length) return null;
    return [h('blockquote', {}, markdown(body.map((line) => line.slice(2)).join('\n'), names)), body.length];
  },
  (lines, at, names) => {
    const found = lines[at].match(/^(#{1,3}) +(.+)/);
    // the page's own heading is h1, an author's is h2
    return found && [h(`h${found[1].length + 2}`, {}, inline(found[2], names)), 1];
  },
  (lines, at, names) => lines[at].startsWith('-# ')
    && [h('p', { class: 'subtext' }, inline(lines[at].slice(3), names)), 1],
  ...[[BULLET, 'ul'], [NUMBER, 'ol']].map(([rule, tag]) => (lines, at, names) => {
    const body = take(lines, at, (line) => rule.test(line));
    if (!body.length) return null;
    return [h(tag, {}, body.map((line) => h('li', {}, inline(line.replace(rule, ''), names)))), body.length];
  }),
];

export function markdown(text, names) {
  const lines = text.split('\n');
  const made = [];
  let at = 0;
  while (at < lines.length) {
    if (!lines[at].trim()) {
      at += 1;
      continue;
    }
    const block = BLOCKS.map((rule) => rule(lines, at, names)).find(Boolean);
    if (block) {
      made.push(block[0]);
      at += block[1];
      continue;
    }
    const body = [lines[at], ...take(lines, at + 1, (line) => line.trim() && !starts(line))];
    made.push(paragraph(body, names));
    at += body.length;
  }
  return made;
}
