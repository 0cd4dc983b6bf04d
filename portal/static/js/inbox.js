// <message-inbox>: the list is drawn again by the server when somebody writes or is answered.

class MessageInbox extends HTMLElement {
  connectedCallback() {
    this.listening = new AbortController();
    for (const kind of ["open", "message.new", "message.seen"])
      document.addEventListener(`live:${kind}`, () => this.#later(), { signal: this.listening.signal });
  }

  disconnectedCallback() {
    this.listening.abort();
    clearTimeout(this.timer);
  }

  // Several words at once ask once.
  #later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#draw(), 150);
  }

  async #draw() {
    try {
      const answer = await fetch(location.href, { redirect: "error", cache: "no-store" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const focused = this.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      this.replaceChildren(...page.querySelector("message-inbox").childNodes);
      document.querySelector("h1").textContent = page.querySelector("h1").textContent;
      if (focused) this.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
    } catch {
      // no network: the list stays as it is until the line is back
    }
  }
}

customElements.define("message-inbox", MessageInbox);
