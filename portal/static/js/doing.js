// What one does with a message that stands there: follow its quote, answer it, change it, remove it, write down what is
// said in it. Without this script each of them is a link or a form.

const LOOK_EVERY = 15_000;
const JSON_WANTED = { Accept: "application/json" };

export class Doing {
  constructor(thread) {
    this.thread = thread;
    this.listening = new AbortController();
    const { signal } = this.listening;
    thread.log.addEventListener("click", (event) => this.#pressed(event), { signal });
    thread.log.addEventListener("submit", (event) => this.#said(event), { signal });
    // What opens must not lie under the writer. (A toggle does not bubble: it is caught on its way down.)
    const seen = ({ target }) => target.open && target.closest(".msg") && target.scrollIntoView({ block: "nearest" });
    thread.log.addEventListener("toggle", seen, { signal, capture: true });
    this.timer = setInterval(() => this.#endChanging(), LOOK_EVERY);
  }

  stop() {
    this.listening.abort();
    clearInterval(this.timer);
  }

  #pressed(event) {
    const { thread } = this;
    const quote = event.target.closest("a.quote");
    const there = quote && thread.querySelector(`#m${quote.dataset.to}`);
    if (there) {
      event.preventDefault();
      location.hash = there.id;
    }
    const answer = event.target.closest("a.answer");
    if (answer && thread.isWriter && thread.isNewest) {
      event.preventDefault();
      answer.closest("details").open = false;
      thread.answer(answer.closest(".msg"));
    }
  }

  // Remove for both, or write down what is said: without leaving the page, as long as the server can be reached.
  async #said(event) {
    const form = event.target;
    event.preventDefault();
    const button = form.querySelector("button");
    button.setAttribute("aria-disabled", "true");
    try {
      const answer = await this.#post(form);
      if (!answer.ok) return form.submit(); // the page that comes says why not
      form.dataset.done = "";
      await this.thread.arriving.catchUp();
    } catch {
      form.submit();
    } finally {
      button.removeAttribute("aria-disabled");
    }
    return undefined;
  }

  // Other words for a message: what was typed stays in the field until the server has it.
  async change() {
    const { writer, dataset } = this.thread;
    try {
      const answer = await this.#post(writer);
      const told = await answer.json();
      if (answer.ok) location.assign(`${dataset.url}#m${told.message}`);
      else this.#complain(told.error);
    } catch {
      this.#complain(dataset.saysUnsaved);
    }
  }

  #complain(sentence) {
    const { writer } = this.thread;
    const line = writer.querySelector(".error") ?? document.createElement("p");
    line.className = "error";
    line.setAttribute("role", "alert");
    line.textContent = sentence;
    writer.prepend(line);
  }

  #post(form) {
    const body = new URLSearchParams(new FormData(form));
    return fetch(form.action, { method: "POST", body, headers: JSON_WANTED, redirect: "error" });
  }

  // What can no longer be changed is no longer offered.
  #endChanging() {
    for (const each of this.thread.log.querySelectorAll("a.change")) if (new Date(each.dataset.until) < new Date()) each.remove();
  }
}
