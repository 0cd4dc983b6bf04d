// <take-file>: a file input whose files are sent while one goes on with the page: dropped or chosen, several at once,
// with progress in words. What was recorded inside (<sound-recorder>) comes the same way. The form then carries only
// the numbers of what has come. Without this script the form sends the files itself.

import { forget, keyOf, ofSize, Sending, unfinished } from "./tus.js";

const AT_ONCE = 2;

class TakeFile extends HTMLElement {
  rows = new Map(); // Sending -> its row
  waits = false;

  connectedCallback() {
    this.input = this.querySelector("input[type=file]");
    this.form = this.closest("form");
    this.button = this.form.querySelector("button[type=submit]");
    this.list = this.querySelector("[data-part=list]");
    this.said = this.querySelector("[data-part=said]");
    this.aloud = this.querySelector("[data-part=aloud]");
    this.classList.add("awake");
    this.#listen();
    this.#showCome();
    this.#showUnfinished();
  }

  disconnectedCallback() {
    this.listening.abort();
    for (const sending of this.rows.keys()) sending.stop();
  }

  #listen() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    const on = (target, kind, act) => target.addEventListener(kind, act, { signal });
    on(this.querySelector("[data-part=choose]"), "click", () => this.input.click());
    on(this.input, "change", () => { this.take([...this.input.files]); this.input.value = ""; });
    on(this, "sound:keep", ({ detail }) => this.#take(detail.file, detail));
    for (const kind of ["dragenter", "dragover"]) on(this, kind, (event) => this.#over(event));
    on(this, "dragleave", ({ relatedTarget }) => this.contains(relatedTarget) || this.classList.remove("over"));
    on(this, "drop", (event) => this.#dropped(event));
    on(this.form, "submit", (event) => this.#submit(event));
    on(window, "beforeunload", (event) => { if (this.#coming.length && !this.waits) event.preventDefault(); });
  }

  #over(event) {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    this.classList.add("over");
  }

  #dropped(event) {
    this.classList.remove("over");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    this.take([...event.dataTransfer.files]);
  }

  get #all() { return [...this.rows.keys()]; }

  get #coming() { return this.#all.filter((sending) => !sending.isDone); }

  get isComing() { return this.#coming.length > 0; }

  take(files) {
    for (const file of this.input.multiple ? files : files.slice(0, 1)) this.#take(file, {});
  }

  #take(file, { begin, end, id }) {
    const key = id ?? keyOf(file);
    if (this.#all.some((each) => each.key === key && each.state !== "refused")) return;
    if (!this.input.multiple) for (const each of this.#all) this.#remove(each);
    this.list.querySelector(`[data-key="${CSS.escape(key)}"]`)?.remove();
    this.querySelector(":scope > .error")?.remove(); // what it asked for is here
    if (!this.waits) this.said.textContent = "";
    const { url, purpose } = this.dataset;
    const sending = new Sending(file, { url, purpose, begin, end, key, changed: () => this.#changed(sending) });
    this.#addRow(sending, Boolean(id));
    this.#next();
    this.#tell();
  }

  #addRow(sending, isRecorded) {
    const row = this.#row(sending.name, () => this.#remove(sending, { byHand: true }));
    sending.isRecorded = isRecorded;
    row.dataset.key = sending.key;
    this.rows.set(sending, row);
    this.list.append(row);
    this.#show(sending);
  }

  #row(name, remove) {
    const row = this.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-part=name]").textContent = name;
    row.querySelector("[data-part=of]").textContent = name;
    row.querySelector("button").addEventListener("click", () => { row.remove(); remove(); });
    return row;
  }

  #remove(sending, { byHand = false } = {}) {
    sending.stop({ remove: true });
    this.rows.get(sending)?.remove();
    this.rows.delete(sending);
    if (sending.isRecorded) this.#recorded("sound:back", sending);
    if (byHand) this.querySelector("[data-part=choose]").focus();
    this.#next();
    this.#tell();
  }

  #recorded(kind, sending) {
    this.querySelector("sound-recorder")?.dispatchEvent(new CustomEvent(kind, { detail: { id: sending.key } }));
  }

  #next() {
    const busy = this.#coming.filter(({ state }) => state !== "waiting").length;
    for (const sending of this.#coming.filter(({ state }) => state === "waiting").slice(0, Math.max(0, AT_ONCE - busy))) {
      sending.state = "sending";
      sending.start();
    }
  }

  #changed(sending) {
    if (!this.rows.has(sending)) return;
    this.#show(sending);
    this.#sayAloud(sending);
    if (!sending.isDone) return this.#stuck();
    this.#next();
    this.#tell();
    if (this.waits) this.#go();
  }

  // Progress is there to be looked up; what changes is said.
  #sayAloud(sending) {
    if (sending.told === sending.state) return;
    sending.told = sending.state;
    if (sending.state !== "sending" && sending.state !== "waiting") this.aloud.textContent = `${sending.name}: ${this.#inWords(sending)}`;
  }

  #show(sending) {
    const row = this.rows.get(sending);
    const bar = row.querySelector("progress");
    const refused = sending.state === "refused";
    bar.hidden = sending.isDone || sending.state === "waiting";
    bar.max = sending.size || 1;
    bar.value = sending.come;
    row.classList.toggle("refused", refused);
    row.querySelector("[data-part=state]").textContent = this.#inWords(sending);
    row.querySelector("input")?.remove();
    if (sending.state === "kept") row.append(this.#hidden(sending.id));
  }

