// Every picture on the page is drawn here: no emoji font is needed, and nothing is fetched.
import { svg } from './dom.js';

const STROKES = {
  hash: 'M9 4 7 20M17 4l-2 16M4 9h17M3 15h17',
  envelope: 'M3 6h18v12H3zM3 7l9 7 9-7',
  reply: 'M10 7 4 12l6 5M4 12h9c4 0 6 2 7 6',
  smile: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM8.500 14.500c2 2.500 5 2.500 7 0M9 9.500v.500M15 9.500v.500',
  menu: 'M4 7h16M4 12h16M4 17h16',
  tools: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.500v5M9 14.500v5',
  eye: 'M2.500 12c5-8 14-8 19 0-5 8-14 8-19 0zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  send: 'M4 12 20 5l-5 15-3-6z',
  lock: 'M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3',
};

const EMOJI = {
  '✅': ['check mark', [['rect', { x: 3, y: 3, width: 18, height: 18, rx: 4, fill: '#2f8f6b' }],
    ['path', { d: 'm7.500 12.500 3 3 6-7', fill: 'none', stroke: '#fff', 'stroke-width': 2.4 }]]],
  '❤': ['heart', [['path', { d: 'M12 20C4 14 3 10 4.500 7.500c1.700-2.800 5.500-2.500 7.500.500 2-3 5.800-3.300 7.500-.500C21 10 20 14 12 20z', fill: '#c4504f' }]]],
  '👍': ['thumbs up', [['path', { d: 'M4 11h3v9H4zM8.500 11 12 4c1.800 0 2.300 1.300 2 2.700L13.400 10H19c1.300 0 2 1.200 1.600 2.300l-2 6.200A2 2 0 0 1 16.700 20H8.500z', fill: '#d9a441' }]]],
  '🌱': ['seedling', [['path', { d: 'M11 21v-8C6 13 4 10 4 6c5 0 7 2 8 5 1-4 3-6 8-6 0 5-2 8-7 8v8z', fill: '#4c9a62' }]]],
  '☀': ['sun', [['circle', { cx: 12, cy: 12, r: 4.5, fill: '#dfa13a' }],
    ['path', { d: 'M12 2.500v3M12 18.500v3M2.500 12h3M18.500 12h3M5.300 5.300l2.100 2.100M16.600 16.600l2.100 2.100M18.700 5.300l-2.100 2.100M7.400 16.600l-2.100 2.100', stroke: '#dfa13a', 'stroke-width': 2 }]]],
  '🙏': ['folded hands', [['path', { d: 'M11.300 3c-1 0-1.300 1-1.300 2v6l-4 5v5h4l1.500-2zM12.700 3c1 0 1.300 1 1.300 2v6l4 5v5h-4l-1.500-2z', fill: '#d9a441' }]]],
};

export function icon(name) {
  return svg('svg', { class: 'icon', viewBox: '0 0 24 24', 'aria-hidden': 'true' },
    svg('path', { d: STROKES[name], fill: 'none', stroke: 'currentColor', 'stroke-width': 1.8,
      'stroke-linecap': 'round', 'stroke-linejoin': 'round' }));
}

export const REACTIONS = ['✅', '❤', '👍', '🌱', '☀', '🙏'];

const bare = (text) => text.replaceAll('\uFE0F', '');

export const emojiName = (text) => EMOJI[bare(text)]?.[0] ?? text;

/** The drawing of an emoji, or the character itself where we have no drawing. */
export function emoji(text) {
  const drawn = EMOJI[bare(text)];
  if (!drawn) return document.createTextNode(text);
  return svg('svg', { class: 'emoji', viewBox: '0 0 24 24', role: 'img', 'aria-label': drawn[0] },
    drawn[1].map(([tag, attributes]) => svg(tag, attributes)));
}

/** Split words so that each emoji we can draw is drawn. */
export function withEmoji(text) {
  const parts = text.split(/([✅❤☀👍🌱🙏]\uFE0F?)/u);
  return parts.filter(Boolean).map((part) =>
    EMOJI[bare(part)] ? emoji(part) : document.createTextNode(part));
}
