// <message-thread>: sends without leaving the page, keeps what is not sent, and lets what arrives appear.
//
// What one sends is first kept in this browser, with an id of its own, until the server has it: cut the network,
// close the tab, reload, send from two tabs, and each message is there once, because the server knows the id.
// All that is shown of the server's messages is drawn by the server (`data-news`), in the server's order.

import { Outgoing } from "./outgoing.js";
import { Speaking } from "./speaking.js";

const NEAR_THE_END = 160; // pixels
const PRESS = 400; // milliseconds

class MessageThread extends HTMLElement {
  #fetching = null;
  #again = false;

  connectedCallback() {
    this.log = this.querySelector(".thread");
    this.writer = this.querySelector(".writer");
    this.words = this.writer.elements.words;
    this.below = this.querySelector(".below");
    this.outgoing = new Outgoing(this.dataset.key, {
      post: (message) => this.#post(message),
      changed: () => this.#showOutgoing(),
    });
    this.#speak();
    this.#listen();
    this.#restoreDraft();
    this.#showOutgoing();
    this.outgoing.flush();
    if (this.dataset.newest === "yes" && !location.hash) this.#toTheNew();
    this.#markSeen();
  }

  disconnectedCallback() {
    this.listening.abort();
    this.outgoing.stop();
    this.speaking?.stop();
  }

  // Speaking is offered where a browser can record, and where what was said would appear.
  async #speak() {
    const recorder = this.querySelector("sound-recorder");
    await customElements.whenDefined("sound-recorder");
    if (!recorder.classList.contains("awake") || this.dataset.newest !== "yes") return;
    this.speaking = new Speaking(recorder, {
      come: (message) => this.outgoing.add(message),
      changed: () => this.#showOutgoing(),
    });
    const button = this.writer.querySelector(".speak");
    button.hidden = false;
    button.addEventListener("click", () => recorder.record());
    recorder.addEventListener("sound:state", ({ detail }) => this.classList.toggle("speaks", detail.now !== "idle" && !recorder.found));
    recorder.addEventListener("sound:keep", () => this.#toTheEnd());
    recorder.addEventListener("sound:leave", () => button.focus());
  }

