// A form the bot asks for (a modal), as a real dialog. What was typed stays until it has been taken.
import { freshId, h } from './dom.js';
import { field, labelled } from './fields.js';
import { markdown } from './markdown.js';

function parts(modal) {
  // a label holds one component; the older shape is a row that holds a text input with its own label
  return modal.components.map((part) => {
    if (part.type === 18) return { title: part.label, description: part.description, component: part.component };
    if (part.type === 1) return { title: part.components[0].label, component: part.components[0] };
    return { words: part.content ?? '' };
  });
}

export function openForm(modal, link, names) {
  const fields = new Map();
  const rows = parts(modal).map(({ title, description, component, words }) => {
    if (!component) return h('div', { class: 'prose' }, markdown(words, names));
    const made = field(component, names);
    fields.set(component.custom_id, made);
    return labelled(title, description, made, component.required ?? component.type !== 23);
  });
  const heading = h('h2', { id: freshId('form') }, modal.title);
  const problem = h('p', { class: 'problem', role: 'alert' });
  const send = h('button', { type: 'submit', class: 'primary' }, 'Submit');
  const close = () => dialog.close();
  const form = h('form', { class: 'form' }, heading, rows, problem,
    h('div', { class: 'form-end' }, h('button', { type: 'button', onclick: close }, 'Cancel'), send));
  const dialog = h('dialog', { class: 'modal', 'aria-labelledby': heading.id, onclose: () => dialog.remove() }, form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const values = Object.fromEntries([...fields].map(([key, made]) => [key, made.values()]));
    problem.textContent = '';
    send.disabled = true;
    try {
      await link.ask('submit', { modal: modal.id, values });
      dialog.close();
    } catch (error) {
      problem.textContent = error.message;
    } finally {
      send.disabled = false;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector('.field input, .field textarea, .field select')?.focus();
}
