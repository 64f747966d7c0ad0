// Building and patching the page. Text always enters as text nodes, never as markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  for (const child of children.flat()) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child);
  }
  return element;
}

export const h = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

export const byId = (id) => document.getElementById(id);

let serial = 0;
export const freshId = (stem) => `${stem}-${(serial += 1)}`;

/** A place in the page that is rebuilt only when what it shows has changed. */
export class Slot {
  constructor(element, build) {
    this.element = element;
    this.build = build;
    this.shown = undefined;
  }

  update(value) {
    const key = JSON.stringify(value);
    if (key === this.shown) return false;
    this.shown = key;
    const held = this.element.contains(document.activeElement)
      ? document.activeElement.dataset.key
      : undefined;
    const made = this.build(value);
    this.element.replaceChildren(...[made].flat().filter(Boolean));
    this.element.hidden = this.element.childNodes.length === 0;
    if (held) this.element.querySelector(`[data-key="${CSS.escape(held)}"]`)?.focus();
    return true;
  }
}

/** Keep a list's rows by key: rows that stay are never taken out of the page. */
export function arrange(list, rows) {
  const wanted = new Set(rows);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  let at = list.firstElementChild;
  for (const row of rows) {
    if (row === at) at = at.nextElementSibling;
    else list.insertBefore(row, at);
  }
}

export function toast(sentence) {
  const gone = () => note.remove();
  const note = h('div', { class: 'toast' }, h('span', {}, sentence),
    h('button', { type: 'button', class: 'quiet', onclick: gone }, 'Dismiss'));
  byId('toasts').append(note);
  setTimeout(gone, 9000);
}

export function announce(sentence) {
  byId('announce').textContent = sentence;
}