  #listen() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    const on = (target, kind, act) => target.addEventListener(kind, act, { signal });
    on(this.writer, "submit", (event) => { event.preventDefault(); this.#send(); });
    on(this.words, "input", () => { this.#keepDraft(); this.#grow(); });
    on(this.words, "keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); this.#send(); }
    });
    on(this.writer, "focusin", ({ target }) => target.closest(".speak") || this.#makeRoom(true));
    on(this.writer, "focusout", () => this.#makeRoom(false));
    on(this.below, "click", () => { this.below.hidden = true; });
    on(window, "online", () => { this.outgoing.flush(); this.#catchUp(); });
    on(window, "storage", () => this.#showOutgoing());
    on(document, "visibilitychange", () => { if (!document.hidden) { this.outgoing.flush(); this.#catchUp(); } });
    on(document, "live:open", () => { this.outgoing.flush(); this.#catchUp(); });
    on(document, "live:message.new", ({ detail }) => this.#isHere(detail) && this.#catchUp());
    on(document, "live:message.seen", ({ detail }) => {
      if (this.#isHere(detail) && detail.reader !== Number(this.dataset.me)) this.#showSeen(detail.message);
    });
  }

  #isHere(about) {
    return about.client === Number(this.dataset.client);
  }

  get #last() {
    const shown = this.log.querySelectorAll("[data-message]");
    return shown.length ? Number(shown[shown.length - 1].dataset.message) : 0;
  }

  // --- sending ---

  #send() {
    const words = this.words.value;
    if (!words.trim()) return this.words.focus();
    if (this.dataset.newest !== "yes") return this.writer.submit(); // an old page: the server leads to the newest
    this.outgoing.add({
      words,
      lesson: this.writer.elements.lesson?.value ?? "",
      at: this.writer.elements.at?.value ?? "",
    });
    this.writer.querySelector(".about")?.remove();
    this.writer.querySelector(".error")?.remove();
    this.words.removeAttribute("aria-invalid");
    this.words.value = "";
    this.#keepDraft();
    this.#grow();
    this.#toTheEnd();
    this.words.focus();
  }

  // What became of it: "sent", "waiting" (tried again later), "signed-out", or {refused: a sentence}.
  async #post({ uuid, words, lesson = "", at = "", voice }) {
    const token = this.writer.elements.csrfmiddlewaretoken.value;
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, uuid, words, lesson, at });
    if (voice) body.set("files_upload", voice);
    const headers = { Accept: "application/json" };
    const answer = await fetch(this.writer.action, { method: "POST", body, headers, redirect: "manual" });
    if (answer.status === 201) {
      if (voice) this.speaking?.sent(uuid);
      await this.#catchUp();
      return "sent";
    }
    if (answer.type === "opaqueredirect" || answer.status === 403 || answer.status === 404) return "signed-out";
    if (answer.status === 422) return { refused: (await answer.json()).error };
    return "waiting"; // too fast, or the server is away for a moment
  }

  #showOutgoing() {
    const kept = [...(this.speaking?.all ?? []), ...this.outgoing.all()];
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
      shown = this.querySelector("template").content.firstElementChild.cloneNode(true);
      shown.dataset.uuid = message.uuid;
      shown.querySelector(".prose").textContent = message.spoken ?? message.words;
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
    if (!message || message.spoken) return this.speaking?.back(uuid);
    this.words.value = [message.words, this.words.value].filter(Boolean).join("\n\n");
    this.#keepDraft();
    this.#grow();
    this.words.focus();
  }

  // --- what arrives ---

  // One question at a time; whoever asks meanwhile gets one more question after it.
  async #catchUp() {
    if (this.dataset.newest !== "yes") return;
    if (this.#fetching) { this.#again = true; return this.#fetching; }
    this.#fetching = this.#fetchNews().finally(() => { this.#fetching = null; });
    await this.#fetching;
    if (this.#again) { this.#again = false; await this.#catchUp(); }
  }

  async #fetchNews() {
    let answer;
    try {
      answer = await fetch(`${this.dataset.news}?after=${this.#last}`, { redirect: "error", cache: "no-store" });
    } catch {
      return; // no network: the line tells when it is back
    }
    if (!answer.ok) return;
    this.#insert(await answer.text());
    this.#showSeen(Number(answer.headers.get("X-Seen")));
    this.#markSeen();
  }

  #insert(html) {
    const arrived = new DOMParser().parseFromString(html, "text/html").body;
    if (!arrived.querySelector("[data-message]")) return;
    const atEnd = this.#isAtEnd();
    this.log.querySelector(".first-word")?.remove();
    for (const each of [...arrived.children]) this.#place(each, atEnd && !document.hidden);
    const fromOther = arrived.querySelector("[data-message]:not(.mine)") !== null;
    for (const unsent of this.log.querySelectorAll(".unsent")) this.log.append(unsent);
    if (atEnd) this.#toTheEnd();
    else if (fromOther) this.below.hidden = false;
  }

  #place(each, watched) {
    const { uuid, message, day } = each.dataset;
    if (message && this.log.querySelector(`[data-message="${message}"]`)) return;
    if (day && this.log.querySelector(`[data-day="${day}"]`)) return;
    if (each.classList.contains("new") && (watched || this.log.querySelector(".new"))) return;
    if (uuid) {
      this.log.querySelector(`.unsent[data-uuid="${uuid}"]`)?.remove();
      this.outgoing.remove(uuid);
    }
    this.log.append(document.importNode(each, true));
  }

  #showSeen(upTo) {
    for (const each of this.log.querySelectorAll(".mine[data-message]"))
      if (Number(each.dataset.message) <= upTo) each.querySelector(".state").textContent = this.dataset.saysSeen;
  }

  // Tell that what is shown has been seen, once it is on a screen that somebody looks at.
  #markSeen() {
    const others = this.log.querySelectorAll("[data-message]:not(.mine)");
    const last = others.length ? Number(others[others.length - 1].dataset.message) : 0;
    if (document.hidden || this.dataset.newest !== "yes" || last <= (this.marked ?? 0)) return;
    this.marked = last;
    const token = this.writer.elements.csrfmiddlewaretoken.value;
    const body = new URLSearchParams({ csrfmiddlewaretoken: token, up_to: last });
    fetch(this.dataset.seen, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true }).catch(
      () => { this.marked = 0; },
    );
  }

  // --- where one is ---

  #isAtEnd() {
    return document.documentElement.scrollHeight - innerHeight - scrollY < NEAR_THE_END;
  }

  #toTheEnd() {
    this.below.hidden = true;
    scrollTo({ top: document.documentElement.scrollHeight });
  }

  #toTheNew() {
    const begin = this.querySelector("#new");
    if (begin) begin.scrollIntoView({ block: "start" });
    else if (this.#last) this.#toTheEnd();
  }

  // On a phone the bar of the house makes room while one writes. It comes back a moment later than the focus goes:
  // a page that moves under a finger loses the press.
  #makeRoom(writing) {
    clearTimeout(this.leaving);
    if (writing) document.body.classList.add("writing");
    else this.leaving = setTimeout(() => document.body.classList.remove("writing"), PRESS);
  }

  // --- the draft ---

  #restoreDraft() {
    if (!this.words.value) this.words.value = this.outgoing.draft;
    this.#grow();
  }

  #keepDraft() {
    this.outgoing.draft = this.words.value;
  }

  // Browsers that cannot grow a field with its words by themselves.
  #grow() {
    if (!CSS.supports("field-sizing", "content")) this.words.rows = Math.min(8, this.words.value.split("\n").length);
  }
}

customElements.define("message-thread", MessageThread);
