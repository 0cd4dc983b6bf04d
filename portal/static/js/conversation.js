// <message-thread>: sends without leaving the page, keeps what is not sent, and lets what arrives appear.
//
// What one sends is first kept in this browser, with an id of its own, until the server has it: cut the network,
// close the tab, reload, send from two tabs, and each message is there once, because the server knows the id.
// All that is shown of the server's messages is drawn by the server (`data-news`), in the server's order.

import { Arriving } from "./arriving.js";
import { Doing } from "./doing.js";
import { Draft } from "./draft.js";
import { Enclosing } from "./enclosing.js";
import { IsWriting } from "./is-writing.js";
import { Outgoing } from "./outgoing.js";
import { Speaking } from "./speaking.js";

const NEAR_THE_END = 160; // pixels
const PRESS = 400; // milliseconds

class MessageThread extends HTMLElement {
  connectedCallback() {
    this.log = this.querySelector(".thread");
    this.writer = this.querySelector(".writer");
    this.words = this.writer.elements.words;
    this.below = this.querySelector(".below");
    this.inWriter = (name) => this.writer.querySelector(`[data-part=${name}]`);
    const { key, dataset } = { key: this.dataset.key, dataset: this.dataset };
    this.outgoing = new Outgoing(key, { post: (message) => this.#post(message), changed: () => this.#showOutgoing() });
    this.arriving = new Arriving(this, { outgoing: this.outgoing });
    this.doing = new Doing(this);
    this.writing = new IsWriting(this.inWriter("typing"), { url: dataset.typing, token: () => this.token, says: dataset.saysWriting });
    if (this.isWriter) this.#prepareToWrite(key);
    this.#listen();
    this.#grow();
    this.#showOutgoing();
    this.outgoing.flush();
    if (this.isNewest && !location.hash) this.#toTheNew();
    if (location.hash === "#words") this.#toTheWords();
    this.arriving.markSeen();
  }

  // One writes something new here; else one changes what was sent.
  get isWriter() { return !this.writer.classList.contains("changes"); }

  get isNewest() { return this.dataset.newest === "yes"; }

  get token() { return this.writer.elements.csrfmiddlewaretoken.value; }

  #prepareToWrite(key) {
    if (this.isNewest) this.#speak();
    if (this.isNewest) this.enclosing = new Enclosing(this, key, {
      come: (message) => this.outgoing.add(message),
      changed: () => this.#showOutgoing(),
      grew: () => this.writer.classList.toggle("encloses", !this.enclosing?.isEmpty),
    });
    this.draft = new Draft(key, {
      url: this.dataset.draft,
      token: () => this.token,
      number: Number(this.writer.elements.draft.value || 0),
      words: this.words.value,
      get: () => ({ words: this.words.value, about: this.#about }),
      set: (words) => { this.words.value = words; this.#grow(); },
      ask: (words) => { this.inWriter("elsewhere").hidden = words === null; this.inWriter("elsewhereWords").textContent = words ?? ""; },
    });
  }

  disconnectedCallback() {
    this.listening.abort();
    for (const each of [this.outgoing, this.speaking, this.enclosing, this.draft, this.doing]) each?.stop();
  }

  // Speaking is offered where a browser can record, and where what was said would appear.
  async #speak() {
    const recorder = this.querySelector("sound-recorder");
    await customElements.whenDefined("sound-recorder");
    if (!recorder.classList.contains("awake")) return;
    this.speaking = new Speaking(recorder, {
      come: (message) => this.outgoing.add(message),
      changed: () => this.#showOutgoing(),
    });
    const button = this.writer.querySelector(".speak");
    button.hidden = false;
    button.addEventListener("click", () => recorder.record());
    recorder.addEventListener("sound:state", ({ detail }) => this.classList.toggle("speaks", detail.now !== "idle" && !recorder.found));
    recorder.addEventListener("sound:keep", () => this.toTheEnd());
    recorder.addEventListener("sound:leave", () => button.focus());
  }

  #listen() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    const on = (target, kind, act) => target.addEventListener(kind, act, { signal });
    on(this.writer, "submit", (event) => { event.preventDefault(); if (this.isWriter) this.#send(); else this.doing.change(); });
    on(this.words, "input", () => this.#typed());
    on(this.words, "keydown", (event) => {
      if (event.key === "Escape" && !this.inWriter("answering")?.hidden) this.answer(null);
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.writer.requestSubmit(); }
    });
    on(this.writer, "focusin", ({ target }) => target.closest(".speak, .clip") || this.#makeRoom(true));
    on(this.writer, "focusout", () => this.#makeRoom(false));
    on(this.below, "click", () => { this.below.hidden = true; });
    on(window, "online", () => this.#back());
    on(window, "pagehide", () => this.draft?.save({ keepalive: true }));
    on(window, "storage", () => this.#showOutgoing());
    on(document, "visibilitychange", () => document.hidden || this.#back());
    on(document, "live:open", () => this.#back());
    for (const kind of ["new", "changed"]) on(document, `live:message.${kind}`, ({ detail }) => this.#isHere(detail) && this.arriving.catchUp());
    on(document, "live:message.typing", ({ detail }) => this.#isHere(detail) && this.writing.show());
    on(document, "live:message.draft", ({ detail }) => this.#isHere(detail) && this.draft?.saved(detail.number));
    on(document, "live:message.seen", ({ detail }) => {
      if (this.#isHere(detail) && detail.reader !== Number(this.dataset.me)) this.arriving.showSeen(detail.message);
    });
    if (this.isWriter) this.#listenToWriter(on);
  }

  #listenToWriter(on) {
    on(this.inWriter("unquote"), "click", (event) => { event.preventDefault(); this.answer(null); });
    on(this.inWriter("takeThat"), "click", () => this.draft.takeThat());
    on(this.inWriter("keepThis"), "click", () => this.draft.keepThis());
    on(this.words, "paste", (event) => {
      if (!event.clipboardData.files.length || !this.enclosing) return;
      event.preventDefault();
      this.enclosing.take([...event.clipboardData.files]);
    });
    const brings = (event) => event.dataTransfer.types.includes("Files") && this.isNewest;
    for (const kind of ["dragenter", "dragover"])
      on(this, kind, (event) => { if (brings(event)) { event.preventDefault(); this.classList.add("over"); } });
    on(this, "dragleave", ({ relatedTarget }) => this.contains(relatedTarget) || this.classList.remove("over"));
    on(this, "drop", (event) => {
      if (!brings(event)) return;
      event.preventDefault();
      this.classList.remove("over");
      this.enclosing.take([...event.dataTransfer.files]);
    });
  }

  // The line stands again, or somebody looks again.
  #back() {
    this.outgoing.flush();
    this.draft?.save();
    this.arriving.catchUp();
  }

  #isHere(about) {
    return about.client === Number(this.dataset.client);
  }

  // --- sending ---

  get #about() {
    const value = (name) => this.writer.elements[name]?.value ?? "";
    return { lesson: value("lesson"), at: value("at"), session: value("session"), answers: value("answers") };
  }

  #typed() {
    this.#grow();
    if (!this.isWriter) return;
    this.draft.changed();
    if (this.words.value.trim()) this.writing.tell();
  }

  #send() {
    const words = this.words.value;
    if (!words.trim() && (this.enclosing?.isEmpty ?? true)) return this.words.focus();
    if (!this.isNewest) return this.writer.submit(); // an old page: the server leads to the newest
    const about = { ...this.#about, draft: this.draft.knows };
    if (this.enclosing.isEmpty) this.outgoing.add({ words, ...about });
    else if (!this.enclosing.send(words, about)) return undefined;
    this.answer(null);
    for (const each of this.writer.querySelectorAll(".pointing, .error:not([data-part])")) each.remove();
    this.words.removeAttribute("aria-invalid");
    this.words.value = "";
    this.writing.done();
    this.draft.changed();
    this.#grow();
    this.toTheEnd();
    this.words.focus();
    return undefined;
  }

  // What became of it: "sent", "waiting" (tried again later), "signed-out", or {refused: a sentence}.
  async #post({ uuid, words, lesson = "", at = "", session = "", answers = "", draft = "", voice, files = [] }) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: this.token, uuid, words, lesson, at, session, answers, draft });
    for (const id of voice ? [voice] : files) body.append("enclosed_upload", id);
    const send = () => fetch(this.dataset.url, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
    let answer = await send();
    if (answer.status === 403 && (await this.#signedInAgain())) {
      body.set("csrfmiddlewaretoken", this.token);
      answer = await send();
    }
    if (answer.status === 201) {
      if (voice) this.speaking?.sent(uuid);
      this.enclosing?.sent(uuid);
      this.draft?.sent((await answer.json()).draft);
      await this.arriving.catchUp();
      return "sent";
    }
    if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) return "signed-out";
    if (answer.status === 422) return { refused: (await answer.json()).error };
    return "waiting"; // too fast, or the server is away for a moment
  }

  // Whoever signed out and in again elsewhere has another token; somebody else who signed in sends nothing of this.
  async #signedInAgain() {
    const answer = await fetch(this.dataset.url, { redirect: "manual", cache: "no-store" });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const same = page.querySelector("message-thread")?.dataset;
    if (same?.me !== this.dataset.me || same?.client !== this.dataset.client) return false;
    this.writer.elements.csrfmiddlewaretoken.value = page.querySelector(".writer [name=csrfmiddlewaretoken]").value;
    return true;
  }

  #showOutgoing() {
    const kept = [...(this.speaking?.all ?? []), ...(this.enclosing?.all ?? []), ...this.outgoing.all()];
    const ids = new Set(kept.map(({ uuid }) => uuid));
    for (const shown of this.log.querySelectorAll(".unsent")) if (!ids.has(shown.dataset.uuid)) shown.remove();
    for (const message of kept) {
      if (this.log.querySelector(`[data-message][data-uuid="${message.uuid}"]`)) continue;
      this.#draw(message);
    }
  }

  #draw(message) {
    let shown = this.log.querySelector(`.unsent[data-uuid="${message.uuid}"]`);
    if (!shown) {
      shown = this.querySelector(":scope > template").content.firstElementChild.cloneNode(true);
      shown.dataset.uuid = message.uuid;
      shown.querySelector(".prose").textContent = message.spoken ?? message.words;
      shown.querySelector(".names").textContent = (message.names ?? []).join(", ");
      shown.querySelector(".names").hidden = !message.names?.length;
      shown.querySelector(".back").addEventListener("click", () => this.#takeBack(message.uuid));
      this.log.querySelector(".first-word")?.remove();
      this.log.append(shown);
    }
    const failed = Boolean(message.refused);
    shown.classList.toggle("failed", failed);
    shown.querySelector(".line-up").hidden = !failed;
    const says = { sending: "saysSending", waiting: "saysWaiting", "signed-out": "saysSignedOut" };
    shown.querySelector(".state").textContent =
      failed ? `${this.dataset.saysFailed}: ${message.refused}`
      : [this.dataset[says[message.state] ?? "saysSending"], message.progress].filter(Boolean).join(", ");
  }

  #takeBack(uuid) {
    const message = this.outgoing.remove(uuid);
    const words = this.enclosing?.back(uuid) ?? message?.words;
    if (words === undefined || message?.spoken) return this.speaking?.back(uuid);
    this.words.value = [words, this.words.value].filter(Boolean).join("\n\n");
    const answered = message?.answers && this.log.querySelector(`[data-message="${message.answers}"]`);
    if (answered) this.answer(answered);
    this.draft?.changed();
    this.#grow();
    this.#showOutgoing();
    this.words.focus();
    return undefined;
  }

  // --- what it is about ---

  answer(message) {
    const strip = this.inWriter("answering");
    if (!strip) return;
    strip.hidden = !message;
    this.writer.elements.answers.value = message?.dataset.message ?? "";
    if (message) {
      this.inWriter("whose").textContent = message.matches(".mine") ? this.dataset.saysYou : this.dataset.name;
      this.inWriter("quoted").textContent = message.dataset.short ?? message.querySelector(".prose").textContent.trim().slice(0, 160);
      this.words.focus();
    }
    this.draft?.changed();
  }

  // --- where one is ---

  isAtEnd() {
    return document.documentElement.scrollHeight - innerHeight - scrollY < NEAR_THE_END;
  }

  toTheEnd() {
    this.below.hidden = true;
    scrollTo({ top: document.documentElement.scrollHeight });
  }

  #toTheNew() {
    const begin = this.querySelector("#new");
    if (begin) begin.scrollIntoView({ block: "start" });
    else if (this.arriving.last) this.toTheEnd();
  }

  // An address that asks for the writer means the end of the talk, too: what is written next stands there.
  #toTheWords() {
    if (this.isNewest) this.toTheEnd();
    this.words.focus({ preventScroll: true });
    this.words.setSelectionRange(this.words.value.length, this.words.value.length);
  }

  // On a phone the bar of the house makes room while one writes. It comes back a moment later than the focus goes:
  // a page that moves under a finger loses the press.
  #makeRoom(writing) {
    clearTimeout(this.leaving);
    if (writing) document.body.classList.add("writing");
    else this.leaving = setTimeout(() => document.body.classList.remove("writing"), PRESS);
  }

  // Browsers that cannot grow a field with its words by themselves.
  #grow() {
    if (!CSS.supports("field-sizing", "content")) this.words.rows = Math.min(8, this.words.value.split("\n").length);
  }
}

customElements.define("message-thread", MessageThread);
