// <told-line>: what happened is added to the line and taken away in place. What the server answers is the page as it
// is then; the line is taken out of it. Without this script the page is simply loaded again.

const KINDS = new Set(["add", "remove"]);

class ToldLine extends HTMLElement {
  connectedCallback() {
    document.addEventListener("submit", (event) => this.#sent(event));
  }

  async #sent(event) {
    const { target: form, submitter } = event;
    if (!submitter || !KINDS.has(submitter.name) || this.waits) return;
    event.preventDefault();
    this.waits = true;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter) });
      this.#show(new DOMParser().parseFromString(await answer.text(), "text/html"), form, submitter.name);
    } catch {
      form.requestSubmit(submitter); // no network: the browser says so itself
    } finally {
      this.waits = false;
    }
  }

  #show(page, form, kind) {
    const fresh = page.querySelector("told-line");
    if (!fresh) return location.reload();
    this.replaceChildren(...fresh.childNodes);
    if (kind === "remove") return this.querySelector("[tabindex]")?.focus();
    const fields = page.querySelector(".one-more"), there = form.querySelector(".one-more");
    there.replaceChildren(...fields.childNodes);
    (there.querySelector("[aria-invalid=true]") ?? there.querySelector("input[type=text]"))?.focus();
  }
}

customElements.define("told-line", ToldLine);
