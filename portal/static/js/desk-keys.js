// <desk-keys>: the practitioner's messages under one hand on the keyboard. Each key moves the focus or presses what
// stands in the page anyway, so nothing can be done here that could not be done without. Keys never act while somebody
// types, nor beside Ctrl, Alt or Command, and can be turned off (WCAG 2.2, 2.1.4).

import { pageNow } from "./redraw.js";

const ROWS = ":is(.inbox, .hits) > li";
const OFF = "desk-keys-off";
const TYPED_IN = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";

// A row is known by the client it is about, or by what was found.
const nameOf = (row) => row?.dataset.client ?? row?.dataset.hit;

class DeskKeys extends HTMLElement {
  #at; // the name of the row that was reached last

  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    this.isList = this.dataset.list === "yes";
    this.details = this.querySelector("details");
    document.addEventListener("keydown", (event) => this.#key(event), { signal });
    document.addEventListener("focusin", ({ target }) => { this.#at = nameOf(target.closest?.(ROWS)) ?? this.#at; }, { signal });
    if (!this.isList) document.addEventListener("submit", (event) => this.#pressed(event), { signal });
    this.#offerToTurnOff();
    if (location.hash === "#words") this.#write();
  }

  disconnectedCallback() {
    this.listening.abort();
  }

  #offerToTurnOff() {
    const chip = this.querySelector("label");
    const box = chip.querySelector("input");
    chip.hidden = false;
    box.checked = localStorage.getItem(OFF) === null;
    box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "yes")));
  }

  #key(event) {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest?.(TYPED_IN) || localStorage.getItem(OFF) !== null) return;
    const act = this.#acts[event.key] ?? (this.isList ? this.#acts.list : this.#acts.talk)[event.key];
    if (act?.(event) === undefined) return;
    event.preventDefault();
  }

  // What each key does; undefined leaves the key to the browser.
  #acts = {
    s: () => this.#press("s"),
    h: () => this.#press("h"),
    e: () => this.#press("e"),
    "/": () => this.#search(),
    "?": () => this.#help(),
    list: {
      j: () => this.#step(1),
      k: () => this.#step(-1),
      ArrowDown: ({ target }) => (target.closest?.(ROWS) ? this.#step(1) : undefined),
      ArrowUp: ({ target }) => (target.closest?.(ROWS) ? this.#step(-1) : undefined),
      r: () => this.#open("#words"),
    },
    talk: {
      r: () => this.#write(),
      a: () => this.#answers(),
      u: () => { location.assign(this.dataset.inbox); return true; },
    },
  };

  get #rows() { return [...document.querySelectorAll(ROWS)]; }
  get #row() { return this.#rows.find((row) => nameOf(row) === this.#at); }

  #step(by) {
    const rows = this.#rows;
    if (!rows.length) return true;
    const now = rows.indexOf(this.#row);
    const next = now < 0 ? 0 : Math.min(Math.max(now + by, 0), rows.length - 1);
    rows[next].querySelector("h2 a").focus();
    rows[next].scrollIntoView({ block: "nearest" });
    return true;
  }

  #open(hash) {
    if (!this.#row) return this.#none();
    const link = this.#row.querySelector("h2 a");
    location.assign(link.pathname + hash);
    return true;
  }

  #press(key) {
    const place = this.isList ? this.#row : document.querySelector(".talk-keys");
    if (!place) return this.#none();
    const found = place.querySelector(`[data-key="${key}"]`);
    if (!found) return true;
    if (found.localName === "form") found.requestSubmit(found.querySelector("button"));
    else {
      found.open = !found.open;
      found.querySelector(found.open ? "button" : "summary").focus();
    }
    return true;
  }

  #search() {
    const field = document.querySelector(".search-box [type=search]");
    if (!field) location.assign(this.dataset.search);
    field?.focus();
    field?.select();
    return true;
  }

  #help() {
    this.details.open = !this.details.open;
    this.details.querySelector("summary").focus();
    this.details.scrollIntoView({ block: "nearest" });
    return true;
  }

  #write() {
    document.getElementById("words")?.focus();
    return true;
  }

  #answers() {
    document.querySelector("saved-answers summary")?.click();
    return true;
  }

  #none() {
    this.querySelector("[data-says]").textContent = document.querySelector("message-inbox")?.dataset.saysNone ?? "";
    return true;
  }

  // In a conversation: what is pressed above it is done in place, so that nothing that is being written is left.
  async #pressed(event) {
    const { target: form, submitter } = event;
    const place = form.closest(".talk-keys");
    if (!place) return;
    event.preventDefault();
    const page = await pageNow(form.action, { method: "POST", body: new FormData(form, submitter), redirect: "follow" });
    const fresh = page?.querySelector(".talk-keys");
    if (!fresh) return location.reload();
    const key = form.closest("[data-key]").dataset.key;
    place.replaceWith(fresh);
    fresh.querySelector(`[data-key="${key}"] :is(button, summary)`)?.focus();
  }
}

customElements.define("desk-keys", DeskKeys);
