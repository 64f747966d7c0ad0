// Form fields: what a modal or a select menu asks, as native controls, and what was chosen.
import { freshId, h } from './dom.js';

export const SELECTS = new Set([3, 5, 6, 7, 8]);

/** The options of any select: its own, or the people, roles and channels it may name. */
export function optionsOf(component, names) {
  const people = () => names.people().map((one) => ({ value: one.id, label: one.name }));
  const roles = () => names.roles().map((one) => ({ value: one.id, label: `@${one.name}` }));
  const fits = (one) => !component.channel_types?.length || component.channel_types.includes(one.kind);
  const channels = () => names.channels().filter(fits).map((one) => ({ value: one.id, label: `#${one.name}` }));
  const preset = new Set((component.default_values ?? []).map((one) => one.id));
  const listed = {
    3: () => component.options ?? [],
    5: people, 6: roles, 7: () => [...people(), ...roles()], 8: channels,
  }[component.type]();
  return listed.map((one) => ({ ...one, default: one.default || preset.has(one.value) }));
}

function boxes(kind, options, required) {
  const group = freshId('group');
  return options.map((one) => h('label', { class: 'tick' },
    h('input', { type: kind, name: group, value: one.value, checked: Boolean(one.default), required: required && kind === 'radio' }),
    h('span', {}, one.label, one.description && h('small', { class: 'muted' }, one.description))));
}

const ticked = (place) => [...place.querySelectorAll('input:checked')].map((box) => box.value);

function listField(component, options, required) {
  const most = component.max_values ?? 1;
  if (most > 1) {
    const place = h('div', { class: 'ticks' }, boxes('checkbox', options, false));
    return { control: place, group: true, values: () => ticked(place) };
  }
  const select = h('select', { id: freshId('field'), required, 'data-key': component.custom_id, disabled: component.disabled },
    h('option', { value: '' }, component.placeholder ?? (required ? 'Choose one' : 'No choice')),
    options.map((one) => h('option', { value: one.value, selected: Boolean(one.default) },
      one.description ? `${one.label} (${one.description})` : one.label)));
  return { control: select, values: () => (select.value ? [select.value] : []) };
}

function textField(component) {
  const shared = {
    id: freshId('field'), value: component.value ?? '', placeholder: component.placeholder,
    required: component.required ?? true, minlength: component.min_length, maxlength: component.max_length ?? 4000,
  };
  const control = component.style === 2 ? h('textarea', { ...shared, rows: 4 }) : h('input', { ...shared, type: 'text' });
  return { control, values: () => control.value };
}

function single(component) {
  const control = h('input', { type: 'checkbox', id: freshId('field'), checked: Boolean(component.default) });
  return { control, beside: true, values: () => control.checked };
}

/** One field: its control, whether it is a group of controls, and what the person gave. */
export function field(component, names) {
  const { type } = component;
  const required = component.required ?? type !== 23;
  if (type === 4) return textField(component);
  if (SELECTS.has(type)) return listField(component, optionsOf(component, names), required);
  if (type === 21) {
    const place = h('div', { class: 'ticks' }, boxes('radio', component.options, required));
    return { control: place, group: true, values: () => ticked(place)[0] ?? null };
  }
  if (type === 22) {
    const place = h('div', { class: 'ticks' }, boxes('checkbox', component.options, false));
    return { control: place, group: true, values: () => ticked(place) };
  }
  if (type === 23) return single(component);
  return { control: h('p', { class: 'muted' }, 'The sandbox page cannot show this field yet.'), values: () => null };
}

/** A field under its label, with its description. */
export function labelled(title, description, made, required) {
  const mark = required || made.beside ? null : h('span', { class: 'may' }, ' (optional)');
  const note = description && h('p', { class: 'muted field-note', id: freshId('note') }, description);
  if (note) made.control.setAttribute('aria-describedby', note.id);
  if (made.group) return h('fieldset', { class: 'field' }, h('legend', {}, title, mark), note, made.control);
  const label = h('label', { for: made.control.id }, title, mark);
  if (made.beside) return h('div', { class: 'field beside' }, made.control, label, note);
  return h('div', { class: 'field' }, label, note, made.control);
}
