// <kept-note>: a note that is saved while one writes: a second after the last letter, when its field is left, before
// the page goes. Until the server has it, it lies in this browser, under the reader's name. Whoever wrote on another
// page meanwhile is written over by nobody: both versions are shown, and one says which holds.

const AFTER = 1_000; // milliseconds
const AGAIN = 5_000; // without a network
const FIELDS = ["words", "draft"];

class KeptNote extends HTMLElement {
  #timer = 0;
  #saving = null;
  #other = null;

  connectedCallback() {
    this.form = this.querySelector("form");
    this.store = `notes:${this.dataset.person}`;
    this.saved = this.#now;
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.form.addEventListener("input", ({ target }) => FIELDS.includes(target.name) && this.#typed(), { signal });
    this.form.addEventListener("focusout", ({ target }) => FIELDS.includes(target.name) && this.save(), { signal });
    this.form.elements.words.addEventListener("focus", () => { this.placed = true; }, { signal });
    this.form.addEventListener("submit", (event) => this.#submit(event), { signal });
    this.form.addEventListener("click", (event) => this.#begin(event), { signal });
    this.#part("keep-this")?.addEventListener("click", () => this.#keepThis(), { signal });
    this.#part("take-that")?.addEventListener("click", () => this.#takeThat(), { signal });
    addEventListener("online", () => this.save(), { signal });
    addEventListener("pagehide", () => this.save({ keepalive: true }), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.save({ keepalive: true }), { signal });
    if (!this.#part("choose").querySelector("[type=submit]")) this.#takeUp(); // else the page itself shows both
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.#timer);
  }

  get #now() {
    return Object.fromEntries(FIELDS.map((name) => [name, this.form.elements[name].value]));
  }

  get #knows() {
    return Number(this.form.elements.knows.value);
  }

  get #dirty() {
    const now = this.#now;
    return FIELDS.some((name) => now[name] !== this.saved[name]);
  }

  #part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  #say(words) {
    this.#part("says").textContent = words;
  }

  #set(fields) {
    for (const name of FIELDS) this.form.elements[name].value = fields[name];
  }

  #typed() {
    this.#remember();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), AFTER);
  }

  // What an earlier visit left here: it goes on where nobody wrote meanwhile, else both are shown.
  #takeUp() {
    const left = this.#left()[this.dataset.key];
    if (!left || FIELDS.every((name) => left[name] === this.saved[name])) return this.#forget();
    if (left.knows === this.#knows) {
      this.#set(left);
      this.save();
    } else {
      const there = { ...this.saved, changes: this.#knows };
      this.#set(left);
      this.#showBoth(there);
    }
  }

  async save({ keepalive = false } = {}) {
    clearTimeout(this.#timer);
    if (this.#other || !this.#dirty) return;
    if (this.#saving) return this.#saving;
    this.#saving = this.#send(keepalive);
    await this.#saving;
    this.#saving = null;
  }

  async #send(keepalive) {
    const sent = this.#now;
    const body = new URLSearchParams({ ...sent, knows: this.#knows, csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value });
    this.#say(this.dataset.keeps);
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "error", keepalive });
      if (answer.status === 409) return this.#newer(await answer.json());
      if (answer.status === 422) return this.#say((await answer.json()).error);
      if (!answer.ok) return this.#say(this.dataset.out);
      this.#came(sent, await answer.json());
    } catch {
      this.#say(this.dataset.away);
      this.#timer = setTimeout(() => this.save(), AGAIN);
    }
  }

  #came(sent, { changes, saved }) {
    this.saved = sent;
    this.form.elements.knows.value = changes;
    this.#say(saved);
    if (this.#dirty) this.#typed();
    else this.#forget();
  }

  #newer(there) {
    const now = this.#now;
    if (FIELDS.every((name) => now[name] === there[name])) return this.#came(now, { changes: there.changes, saved: "" });
    this.#showBoth(there);
  }

  #showBoth(there) {
    this.#other = there;
    for (const name of FIELDS) this.#part(`there-${name}`).textContent = there[name];
    this.#part("both").hidden = false;
    this.#say(this.dataset.both);
  }

  #keepThis() {
    this.form.elements.knows.value = this.#other.changes;
    this.saved = { words: this.#other.words, draft: this.#other.draft };
    this.#settle();
    this.save();
  }

  #takeThat() {
    this.#set(this.#other);
    this.form.elements.knows.value = this.#other.changes;
    this.saved = this.#now;
    this.#settle();
    this.#forget();
  }

  #settle() {
    this.#other = null;
    this.#part("both").hidden = true;
    this.#say("");
    this.form.elements.words.focus();
  }

  // A press is sent when all is saved, so that the page that follows knows it. What could not be saved is not left.
  async #submit(event) {
    if (this.#other && !event.submitter?.closest("[data-part=both]")) {
      event.preventDefault();
      return this.#part("both").scrollIntoView({ block: "center" });
    }
    if (this.pressed || !this.#dirty) return this.#leave();
    event.preventDefault();
    await this.save();
    if (this.#dirty) return; // it is said why
    this.pressed = true;
    this.form.requestSubmit(event.submitter);
  }

  #leave() {
    clearTimeout(this.#timer);
  }

  // A template comes to where the cursor is, or to the end while it never was anywhere.
  #begin(event) {
    const button = event.target.closest("button[name=begin_with]");
    if (!button) return;
    event.preventDefault();
    const field = this.form.elements.words;
    if (!this.placed) field.setSelectionRange(field.value.length, field.value.length);
    const [before, after] = [field.value.slice(0, field.selectionStart), field.value.slice(field.selectionEnd)];
    const gap = before.trim() ? (before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n") : "";
    field.setRangeText(`${gap}${button.dataset.words}${after.trim() ? "\n" : ""}`, field.selectionStart, field.selectionEnd, "start");
    field.focus();
    const line = field.value.indexOf("\n", field.selectionStart + gap.length);
    if (line > 0) field.setSelectionRange(line + 1, line + 1);
    this.#typed();
  }

  #left() {
    try {
      return JSON.parse(localStorage.getItem(this.store)) ?? {};
    } catch {
      return {}; // refused by the browser, or broken: then nothing was left
    }
  }

  #remember() {
    this.#write({ ...this.#left(), [this.dataset.key]: { ...this.#now, knows: this.#knows } });
  }

  #forget() {
    const { [this.dataset.key]: _gone, ...others } = this.#left();
    this.#write(others);
  }

  #write(notes) {
    try {
      if (Object.keys(notes).length) localStorage.setItem(this.store, JSON.stringify(notes));
      else localStorage.removeItem(this.store);
    } catch {
      // A full or forbidden store: then the server alone keeps it.
    }
  }
}

// <lesson-finder>: of the lessons that can be given those stay whose words hold what is typed.
class LessonFinder extends HTMLElement {
  connectedCallback() {
    this.classList.add("js-finds");
    const field = this.querySelector("[type=search]");
    field.addEventListener("input", () => this.find(field.value));
    field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  }

  find(words) {
    const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of this.querySelectorAll("li[data-words]")) {
      row.hidden = !parts.every((part) => row.dataset.words.includes(part));
      found += row.hidden ? 0 : 1;
    }
    this.querySelector("[data-part=none]").hidden = found > 0;
  }
}

customElements.define("lesson-finder", LessonFinder);
customElements.define("kept-note", KeptNote);
