// Files of a message: chosen, pasted or dropped, they are sent at once, piece by piece, while one goes on writing. What
// is sent before they have come waits for them here, and then leaves under the number that it had from the beginning.

import { freshId } from "./fresh-id.js";
import { asFile, asKept, keep, keptFor, throwAway } from "./kept-parcels.js";
import { forget, ofSize, Sending } from "./tus.js";

const MOST = 10;
const AT_ONCE = 2;
const KEPT_BYTES = 200 * 1024 * 1024; // of a file: larger ones are sent, but would be too much to keep in a browser

// `come` is called with a message that has all its files on the server; `changed` whenever `all` did.
export class Enclosing {
  #parcels = new Map(); // uuid -> {uuid, words, about, wanted, entries: [{id, file, sending, chip}]}
  #writing = null; // the one that is being put together

  constructor(thread, key, { come, changed, grew }) {
    Object.assign(this, { thread, key, come, changed, grew, says: thread.dataset });
    const part = (name) => thread.querySelector(`.writer [data-part=${name}]`);
    Object.assign(this, { list: part("enclosing"), trouble: part("fileTrouble"), clip: part("clip"), chip: part("chip") });
    this.input = Object.assign(document.createElement("input"), { type: "file", multiple: true });
    this.input.addEventListener("change", () => { this.take([...this.input.files]); this.input.value = ""; });
    this.clip.addEventListener("click", () => this.input.click());
    this.clip.hidden = false;
    this.#goOn().catch(() => {}); // a browser that keeps nothing has nothing to go on with
  }

  // As messages that are on their way.
  get all() {
    return [...this.#parcels.values()].filter(({ wanted, handed }) => wanted && !handed).map((parcel) => this.#asMessage(parcel));
  }

  get isEmpty() { return !this.#writing?.entries.length; }

  stop() {
    for (const { entries, unlock } of this.#parcels.values()) {
      for (const { sending } of entries) sending.stop();
      unlock?.();
    }
  }

  // --- putting together ---

  take(files) {
    if (!files.length) return;
    this.#writing ??= this.#begin({ uuid: freshId(), words: "", about: {}, wanted: false, entries: [] });
    const room = MOST - this.#writing.entries.length;
    this.#complain(files.length > room ? this.says.saysMany : "");
    for (const file of files.slice(0, room)) this.#add(this.#writing, freshId(), file);
    this.#keep(this.#writing);
    this.grew();
  }

  // What stands in the writer leaves with these words. False: it waits for somebody to look at a refused file.
  send(words, about) {
    const parcel = this.#writing;
    const refused = parcel.entries.find(({ sending }) => sending.state === "refused");
    if (refused) {
      refused.chip.querySelector("button").focus();
      return false;
    }
    Object.assign(parcel, { words, about, wanted: true });
    this.#writing = null;
    this.list.replaceChildren();
    this.#complain("");
    this.#keep(parcel);
    this.#judge(parcel);
    this.grew();
    return true;
  }

  // The server has the message.
  sent(uuid) {
    const parcel = this.#parcels.get(uuid);
    for (const { id } of parcel?.entries ?? []) forget(id);
    this.#forget(uuid);
  }

  // It was refused: the files stand in the writer again. Returns its words.
  back(uuid) {
    const parcel = this.#parcels.get(uuid);
    if (!parcel) return undefined;
    Object.assign(parcel, { wanted: false, handed: false });
    if (this.#writing && this.#writing !== parcel) {
      for (const entry of this.#writing.entries) parcel.entries.push(entry);
      this.#forget(this.#writing.uuid);
    }
    this.#writing = parcel;
    this.list.replaceChildren();
    for (const entry of parcel.entries) this.#addChip(parcel, entry);
    this.#keep(parcel);
    this.changed();
    return parcel.words;
  }

  #begin(parcel) {
    this.#parcels.set(parcel.uuid, parcel);
    if (navigator.locks) navigator.locks.request(`parcel:${parcel.uuid}`, () => new Promise((done) => { parcel.unlock = done; }));
    return parcel;
  }

  #add(parcel, id, file) {
    const entry = { id, file };
    const changed = () => this.#changed(parcel, entry);
    entry.sending = new Sending(file, { url: this.says.uploads, purpose: "message", key: id, once: true, changed });
    parcel.entries.push(entry);
    if (!parcel.wanted) this.#addChip(parcel, entry);
    this.#next();
  }

  #addChip(parcel, entry) {
    entry.chip = this.chip.content.firstElementChild.cloneNode(true);
    entry.chip.querySelector(".name").textContent = entry.chip.querySelector(".of").textContent = entry.file.name;
    entry.chip.querySelector("button").addEventListener("click", () => this.#leaveOut(parcel, entry));
    this.list.append(entry.chip);
    this.#showChip(entry);
  }

  #leaveOut(parcel, entry) {
    entry.sending.stop({ remove: true });
    entry.chip.remove();
    parcel.entries = parcel.entries.filter((each) => each !== entry);
    this.#complain("");
    if (parcel.entries.length) this.#keep(parcel);
    else { this.#writing = null; this.#forget(parcel.uuid); }
    this.#next();
    this.clip.focus();
    this.grew();
  }

  #complain(sentence) {
    this.trouble.hidden = !sentence;
    this.trouble.textContent = sentence;
  }

