// Opening hours and limits: shows at once what is being typed would lead to. Without this module the button
// "Look first" loads the same page with the same words.

const PAUSE = 350; // milliseconds after the last key

class LookFirst extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.querySelector("[data-look]").hidden = true;
    this.addEventListener("input", () => this.wait());
    this.addEventListener("change", () => this.wait());
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), PAUSE);
  }

  async look() {
    this.asked?.abort();
    this.asked = new AbortController();
    const typed = new FormData(this.form);
    typed.set("look", "1");
    try {
      const answer = await fetch(this.form.action, { method: "POST", body: typed, signal: this.asked.signal });
      if (answer.ok || answer.status === 422) this.show(await answer.text());
    } catch (problem) {
      // No line: the button tells by itself when it is pressed.
      if (problem.name !== "AbortError") this.querySelector("[data-look]").hidden = false;
    }
  }

  // What is unclear yet (422) is not complained about while somebody types.
  show(html) {
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const id of ["outlook", "leads"]) {
      const fresh = page.getElementById(id);
      if (fresh) document.getElementById(id).replaceChildren(...fresh.childNodes);
    }
    const said = page.querySelector(`form[action="${this.form.getAttribute("action")}"] [data-foreseen]`);
    for (const line of document.querySelectorAll("[data-foreseen]")) {
      const words = line.closest("look-first") === this ? said?.textContent.replace(/\s+/g, " ").trim() : "";
      if (line.textContent !== words) line.textContent = words;
    }
  }
}

customElements.define("look-first", LookFirst);
