// <live-part data-on="booking.changed message.new">: a part of the page that is drawn anew when one of these happens,
// as the server draws it then. Several happenings at once ask once; where somebody types or listens, it waits for that.

import { pageNow, redraw } from "./redraw.js";

const SOON = 400; // milliseconds

class LivePart extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    for (const kind of this.dataset.on.split(" ")) document.addEventListener(`live:${kind}`, () => this.#later(), { signal });
    // The first one, too: what happened since the page was made is not told again.
    document.addEventListener("live:open", () => this.#later(), { signal });
    for (const end of ["focusout", "pause"]) // those of sounds do not bubble
      this.addEventListener(end, () => this.stale && this.#later(), { signal, capture: true });
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.#timer);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#draw(), SOON);
  }

  async #draw() {
    const page = await pageNow();
    const fresh = page?.querySelector(`live-part#${this.id}`);
    if (!fresh) return;
    this.stale = !redraw(this, fresh);
    // The numbers in the navigation belong to what is shown.
    for (const link of page.querySelectorAll(".nav [data-counts]"))
      document.querySelector(`.nav [data-counts="${link.dataset.counts}"]`)?.replaceChildren(...link.childNodes);
  }
}

customElements.define("live-part", LivePart);
