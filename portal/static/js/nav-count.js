// The number of unread messages beside "Messages" in the navigation, as it is now.
// <nav-count from="/messages/unread/" word="new">

const SOON = 300; // milliseconds: several words at once ask once

class NavCount extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.listening = new AbortController();
    for (const kind of ["open", "message.new", "message.seen", "inbox.changed"])
      document.addEventListener(`live:${kind}`, () => this.#later(), { signal: this.listening.signal });
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.#timer);
  }

  #later() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(), SOON);
  }

  async #ask() {
    try {
      const answer = await fetch(this.getAttribute("from"), { redirect: "error", cache: "no-store" });
      if (answer.ok) this.#show((await answer.json()).unread);
    } catch {
      // no network: the number stays until the line is back
    }
  }

  #show(unread) {
    const link = document.querySelector(".nav [data-counts=messages]");
    const dot = link?.querySelector(".dot");
    if (!link || (dot && Number(dot.firstChild.textContent) === unread)) return;
    dot?.remove();
    if (!unread) return;
    const [made, word] = [document.createElement("span"), document.createElement("span")];
    made.className = "dot";
    word.className = "hide";
    word.textContent = ` ${this.getAttribute("word")}`;
    made.append(String(unread), word);
    link.append(made);
  }
}

customElements.define("nav-count", NavCount);
