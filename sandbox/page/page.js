// The sandbox page: puts the parts together and keeps the line to the sandbox.
import { byId, h, Slot, toast } from './dom.js';
import { icon } from './icons.js';
import { Link } from './link.js';
import { ClockPanel } from './clock.js';
import { Composer } from './composer.js';
import { Messages } from './messages.js';
import { Panel } from './panel.js';

const link = new Link('ws');

/** What ids stand for, and the few things words of a message can lead to. */
const names = {
  zone: () => link.get('me')?.zone ?? 'UTC',
  people: () => link.get('people', []),
  roles: () => link.get('roles', []),
  channels: () => link.get('channels', []),
  find: (list, id) => list.find((one) => one.id === id)?.name,
  person: (id) => names.find(names.people(), id) ?? 'someone',
  role: (id) => names.find(names.roles(), id) ?? 'a role',
  channel: (id) => names.find(names.channels(), id) ?? 'a channel you cannot see',
  go: (id) => link.lookAt({ channel: id }),
  outside: (url) => toast(`On Discord this would open ${url}. The sandbox stays on this computer.`),
};

const drawers = [['open-places', 'places', 'menu', 'Channels'], ['open-tools', 'tools', 'tools', 'Behind the scenes']];

function setDrawer(id, open) {
  for (const [button, place] of drawers) {
    const shown = open && place === id;
    byId(place).classList.toggle('open', shown);
    byId(button).setAttribute('aria-expanded', String(shown));
  }
  byId('backdrop').hidden = !open;
  if (open) byId(id).querySelector('button, summary')?.focus();
}

for (const [button, place, picture, label] of drawers) {
  byId(button).append(icon(picture), h('span', { class: 'visually-hidden' }, label));
  byId(button).addEventListener('click', () => setDrawer(place, !byId(place).classList.contains('open')));
}
byId('backdrop').addEventListener('click', () => setDrawer(null, false));
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || byId('backdrop').hidden) return;
  const opener = drawers.find(([, place]) => byId(place).classList.contains('open'))?.[0];
  setDrawer(null, false);
  if (opener) byId(opener).focus();
});

function go(channel) {
  link.lookAt({ channel });
  setDrawer(null, false);
}

// the last message each person has seen in each channel; what was there at first sight is not news
const read = new Map();

function unread(one, me, current) {
  const key = `${me}/${one.id}`;
  if (one.id === current || !read.has(key)) read.set(key, one.last);
  return read.get(key) !== one.last;
}

function place(one, current) {
  return h('li', {}, h('button', {
    type: 'button', class: 'place', 'data-key': one.id, 'aria-current': one.id === current ? 'page' : null,
    onclick: () => go(one.id),
  }, icon(one.dm ? 'envelope' : one.private ? 'lock' : 'hash'), h('span', { class: 'cut' }, one.name),
  one.unread && h('span', { class: 'unread' }, h('span', { class: 'visually-hidden' }, 'new messages'))));
}

const places = new Slot(byId('places'), ({ guilds, dms, current }) => [
  ...guilds.map((guild) => h('section', {}, h('h2', {}, guild.name),
    h('ul', {}, guild.channels.map((one) => place(one, current))))),
  h('section', {}, h('h2', {}, 'Direct messages'),
    h('ul', {}, dms.map((one) => place({ ...one, dm: true }, current)))),
]);

const youAre = byId('you-are');
const chooser = new Slot(youAre, (people) => people.map((one) =>
  h('option', { value: one.id }, one.moderator ? `${one.name} (moderator)` : one.name)));

function become(id) {
  link.lookAt({ as: id });
}
youAre.addEventListener('change', () => become(youAre.value));

function head() {
  const here = link.get('here');
  const me = link.get('me');
  if (!here || !me) return;
  byId('here-name').textContent = here.label;
  byId('here-topic').textContent = here.topic ?? '';
  document.title = `${here.label} · Sandbox`;
  chooser.update(names.people().filter((one) => !one.bot).map(({ id, name, moderator }) => ({ id, name, moderator })));
  youAre.value = me.id;
  const marked = (list) => list.map(({ last, ...one }) => ({ ...one, unread: unread({ ...one, last }, me.id, here.id) }));
  places.update({
    guilds: link.get('guilds', []).map((one) => ({ ...one, channels: marked(one.channels) })),
    dms: marked(link.get('dms', [])),
    current: here.id,
  });
}

link.addEventListener('change', head);
link.addEventListener('state', ({ detail }) => {
  document.body.classList.toggle('lost', detail === 'lost');
  byId('banner').firstElementChild.textContent = detail === 'lost'
    ? 'The sandbox does not answer. Trying again …'
    : 'This is not Discord. Nothing leaves this computer.';
});

new ClockPanel(link);
const composer = new Composer(link, names);
new Messages(link, names, (message) => composer.replyTo(message));
new Panel(link, become);
link.open();
