// "Marta is writing": told to the other's page while one types, and shown here while the other does.

const TOLD_EVERY = 4_000;
const SHOWN_FOR = 6_000;

export class IsWriting {
  #told = 0;
  #timer = 0;

  constructor(line, { url, token, says }) {
    Object.assign(this, { line, url, token, says });
  }

  tell() {
    if (Date.now() - this.#told < TOLD_EVERY || !navigator.onLine) return;
    this.#told = Date.now();
    const body = new URLSearchParams({ csrfmiddlewaretoken: this.token() });
    fetch(this.url, { method: "POST", body, redirect: "error" }).catch(() => {});
  }

  // The next message begins anew.
  done() {
    this.#told = 0;
  }

  show() {
    this.line.textContent = this.says;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), SHOWN_FOR);
  }

  hide() {
    clearTimeout(this.#timer);
    this.line.textContent = "";
  }
}