  // --- on their way ---

  #next() {
    const all = [...this.#parcels.values()].flatMap(({ entries }) => entries).map(({ sending }) => sending);
    const busy = all.filter((each) => !each.isDone && each.state !== "waiting").length;
    for (const sending of all.filter(({ state }) => state === "waiting").slice(0, Math.max(0, AT_ONCE - busy))) {
      sending.state = "sending";
      sending.start();
    }
  }

  #changed(parcel, entry) {
    if (entry.chip) this.#showChip(entry);
    if (entry.sending.isDone) this.#next();
    if (parcel.wanted) this.#judge(parcel);
  }

  #judge(parcel) {
    if (!parcel.handed && parcel.entries.every(({ sending }) => sending.state === "kept")) {
      parcel.handed = true;
      this.come(this.#asMessage(parcel));
    }
    this.changed();
  }

  #asMessage({ uuid, words, about, entries }) {
    const refused = entries.find(({ sending }) => sending.state === "refused");
    const states = entries.map(({ sending }) => sending.state);
    const [come, size] = [entries.reduce((sum, { sending }) => sum + sending.come, 0), entries.reduce((sum, { sending }) => sum + sending.size, 0)];
    return {
      uuid, words, ...about,
      files: entries.map(({ sending }) => sending.id),
      names: entries.map(({ file }) => file.name),
      state: states.includes("signed-out") ? "signed-out" : states.includes("pausing") ? "waiting" : "sending",
      progress: size && come < size ? ofSize(come, size, this.says.saysCome) : "",
      refused: refused && `${refused.file.name}: ${refused.sending.sentence}`,
    };
  }

  #showChip({ chip, sending }) {
    const bar = chip.querySelector("progress");
    bar.hidden = sending.isDone;
    bar.max = sending.size || 1;
    bar.value = sending.come;
    chip.classList.toggle("refused", sending.state === "refused");
    chip.querySelector(".tag").textContent = this.#inWords(sending);
  }

  #inWords(sending) {
    const { says } = this;
    if (sending.state === "refused") return sending.sentence;
    if (sending.state === "sending") return ofSize(sending.come, sending.size, says.saysCome);
    const words = { waiting: says.saysTurn, pausing: says.saysPausing, checking: says.saysChecking, kept: says.saysKept };
    return words[sending.state] ?? says.saysSignedOutThere;
  }

  // --- kept in this browser ---

  async #keep(parcel) {
    try {
      for (const entry of parcel.entries) if (entry.file.size <= KEPT_BYTES) entry.kept ??= await asKept(entry.id, entry.file);
      const { uuid, words, about, wanted, entries } = parcel; // as they are now: reading the files took a while
      if (!this.#parcels.has(uuid)) return;
      await keep({ uuid, key: this.key, words, about, wanted, files: entries.filter(({ kept }) => kept).map(({ kept }) => kept), whole: entries.every(({ kept }) => kept) });
    } catch {
      // Private windows keep nothing: then an open page is needed until all has come.
    }
  }

  #forget(uuid) {
    this.#parcels.get(uuid)?.unlock?.();
    this.#parcels.delete(uuid);
    throwAway(uuid).catch(() => {});
  }

  // What an earlier page was to send, or was putting together, unless another tab has it.
  async #goOn() {
    for (const kept of await keptFor(this.key)) {
      if (!navigator.locks) this.#restore(kept);
      else navigator.locks.request(`parcel:${kept.uuid}`, { ifAvailable: true }, (lock) => lock && this.#restore(kept));
    }
  }

  #restore({ uuid, words, about, wanted, files, whole }) {
    if (this.#parcels.has(uuid) || this.thread.querySelector(`[data-message][data-uuid="${uuid}"]`)) return throwAway(uuid).catch(() => {});
    const isWanted = wanted && whole;
    if (!isWanted && this.#writing) return undefined; // one writes something else by now
    const parcel = { uuid, words, about, wanted: isWanted, entries: [] };
    this.#parcels.set(uuid, parcel);
    if (!isWanted) this.#writing = parcel;
    for (const each of files) this.#add(parcel, each.id, asFile(each));
    for (const [n, each] of files.entries()) parcel.entries[n].kept = each;
    this.changed();
    this.grew();
    return new Promise((done) => { parcel.unlock = done; });
  }
}
