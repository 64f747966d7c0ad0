// Where a person writes: a message, a reply with its ping switch, or a slash command.
import { byId, freshId, h, Slot, toast } from './dom.js';
import { icon } from './icons.js';
import { Choices } from './choices.js';
import { CommandForm } from './command.js';

export class Composer {
  constructor(link, names) {
    this.link = link;
    this.names = names;
    this.reply = null;
    this.command = null;
    this.build();
    link.addEventListener('change', ({ detail }) => this.hear(detail));
  }

  build() {
    const id = 'composer';
    this.field = h('textarea', { id, rows: 1, maxlength: 2000, 'aria-describedby': 'composer-hint' });
    this.label = h('label', { for: id, class: 'visually-hidden' }, 'Message');
    this.choices = new Choices(this.field, 'Commands', (item) => this.choose(item.command));
    this.field.addEventListener('input', () => this.typed());
    this.field.addEventListener('keydown', (event) => this.key(event));
    this.button = h('button', { type: 'submit', class: 'primary' }, icon('send'), h('span', {}, 'Send'));
    this.writing = h('form', { class: 'writing' }, this.label, this.field, this.button);
    this.writing.addEventListener('submit', (event) => {
      event.preventDefault();
      this.send();
    });
    this.replyBar = new Slot(h('div', { class: 'reply-bar', hidden: true }), (reply) => reply && this.replyParts(reply));
    this.hint = h('p', { id: 'composer-hint', class: 'muted hint' }, 'Type / to see the commands of the bot');
    this.trouble = h('p', { class: 'trouble', role: 'alert' });
    this.place = h('div', { class: 'command-place', hidden: true });
    byId('composer-place').append(this.trouble, this.choices.list, this.replyBar.element, this.place, this.writing, this.hint);
  }

  replyParts(reply) {
    const ping = h('input', { type: 'checkbox', role: 'switch', id: freshId('ping'), checked: true });
    ping.addEventListener('change', () => { this.ping = ping.checked; });
    this.ping = true;
    return [icon('reply'), h('span', { class: 'cut' }, 'Replying to ', h('strong', {}, reply.author)),
      h('label', { class: 'tick' }, ping, h('span', {}, 'Ping')),
      h('button', { type: 'button', class: 'linkish', onclick: () => this.replyTo(null) }, 'Cancel')];
  }

  replyTo(message) {
    this.reply = message;
    this.replyBar.update(message && { id: message.id, author: message.author.name });
    if (message) this.field.focus();
  }

  hear({ changed }) {
    const here = this.link.get('here');
    const place = here && `${here.id}/${this.link.get('me')?.id}`;
    if (place !== this.where) {
      this.where = place;
      this.replyTo(null);
      this.closeCommand();
      this.trouble.textContent = '';
    }
    if (here && (changed.has('here') || changed.has('me'))) {
      this.field.disabled = this.button.disabled = !here.can_send;
      this.label.textContent = `Message ${here.label}`;
      this.field.placeholder = here.can_send ? `Message ${here.label}` : 'You cannot write here';
    }
    // a push must not close the list a person is reading, but it may bring new commands
    if (changed.has('commands') && !this.command) this.typed();
  }

  typed() {
    this.field.style.height = 'auto';
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 160)}px`;
    const typed = this.field.value;
    if (!typed.startsWith('/') || document.activeElement !== this.field) {
      if (this.choices.open) this.choices.hide();
      return;
    }
    const start = typed.slice(1).toLowerCase();
    const found = this.link.get('commands', []).filter((one) => one.name.startsWith(start));
    this.choices.show(found.map((command) => ({ label: `/${command.name}`, detail: command.description, command })));
  }

  key(event) {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.writing.requestSubmit();
    }
    if (event.key === 'Escape' && this.reply) this.replyTo(null);
  }

  async send() {
    const text = this.field.value.trim();
    if (!text) return;
    const typed = text.match(/^\/(\S+(?: \S+){0,2})$/);
    const command = typed && this.link.get('commands', []).find((one) => one.name === typed[1]);
    if (command) return this.choose(command);
    if (text.startsWith('/')) return toast(`There is no command ${text.split(' ')[0]} here for you.`);
    const reply = this.reply;
    try {
      await this.link.ask('say', { channel: this.link.get('here').id, text, reply: reply?.id ?? null, ping: this.ping });
      this.field.value = '';
      this.replyTo(null);
      this.typed();
    } catch (error) {
      toast(error.message);
    }
    return null;
  }

  choose(command) {
    this.field.value = '';
    this.choices.hide();
    this.trouble.textContent = '';
    this.command = new CommandForm(command, this.link, this.names, {
      close: () => {
        this.closeCommand();
        this.field.focus();
      },
      trouble: (sentence) => { this.trouble.textContent = sentence; },
    });
    this.place.replaceChildren(this.command.element);
    this.place.hidden = false;
    this.writing.hidden = this.hint.hidden = true;
    this.command.focus();
  }

  closeCommand() {
    this.command?.stop();
    this.command = null;
    this.place.replaceChildren();
    this.place.hidden = true;
    this.writing.hidden = this.hint.hidden = false;
  }
}
