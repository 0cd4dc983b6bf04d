// <file-state>: follows how a recording is prepared, until it is ready or failed.
//
// Without this script the page says how far it was when the page was made. With `data-anew` the page is fetched
// anew at the end, since it shows more then; not while somebody listens to it.

const EVERY = 3000; // milliseconds

class FileState extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.#ask(), EVERY);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async #ask() {
    if (document.hidden || this.asking) return;
    this.asking = true;
    try {
      const answer = await fetch(this.dataset.from, { redirect: "error", cache: "no-store" });
      if (answer.ok) this.#show(await answer.text());
      else if (answer.status === 404) clearInterval(this.timer);
    } catch {
      // The network is away: the next time may do.
    } finally {
      this.asking = false;
    }
  }

  #show(state) {
    this.innerHTML = state;
    if (this.querySelector("progress")) return;
    clearInterval(this.timer);
    this.firstElementChild?.setAttribute("role", "status");
    const nobodyListens = [...document.querySelectorAll("audio, video")].every((each) => each.paused);
    if (this.dataset.anew !== undefined && nobodyListens) location.reload();
  }
}

customElements.define("file-state", FileState);
