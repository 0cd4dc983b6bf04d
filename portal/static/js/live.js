// <live-events url="/live/" since-url="/live/since/">: what happened, told to the page as it happens.
//
// Each event becomes `live:<kind>` on the document, with the event's ids as `detail`. `live:open` says that the line
// stands (again): whoever shows a list then fetches what it missed. Of several open tabs one holds the line for all:
// a browser grants an address six lines only. A page that is hidden for long lets the line go.

const HIDDEN_FOR = 60_000;
const POLL_EVERY = 5_000;
const BREAKS_BEFORE_POLLING = 3;

class LiveEvents extends HTMLElement {
  #source = null;
  #poll = 0;
  #breaks = 0;
  #last = null;
  #hidden = 0;
  #turn = null; // ends this tab's turn at holding the line
  #tabs = null;

  connectedCallback() {
    if ("BroadcastChannel" in window) {
      this.#tabs = new BroadcastChannel("live");
      this.#tabs.onmessage = ({ data }) => this.#tell(data);
    }
    document.addEventListener("visibilitychange", this.#seen);
    addEventListener("pageshow", this.#seen);
    addEventListener("pagehide", this.#leave);
    this.#join();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.#seen);
    removeEventListener("pageshow", this.#seen);
    removeEventListener("pagehide", this.#leave);
    this.#leave();
    this.#tabs?.close();
  }

  #seen = () => {
    clearTimeout(this.#hidden);
    if (document.hidden) this.#hidden = setTimeout(this.#leave, HIDDEN_FOR);
    else this.#join();
  };

  #leave = () => {
    this.#source?.close();
    this.#source = null;
    clearInterval(this.#poll);
    this.#poll = 0;
    this.#turn?.();
    this.#turn = null;
  };

  // Wait for the turn to hold the line, then hold it until this page is hidden for long or left.
  #join() {
    if (this.#turn) return;
    let end;
    const ended = new Promise((resolve) => (end = resolve));
    const waiting = new AbortController();
    this.#turn = () => { end(); waiting.abort(); };
    if (!navigator.locks) return this.#connect();
    navigator.locks
      .request("live", { signal: waiting.signal }, () => { this.#connect(); return ended; })
      .catch(() => {}); // the wait was given up
    this.#tell({ kind: "open", about: {} });
  }

  #connect() {
    this.#source?.close();
    const from = this.#last === null ? "" : `?since=${this.#last}`;
    const source = (this.#source = new EventSource(this.getAttribute("url") + from));
    source.addEventListener("open", () => { this.#breaks = 0; this.#share({ kind: "open", about: {} }); });
    source.addEventListener("here", (event) => { this.#last = Number(event.lastEventId); });
    source.addEventListener("message", (event) => {
      this.#last = Number(event.lastEventId);
      this.#share({ ...JSON.parse(event.data), id: this.#last });
    });
    source.addEventListener("full", () => { this.#breaks = BREAKS_BEFORE_POLLING; this.#broke(source); });
    source.addEventListener("error", () => this.#broke(source));
  }

  // The browser connects again by itself, unless the answer was no stream at all.
  #broke(source) {
    if (source !== this.#source) return;
    this.#breaks += 1;
    if (source.readyState !== EventSource.CLOSED && this.#breaks < BREAKS_BEFORE_POLLING) return;
    source.close();
    this.#source = null;
    this.#poll ||= setInterval(() => this.#ask(), POLL_EVERY);
  }

  // No stream here (an old proxy, a server that is restarting): ask, and try the stream again when asking works.
  async #ask() {
    try {
      const from = this.#last === null ? "" : `?id=${this.#last}`;
      const answer = await fetch(this.getAttribute("since-url") + from, { redirect: "error", cache: "no-store" });
      if (!answer.ok) return;
      const { last, events } = await answer.json();
      if (this.#last === null) this.#share({ kind: "open", about: {} });
      this.#last = last;
      events.forEach((event) => this.#share(event));
      if ((this.#breaks += 1) % 12 === 0) this.#again();
    } catch {
      // no network: the next turn asks again
    }
  }

  #again() {
    clearInterval(this.#poll);
    this.#poll = 0;
    this.#breaks = 0;
    this.#connect();
  }

  #share(event) {
    this.#tabs?.postMessage(event);
    this.#tell(event);
  }

  #tell({ kind, about, id }) {
    if (id) this.#last = Math.max(this.#last ?? 0, id);
    document.dispatchEvent(new CustomEvent(`live:${kind}`, { detail: about }));
  }
}

customElements.define("live-events", LiveEvents);
