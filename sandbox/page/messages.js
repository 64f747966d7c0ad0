// The list of messages: one row for each, and of a row only the part that changed is drawn again.
import { announce, arrange, byId, h, Slot, toast } from './dom.js';
import { emoji, emojiName, icon, REACTIONS } from './icons.js';
import { show } from './clock.js';
import { Drawing } from './components.js';
import { openForm } from './form.js';
import { markdown } from './markdown.js';

export const tint = (id) => `tint-${Number(BigInt(id) % 6n)}`;

export function face(person) {
  const word = person.name.replace(/[^\p{L}\p{N}]/gu, '');
  return h('span', { class: `face ${person.bot ? 'bot' : tint(person.id)}`, 'aria-hidden': 'true' }, (word[0] ?? '?').toUpperCase());
}

class Row {
  constructor(id, room) {
    this.id = id;
    this.room = room;
    const drawing = new Drawing(room.names, (...what) => this.act(...what));
    const words = (message) => (message.content ? markdown(message.content, room.names) : []);
    this.slots = [
      this.slot('reply-line', (m) => m.reply, (reply) => reply && [icon('reply'), h('span', {}, 'Replying to ', h('strong', {}, reply.author), reply.ping ? '' : ' (ping off)'), h('span', { class: 'muted cut' }, reply.text)]),
      this.slot('reply-line', (m) => m.used, (used) => used && [h('strong', {}, used.person), used.command ? ` used /${used.command}` : ' used a command']),
      this.slot('head', (m) => [m.author, m.at, m.edited, this.room.zone()], (parts) => this.head(...parts)),
      this.slot('prose', (m) => [m.thinking, m.content], ([thinking, content]) => (thinking ? h('p', { class: 'muted' }, 'Thinking …') : words({ content }))),
      this.slot('files', (m) => m.attachments, (files) => (files ?? []).map((one) => h('p', { class: 'muted picture' }, `${one.name} (${one.size} bytes)`))),
      this.slot('embeds', (m) => m.embeds, (embeds) => (embeds ?? []).map((one) => drawing.embed(one))),
      this.slot('components', (m) => m.components, (parts) => drawing.all(parts)),
      this.slot('only-you', (m) => m.ephemeral, (yes) => yes && [icon('eye'), h('span', {}, 'Only you can see this'), h('button', { type: 'button', class: 'linkish', onclick: () => room.link.ask('dismiss', { message: id }).catch((error) => toast(error.message)) }, 'Dismiss')]),
      this.slot('reactions', (m) => m.reactions, (list) => (list ?? []).map((one) => this.reaction(one))),
    ];
    this.trouble = h('p', { class: 'trouble', role: 'alert' });
    this.picture = h('div', { class: 'picture-place' });
    this.body = h('div', { class: 'message-body' }, this.slots.map((one) => one.slot.element), this.trouble);
    this.tools = this.actions();
    this.element = h('li', { class: 'message', 'data-message': id }, this.picture, this.body, this.tools);
  }

  slot(name, part, build) {
    return { part, slot: new Slot(h('div', { class: name, hidden: true }), build) };
  }

  head(author, at, edited, zone) {
    return [h('strong', { class: 'author' }, author.name), author.bot && h('span', { class: 'badge' }, 'App'),
      h('time', { class: 'muted', datetime: at, title: `${show(Date.parse(at), 'F', zone)} (${zone})` }, show(Date.parse(at), 't', zone)),
      edited && h('span', { class: 'muted' }, '(edited)')];
  }

  reaction(one) {
    return h('button', {
      type: 'button', class: one.me ? 'reaction mine' : 'reaction', 'aria-pressed': String(one.me), 'data-key': one.emoji,
      'aria-label': `${emojiName(one.emoji)}, ${one.count}`, onclick: () => this.react(one.emoji, !one.me),
    }, emoji(one.emoji), ` ${one.count}`);
  }

  react(mark, on) {
    this.room.link.ask('react', { message: this.id, emoji: mark, on }).catch((error) => toast(error.message));
  }

  actions() {
    const reply = h('button', { type: 'button', class: 'quiet', onclick: () => this.room.replyTo(this.message) }, icon('reply'), h('span', {}, 'Reply'));
    const menu = h('details', { class: 'react-menu' }, h('summary', { class: 'quiet', 'aria-label': 'React' }, icon('smile')),
      h('div', { class: 'react-list' }, REACTIONS.map((mark) => h('button', {
        type: 'button', class: 'quiet', 'aria-label': `React with ${emojiName(mark)}`,
        onclick: () => { menu.open = false; this.react(mark, true); },
      }, emoji(mark)))));
    return h('div', { class: 'message-tools' }, reply, menu);
  }

  async act(what, custom_id, values, control) {
    this.trouble.textContent = '';
    control.setAttribute('aria-busy', 'true');
    try {
      const answer = await this.room.link.ask(what, { message: this.id, custom_id, values });
      if (answer.modal) openForm(answer.modal, this.room.link, this.room.names);
    } catch (error) {
      this.trouble.textContent = error.message;
    } finally {
      control.removeAttribute('aria-busy');
    }
  }

  update(message) {
    if (!this.message) this.picture.append(face(message.author));
    this.message = message;
    for (const { part, slot } of this.slots) slot.update(part(message) ?? null);
    this.element.classList.toggle('private', Boolean(message.ephemeral));
    this.tools.hidden = Boolean(message.ephemeral);
  }
}

export class Messages {
  constructor(link, names, replyTo) {
    this.link = link;
    this.names = names;
    this.replyTo = replyTo;
    this.rows = new Map();
    this.list = byId('messages');
    this.scroll = byId('scroll');
    this.beginning = new Slot(byId('beginning'), (parts) => parts && [
      h('p', {}, parts[2] ? 'Older messages are not shown.' : `The beginning of ${parts[0]}.`),
      parts[1] && h('p', {}, parts[1]),
    ]);
    link.addEventListener('change', ({ detail }) => this.hear(detail));
  }

  zone() {
    return this.names.zone();
  }

  hear({ changed, fresh }) {
    const here = this.link.get('here');
    const place = here && `${here.id}/${this.link.get('me')?.id}`;
    const moved = place !== this.place;
    if (moved) this.rows.clear();
    this.place = place;
    if (!moved && ![...changed].some((key) => key === 'order' || key === 'me' || key.startsWith('m:'))) return;
    const low = moved || this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < 80;
    const order = this.link.get('order', []);
    this.beginning.update(here && [here.label, here.hint, this.link.get('more', false)]);
    const news = [];
    for (const id of order) {
      const message = this.link.get(`m:${id}`);
      if (!message) continue;
      if (!this.rows.has(id)) {
        this.rows.set(id, new Row(id, this));
        news.push(message);
      }
      this.rows.get(id).update(message);
    }
    for (const id of [...this.rows.keys()]) if (!order.includes(id)) this.rows.delete(id);
    arrange(this.list, order.map((id) => this.rows.get(id)?.element).filter(Boolean));
    if (low) this.scroll.scrollTop = this.scroll.scrollHeight;
    if (!moved && !fresh) this.tell(news);
  }

  tell(news) {
    const last = news.at(-1);
    if (!last) return;
    const words = this.rows.get(last.id).body.innerText;
    announce(`${news.length > 1 ? `${news.length} new messages. The last: ` : ''}${words.slice(0, 300)}`);
  }
}
