// Messages on their way: kept in this browser until the server has each of them.

import { freshId } from "./fresh-id.js";

const AGAIN_AFTER = [2_000, 5_000, 15_000, 60_000];

function read(name, otherwise) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? otherwise;
  } catch {
    return otherwise; // refused by the browser, or broken: then nothing was kept
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A full or forbidden store: sending still works, only a closed tab would lose what waits.
  }
}

export class Outgoing {
  #timer = 0;
  #tries = 0;
  #busy = false;
  #memory = [];

  constructor(key, { post, changed }) {
    this.kept = `outgoing:${key}`;
    this.post = post;
    this.changed = changed;
    this.#memory = this.#stored();
  }

  // In the order in which they were written.
  all() {
    return this.#stored();
  }

  add(message) {
    const next = { uuid: freshId(), ...message, state: "sending" };
    if (!this.#stored().some(({ uuid }) => uuid === next.uuid)) this.#save([...this.#stored(), next]);
    this.flush();
  }

  remove(uuid) {
    const all = this.#stored();
    const found = all.find((each) => each.uuid === uuid);
    if (found) this.#save(all.filter((each) => each.uuid !== uuid));
    return found;
  }

  stop() {
    clearTimeout(this.#timer);
  }

  // Send what waits, one after the other, in one tab at a time.
  async flush() {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    try {
      if (navigator.locks) await navigator.locks.request(this.kept, () => this.#sendAll());
      else await this.#sendAll();
    } finally {
      this.#busy = false;
    }
  }

  async #sendAll() {
    let next;
    while ((next = this.#stored().find((each) => !each.refused))) {
      const outcome = await this.#try(next);
      if (outcome === "sent") {
        this.#tries = 0;
        this.remove(next.uuid);
      } else if (outcome.refused) {
        this.#mark(next.uuid, { refused: outcome.refused });
      } else {
        this.#mark(next.uuid, { state: outcome });
        this.#timer = setTimeout(() => this.flush(), AGAIN_AFTER[Math.min(this.#tries++, AGAIN_AFTER.length - 1)]);
        return;
      }
    }
  }

  async #try(message) {
    try {
      return await this.post(message);
    } catch {
      return "waiting"; // no network
    }
  }

  #mark(uuid, change) {
    this.#save(this.#stored().map((each) => (each.uuid === uuid ? { ...each, ...change } : each)));
  }

  #stored() {
    const kept = read(this.kept, null);
    return Array.isArray(kept) ? kept : this.#memory;
  }

  #save(messages) {
    this.#memory = messages;
    write(this.kept, messages);
    this.changed();
  }
}