  #hidden(id) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name: `${this.input.name}_upload`, value: id });
    return field;
  }

  #inWords(sending) {
    const { dataset } = this;
    if (sending.state === "refused") return sending.sentence;
    if (sending.state === "sending") {
      const come = ofSize(sending.come, sending.size, dataset.saysCome);
      return [come, this.#left(sending.left)].filter(Boolean).join(", ");
    }
    const says = { waiting: dataset.saysTurn, pausing: dataset.saysPausing, checking: dataset.saysChecking, kept: dataset.saysKept };
    return says[sending.state] ?? dataset.saysSignedOut;
  }

  #left(seconds) {
    if (seconds === null) return "";
    if (seconds < 50) return this.dataset.saysSoon;
    const minutes = Math.round(seconds / 60);
    return minutes <= 1 ? this.dataset.saysMinute : this.dataset.saysMinutes.replace("{n}", minutes);
  }

  // The page is told how many files there are, so that it can ask for what one, or several, need.
  #tell() {
    const count = this.#all.filter(({ state }) => state !== "refused").length + this.list.querySelectorAll(".come").length;
    this.form.dataset.files = count > 1 ? "several" : String(count);
    this.dispatchEvent(new CustomEvent("files:changed", { bubbles: true, detail: { count, all: this.#all } }));
  }

  // --- the form ---

  #submit(event) {
    const recorder = this.querySelector("sound-recorder");
    const isLeft = recorder?.found && this.form.dataset.files !== "0"; // another one is here: that one stays offered
    const isUntaken = recorder?.untaken && !isLeft;
    if (!isUntaken && !this.#coming.length) return this.closest("kept-form") ? undefined : this.left(); // that one says when
    event.preventDefault();
    if (isUntaken) return this.#takeAlong(recorder, event.submitter);
    this.waits = true;
    this.submitter = event.submitter;
    this.#press(true);
    this.#stuck();
  }

  // A note takes along what was just said. Where the recording is the main thing, or an earlier visit left it, one is
  // asked: whoever spoke decides what of it is heard.
  async #takeAlong(recorder, submitter) {
    await Promise.all([recorder.end(), new Promise((done) => { setTimeout(done); })]); // until this press is over
    if (recorder.untaken && this.dataset.purpose === "voice" && !recorder.found) recorder.take();
    if (recorder.untaken) return recorder.ask();
    submitter?.focus();
    return this.form.requestSubmit(submitter);
  }

  // Without a network the page around the form may keep all of it, and have it follow (phone/kept-form.js).
  #stuck() {
    if (!this.waits || !this.#coming.some(({ state }) => state === "pausing" || !navigator.onLine)) return;
    this.dispatchEvent(new CustomEvent("files:stuck", { bubbles: true }));
  }

  // What goes with the form, come or not: [{id, file, begin, end}].
  get held() {
    return this.#all.filter(({ state }) => state !== "refused").map(({ key, file, begin, end }) => ({ id: key, file, begin, end }));
  }

  // Others send it from now on.
  letGo() {
    for (const sending of this.#all) {
      sending.stop();
      this.rows.get(sending).remove();
      this.rows.delete(sending);
    }
    this.waits = false;
  }

  #press(waiting) {
    const pressed = this.submitter ?? this.button;
    this.pressed ??= new Map();
    if (waiting && !this.pressed.has(pressed)) this.pressed.set(pressed, [...pressed.childNodes]);
    pressed.setAttribute("aria-disabled", String(waiting));
    pressed.replaceChildren(...(waiting ? [this.dataset.saysWaits] : this.pressed.get(pressed)));
    this.said.textContent = waiting ? this.dataset.saysWaitsLong : "";
  }

  #go() {
    const refused = this.#all.some(({ state }) => state === "refused");
    if (this.#coming.length && !refused) return;
    this.waits = false;
    this.#press(false);
    if (refused) this.said.textContent = this.dataset.saysRefused;
    else this.form.requestSubmit(this.submitter);
  }

  // What the form carries is no longer remembered here: the page that comes next knows it.
  left() {
    for (const sending of this.#all) {
      forget(sending.key);
      if (sending.isRecorded) this.#recorded("sound:sent", sending);
    }
  }

  // --- what came before ---

  // The form comes back with a complaint: what had come is there still.
  async #showCome() {
    for (const field of this.querySelectorAll(`input[name="${this.input.name}_upload"]`)) {
      const row = this.#row("", () => this.#tell());
      const answer = await fetch(`${this.dataset.url}${field.value}/outcome/`).catch(() => null);
      const told = answer?.ok ? await answer.json() : {};
      row.querySelector("[data-part=name]").textContent = told.name ?? "";
      row.querySelector("[data-part=state]").textContent = told.sentence || this.dataset.saysKept;
      row.querySelector("progress").hidden = true;
      row.classList.add("come");
      row.append(field);
      this.list.append(row);
    }
    this.#tell();
  }

  async #showUnfinished() {
    const held = new Set(((await navigator.locks?.query())?.held ?? []).map(({ name }) => name));
    for (const kept of unfinished(this.dataset.purpose)) {
      if (held.has(`upload:${kept.key}`) || this.#all.some(({ key }) => key === kept.key)) continue;
      const row = this.#row(kept.name, () => this.#forgetUnfinished(kept));
      row.dataset.key = kept.key;
      row.querySelector("progress").hidden = true;
      row.querySelector("[data-part=state]").textContent = this.dataset.saysUnfinished;
      this.list.append(row);
    }
  }

  #forgetUnfinished({ key, url }) {
    forget(key);
    fetch(url, { method: "DELETE", headers: { "Tus-Resumable": "1.0.0" } }).catch(() => {});
  }
}

customElements.define("take-file", TakeFile);
