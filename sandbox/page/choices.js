// A list of choices under a text field: arrow keys, Enter, Escape, pointer. The field keeps the focus.
import { freshId, h } from './dom.js';

export class Choices {
  constructor(field, label, onPick) {
    this.field = field;
    this.onPick = onPick;
    this.list = h('ul', { role: 'listbox', id: freshId('choices'), class: 'choices', 'aria-label': label, hidden: true });
    this.items = [];
    this.at = -1;
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', this.list.id);
    field.setAttribute('autocomplete', 'off');
    field.addEventListener('keydown', (event) => this.#key(event));
    field.addEventListener('blur', () => this.hide());
  }

  get open() {
    return !this.list.hidden;
  }

  show(items) {
    this.items = items;
    this.list.replaceChildren(...items.map((item, at) => h('li', {
      role: 'option', id: `${this.list.id}-${at}`, 'aria-selected': 'false',
      // the field would lose the focus, and the list would close, before the click arrived
      onpointerdown: (event) => event.preventDefault(),
      onclick: () => this.#pick(at),
    }, h('span', { class: 'choice-name' }, item.label), item.detail && h('span', { class: 'muted' }, item.detail))));
    this.list.hidden = items.length === 0;
    if (this.field.getAttribute('role') === 'combobox') {
      this.field.setAttribute('aria-expanded', String(this.open));
    }
    this.#mark(items.length ? 0 : -1);
  }

  hide() {
    this.show([]);
  }

  #mark(at) {
    this.at = at;
    [...this.list.children].forEach((row, index) => row.setAttribute('aria-selected', String(index === at)));
    const row = this.list.children[at];
    if (row) {
      this.field.setAttribute('aria-activedescendant', row.id);
      row.scrollIntoView({ block: 'nearest' });
    } else this.field.removeAttribute('aria-activedescendant');
  }

  #pick(at) {
    const item = this.items[at];
    this.hide();
    if (item) this.onPick(item);
  }

  #key(event) {
    if (!this.open || event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      this.#mark((this.at + steps[event.key] + this.items.length) % this.items.length);
    } else if (event.key === 'Enter' || event.key === 'Tab') this.#pick(this.at);
    else if (event.key === 'Escape') this.hide();
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}
