// What one has begun to write: kept in this browser at each letter and on the server a second after the last one, so
// that it stands in the writer of every device. Whoever is behind another device is asked, and overwrites nothing.

const AFTER = 1_000; // milliseconds

function read(name) {
  try {
    const kept = JSON.parse(localStorage.getItem(name));
    return typeof kept === "string" ? { words: kept, knows: 0, dirty: true } : kept;
  } catch {
    return null; // refused by the browser, or broken: then nothing was kept
  }
}

// `get` gives {words, about} as they stand in the writer, `set` puts words there, `ask` shows another device's words,
// or hides them when there are none.
export class Draft {
  #timer = 0;
  #dirty = false;
  #other = null;

  constructor(key, { url, token, number, words, get, set, ask }) {
    Object.assign(this, { name: `draft:${key}`, url, token, knows: number, get, set, ask });
    const kept = read(this.name);
    if (!kept?.dirty || kept.words === words) return; // the server has it all
    if (kept.knows >= number || !words) {
      this.set(kept.words); // this device knows all that there is, and more
      this.changed();
    } else if (kept.words) {
      this.#other = { number, words: kept.words };
      this.ask(kept.words);
    }
  }

  changed() {
    this.#dirty = true;
    this.#remember();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), AFTER);
  }

  stop() {
    clearTimeout(this.#timer);
    this.save({ keepalive: true });
  }

  async save({ keepalive = false } = {}) {
    if (!this.#dirty || this.#other || this.saving) return;
    this.saving = true;
    const { words, about } = this.get();
    const body = new URLSearchParams({ csrfmiddlewaretoken: this.token(), words, knows: this.knows, ...about });
    try {
      const answer = await fetch(this.url, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error", keepalive });
      if (answer.ok) this.#saved((await answer.json()).number, words);
      else if (answer.status === 409) this.#newer(await answer.json());
      else if (answer.status === 429) this.#timer = setTimeout(() => this.save(), 10 * AFTER);
    } catch {
      // No network: it is kept here, and saved when there is one.
    } finally {
      this.saving = false;
    }
  }

  // The server has emptied it, since it was sent.
  sent(number) {
    if (number > this.knows) this.knows = number;
    this.#remember();
  }

  // Another device has saved one of this number.
  async saved(number) {
    if (number <= this.knows || this.saving) return;
    try {
      const answer = await fetch(this.url, { headers: { Accept: "application/json" }, redirect: "error", cache: "no-store" });
      if (answer.ok) this.#newer(await answer.json());
    } catch {
      // Asked again with the next event.
    }
  }

  // --- when two devices have each written something ---

  takeThat() {
    const other = this.#settle();
    if (other) this.set(other.words);
    this.changed();
  }

  keepThis() {
    this.#settle();
    this.changed();
  }

  #settle() {
    const other = this.#other;
    this.#other = null;
    this.ask(null);
    if (other) this.knows = Math.max(this.knows, other.number);
    return other;
  }

  #saved(number, words) {
    this.knows = number;
    this.#dirty = this.get().words !== words;
    this.#remember();
    if (this.#dirty) this.changed();
  }

  #newer({ number, words }) {
    if (number <= this.knows) return;
    if (!this.#dirty || !words || words === this.get().words) {
      this.knows = number;
      if (!this.#dirty) this.set(words);
      this.#remember();
      if (this.#dirty) this.changed();
      return;
    }
    this.#other = { number, words };
    this.ask(words);
  }

  #remember() {
    const { words } = this.get();
    try {
      if (words || this.#dirty) localStorage.setItem(this.name, JSON.stringify({ words, knows: this.knows, dirty: this.#dirty }));
      else localStorage.removeItem(this.name);
    } catch {
      // A full or forbidden store: then the server alone keeps it.
    }
  }
}
