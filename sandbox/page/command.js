// The form of one slash command: a field for each option, with suggestions from the bot where it gives any.
import { freshId, h } from './dom.js';
import { Choices } from './choices.js';
import { openForm } from './form.js';

const LATER = 120;

function choiceField(option, rows) {
  return h('select', { id: freshId('option'), required: option.required },
    h('option', { value: '' }, option.required ? 'Choose one' : 'Left out'),
    rows.map((one) => h('option', { value: one.value }, one.label)));
}

function plainField(option) {
  const id = freshId('option');
  const { required } = option;
  const number = { id, type: 'number', required, min: option.min_value, max: option.max_value };
  if (option.type === 4) return h('input', { ...number, step: 1 });
  if (option.type === 10) return h('input', { ...number, step: 'any' });
  return h('input', { id, type: 'text', required, minlength: option.min_length, maxlength: option.max_length });
}

export class CommandForm {
  constructor(command, link, names, { close, trouble }) {
    Object.assign(this, { command, link, names, close, trouble });
    this.fields = new Map();
    const rows = command.options.map((option) => this.row(option));
    this.button = h('button', { type: 'submit', class: 'primary' }, 'Send');
    this.element = h('form', { class: 'command', 'aria-label': `Command /${command.name}` },
      h('p', { class: 'command-name' }, h('strong', {}, `/${command.name}`), ' ', h('span', { class: 'muted' }, command.description)),
      rows.length > 0 && h('div', { class: 'command-fields' }, rows),
      h('div', { class: 'form-end' }, h('button', { type: 'button', onclick: close }, 'Cancel'), this.button));
    this.element.addEventListener('submit', (event) => {
      event.preventDefault();
      this.send();
    });
    this.element.addEventListener('keydown', (event) => { if (event.key === 'Escape') close(); });
  }

  focus() {
    (this.element.querySelector('input, select') ?? this.button).focus();
  }

  stop() {
    this.stopped = true;
    for (const { timer } of this.fields.values()) clearTimeout(timer);
  }

  listed(option) {
    if (option.choices) return option.choices.map((one) => ({ value: String(one.value), label: one.name }));
    const fits = (one) => !option.channel_types?.length || option.channel_types.includes(one.kind);
    const lists = {
      5: () => [{ value: 'true', label: 'Yes' }, { value: 'false', label: 'No' }],
      6: () => this.names.people().map((one) => ({ value: one.id, label: one.name })),
      7: () => this.names.channels().filter(fits).map((one) => ({ value: one.id, label: `#${one.name}` })),
      8: () => this.names.roles().map((one) => ({ value: one.id, label: `@${one.name}` })),
    };
    return lists[option.type]?.() ?? null;
  }

  row(option) {
    const rows = this.listed(option);
    const control = rows ? choiceField(option, rows) : plainField(option);
    const kept = { option, control, timer: null, picked: null };
    this.fields.set(option.name, kept);
    const note = h('small', { class: 'muted', id: freshId('about') }, option.description);
    control.setAttribute('aria-describedby', note.id);
    const parts = [h('label', { for: control.id }, option.name, !option.required && h('span', { class: 'may' }, ' (optional)')), control];
    if (option.autocomplete) parts.push(this.suggest(kept));
    return h('div', { class: 'option' }, parts, note);
  }

  suggest(kept) {
    kept.control.setAttribute('role', 'combobox');
    kept.control.setAttribute('aria-expanded', 'false');
    const choices = new Choices(kept.control, `Suggestions for ${kept.option.name}`, (item) => {
      kept.picked = item;
      kept.control.value = item.label;
    });
    const ask = () => {
      clearTimeout(kept.timer);
      kept.timer = setTimeout(() => this.complete(kept, choices), LATER);
    };
    kept.control.addEventListener('input', ask);
    kept.control.addEventListener('focus', ask);
    return choices.list;
  }

  async complete(kept, choices) {
    const typed = kept.control.value;
    if (kept.picked?.label === typed) return;
    try {
      const found = await this.link.ask('complete', {
        channel: this.link.get('here').id, command: this.command.name, option: kept.option.name,
        typed, others: this.values(kept),
      });
      // an answer that comes late must not cover what has been typed since
      if (this.stopped || kept.control.value !== typed || document.activeElement !== kept.control) return;
      choices.show(found.choices.map((one) => ({ label: one.name, value: one.value })));
    } catch (error) {
      if (!this.stopped) this.trouble(error.message);
    }
  }

  values(leaveOut = null) {
    const given = {};
    for (const kept of this.fields.values()) {
      const raw = kept.control.value;
      if (kept === leaveOut || raw === '') continue;
      given[kept.option.name] = kept.picked?.label === raw ? kept.picked.value : raw;
    }
    return given;
  }

  async send() {
    this.trouble('');
    this.button.disabled = true;
    try {
      const answer = await this.link.ask('slash', {
        channel: this.link.get('here').id, command: this.command.name, options: this.values(),
      });
      if (this.stopped) return;
      this.close();
      if (answer.modal) openForm(answer.modal, this.link, this.names);
    } catch (error) {
      this.trouble(`/${this.command.name}: ${error.message}`);
    } finally {
      this.button.disabled = false;
    }
  }
}
