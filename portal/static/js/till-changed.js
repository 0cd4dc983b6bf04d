// <till-changed data-now="...">: looks every few seconds whether the page says the same, and shows it anew when not.

const EVERY = 2_000;

class TillChanged extends HTMLElement {
  #timer = 0;

  connectedCallback() {
    this.#timer = setInterval(() => document.hidden || this.#look(), EVERY);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  async #look() {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return; // the line is broken: the next look may see more
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (page.querySelector(this.localName)?.dataset.now !== this.dataset.now) location.reload();
  }
}

customElements.define("till-changed", TillChanged);
