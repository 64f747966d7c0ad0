// The parts of a bot's message that are not its text: buttons, selects, layouts and embeds.
import { h } from './dom.js';
import { emoji } from './icons.js';
import { field, SELECTS } from './fields.js';
import { markdown } from './markdown.js';

const BUTTONS = { 1: 'primary', 2: 'secondary', 3: 'success', 4: 'danger', 5: 'secondary' };
const colour = (number) => (number === null || number === undefined ? null : `#${number.toString(16).padStart(6, '0')}`);

/** Draw the components of one message. `act(what, custom_id, values)` sends what a person does. */
export class Drawing {
  constructor(names, act) {
    this.names = names;
    this.act = act;
  }

  all(components) {
    return (components ?? []).map((one) => this.one(one)).filter(Boolean);
  }

  one(part) {
    if (SELECTS.has(part.type)) return this.select(part);
    const draw = {
      1: () => h('div', { class: 'row' }, this.all(part.components)),
      2: () => this.button(part),
      9: () => this.section(part),
      10: () => h('div', { class: 'prose' }, markdown(part.content, this.names)),
      11: () => h('p', { class: 'muted picture' }, part.description ?? 'A picture'),
      12: () => h('ul', { class: 'gallery' }, part.items.map((one) => h('li', { class: 'muted picture' }, one.description ?? 'A picture'))),
      13: () => h('p', { class: 'muted picture' }, part.name ?? part.file?.url?.split('/').at(-1) ?? 'A file'),
      14: () => h('hr', { class: part.divider === false ? 'gap' : null, 'data-spacing': part.spacing }),
      17: () => this.container(part),
    }[part.type];
    return draw ? draw() : null;
  }

  button(part) {
    const press = (event) => {
      if (part.url) this.names.outside(part.url);
      else this.act('press', part.custom_id, null, event.currentTarget);
    };
    const picture = part.emoji?.name ? [emoji(part.emoji.name), ' '] : [];
    return h('button', {
      type: 'button', class: BUTTONS[part.style] ?? 'secondary', disabled: part.disabled,
      'data-key': part.custom_id ?? part.url, onclick: press,
    }, picture, part.label ?? '');
  }

  select(part) {
    const made = field({ ...part, required: (part.min_values ?? 1) > 0 }, this.names);
    const name = part.placeholder ?? 'Choose';
    made.control.setAttribute('aria-label', name);
    if (made.group) made.control.setAttribute('role', 'group');
    const choose = (event) => this.act('choose', part.custom_id, made.values(), event.currentTarget);
    return h('div', { class: 'choose' }, made.control,
      h('button', { type: 'button', class: 'secondary', disabled: part.disabled, 'data-key': `${part.custom_id}/choose`, 'aria-label': `Choose: ${name}`, onclick: choose }, 'Choose'));
  }

  section(part) {
    return h('div', { class: 'section' }, h('div', { class: 'section-words' }, this.all(part.components)),
      part.accessory && this.one(part.accessory));
  }

  container(part) {
    const box = h('div', { class: 'card' }, this.all(part.components));
    const accent = colour(part.accent_color);
    if (accent) box.style.setProperty('--edge', accent);
    return box;
  }

  embed(one) {
    const title = one.title && h('p', { class: 'embed-title' }, markdownLine(one.title, this.names));
    const fields = (one.fields ?? []).map((part) => h('div', { class: part.inline ? 'embed-field inline' : 'embed-field' },
      h('p', { class: 'embed-name' }, part.name), h('div', { class: 'prose' }, markdown(part.value, this.names))));
    const box = h('div', { class: 'card' },
      one.author && h('p', { class: 'muted' }, one.author.name), title,
      one.description && h('div', { class: 'prose' }, markdown(one.description, this.names)),
      fields.length > 0 && h('div', { class: 'embed-fields' }, fields),
      one.footer && h('p', { class: 'subtext' }, one.footer.text));
    const accent = colour(one.color);
    if (accent) box.style.setProperty('--edge', accent);
    return box;
  }
}

function markdownLine(text, names) {
  return markdown(text, names).flatMap((one) => [...one.childNodes]);
}
