// <message-inbox>: the list is drawn again by the server when somebody writes or is answered, and when what was set
// aside comes back; what is pressed in it is done without leaving the page.

import { pageNow, redraw } from "./redraw.js";

const SOON = 150; // milliseconds: several words at once ask once
const LONGEST = 2 ** 31 - 1; // what a timer can wait

class MessageInbox extends HTMLElement {
  #timer = 0;
  #returns = 0;

  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const kind of ["open", "message.new", "message.seen", "inbox.changed"])
      document.addEventListener(`live:${kind}`, () => this.#later(), { signal });
    this.addEventListener("submit", (event) => this.#pressed(event), { signal });
    this.addEventListener("focusout", () => this.stale && this.#later(), { signal });
    this.#awaitReturn();
    this.querySelector(".parts [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.#timer);
    clearTimeout(this.#returns);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(async () => this.#show(await pageNow()), SOON);
  }

  #show(page) {
    const fresh = page?.querySelector(this.localName);
    if (!fresh) return;
    this.dataset.returns = fresh.dataset.returns ?? "";
    const scrolled = this.querySelector(".parts")?.scrollLeft ?? 0;
    this.stale = !redraw(this, fresh);
    this.querySelector(".parts")?.scrollTo({ left: scrolled });
    const [said, says] = [document.querySelector("h1"), page.querySelector("h1").textContent];
    if (said.textContent !== says) said.textContent = says;
    this.#awaitReturn();
  }

  async #pressed(event) {
    const { target: form, submitter } = event;
    if (form.method !== "post") return;
    event.preventDefault();
    const name = form.closest("[data-name]")?.dataset.name;
    const page = await pageNow(form.action, { method: "POST", body: new FormData(form, submitter), redirect: "follow" });
    if (!page?.querySelector(this.localName)) return location.reload();
    form.closest("details")?.removeAttribute("open");
    this.#show(page);
    const done = this.querySelector("[role=status] p")?.textContent;
    if (submitter?.name === "starred")
      this.#say((submitter.value === "yes" ? this.dataset.saysStarred : this.dataset.saysUnstarred).replace("%s", name));
    else if (done) this.#say(done);
  }

  #say(words) {
    const place = document.querySelector("desk-keys [data-says]");
    if (place) place.textContent = words;
  }

  #awaitReturn() {
    clearTimeout(this.#returns);
    const wait = Date.parse(this.dataset.returns ?? "") - Date.now();
    if (Number.isFinite(wait)) this.#returns = setTimeout(() => this.#later(), Math.min(Math.max(wait, 0) + 1000, LONGEST));
  }
}

customElements.define("message-inbox", MessageInbox);
