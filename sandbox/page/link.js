// The line to the sandbox: one WebSocket, what it told us (by key), and questions with answers.

export class Link extends EventTarget {
  #socket = null;
  #waiting = new Map();
  #serial = 0;
  #pause = 250;

  constructor(path) {
    super();
    this.address = new URL(path, location.href);
    this.address.protocol = 'ws:';
    this.known = new Map();
    // who we are and where we look: said again after every reconnect
    this.look = JSON.parse(sessionStorage.getItem('look') ?? '{}');
  }

  open() {
    const socket = new WebSocket(this.address);
    this.#socket = socket;
    socket.addEventListener('open', () => {
      this.#pause = 250;
      socket.send(JSON.stringify({ do: 'look', ...this.look }));
    });
    socket.addEventListener('message', (event) => this.#hear(JSON.parse(event.data)));
    socket.addEventListener('close', () => this.#lost());
  }

  #lost() {
    for (const { refuse } of this.#waiting.values()) {
      refuse(new Error('The page lost touch with the sandbox. Please try that again.'));
    }
    this.#waiting.clear();
    this.dispatchEvent(new CustomEvent('state', { detail: 'lost' }));
    setTimeout(() => this.open(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, 4000);
  }

  #hear(said) {
    if ('re' in said) {
      const asked = this.#waiting.get(said.re);
      this.#waiting.delete(said.re);
      if (!asked) return;
      if (said.error) asked.refuse(new Error(said.error));
      else asked.settle(said.ok ?? {});
      return;
    }
    const changed = new Set(Object.keys(said.set ?? {}));
    if (said.fresh) {
      for (const key of this.known.keys()) changed.add(key);
      this.known.clear();
    }
    for (const [key, value] of Object.entries(said.set ?? {})) this.known.set(key, value);
    for (const key of said.drop ?? []) {
      this.known.delete(key);
      changed.add(key);
    }
    if (said.fresh) this.dispatchEvent(new CustomEvent('state', { detail: 'open' }));
    this.dispatchEvent(new CustomEvent('change', { detail: { changed, fresh: Boolean(said.fresh) } }));
    if (said.log?.length) this.dispatchEvent(new CustomEvent('log', { detail: said.log }));
  }

  get(key, otherwise = null) {
    return this.known.get(key) ?? otherwise;
  }

  lookAt(look) {
    this.look = { ...this.look, ...look };
    sessionStorage.setItem('look', JSON.stringify(this.look));
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify({ do: 'look', ...this.look }));
    }
  }

  /** Ask for something to be done; the promise fails with a sentence for the person. */
  ask(what, details = {}) {
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Error('The page is not in touch with the sandbox just now.'));
    }
    const id = (this.#serial += 1);
    const answer = new Promise((settle, refuse) => this.#waiting.set(id, { settle, refuse }));
    this.#socket.send(JSON.stringify({ id, do: what, ...details }));
    return answer;
  }
}
