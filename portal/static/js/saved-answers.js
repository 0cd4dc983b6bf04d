// <saved-answers>: a small list beside the writer. Typing finds, the arrows choose, Enter or a press puts the words
// into the message, where they can be changed; nothing is sent from here.

class SavedAnswers extends HTMLElement {
  #all = null; // [{ title, words, missing }]
  #shown = [];
  #chosen = 0;

  connectedCallback() {
    this.words = document.getElementById("words");
    if (!this.words) return;
    this.replaceChildren(this.querySelector("template").content.cloneNode(true));
    this.details = this.querySelector("details");
    this.field = this.querySelector("input");
    this.list = this.querySelector("ul");
    this.none = this.querySelector(".none");
    this.says = this.querySelector("[data-says]");
    this.details.addEventListener("toggle", () => this.details.open && this.#opened());
    this.field.addEventListener("input", () => this.#draw());
    this.addEventListener("keydown", (event) => this.#key(event));
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.#put(this.#shown[[...this.list.children].indexOf(option)]);
    });
  }

  async #opened() {
    this.says.textContent = "";
    this.field.value = "";
    this.field.focus();
    this.#all ??= await this.#fetch();
    this.#draw();
    this.scrollIntoView({ block: "end" });
  }

  async #fetch() {
    try {
      const answer = await fetch(this.dataset.from, { redirect: "error" });
      if (!answer.ok) return null;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      return [...page.querySelectorAll("[data-answers] > li")].map((each) => ({
        title: each.querySelector("h2").textContent, words: each.dataset.words, missing: each.dataset.missing ?? "",
      }));
    } catch {
      return null; // no network: it is asked again when the list is opened again
    }
  }

  #draw() {
    const wanted = this.field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const holds = ({ title, words }) => wanted.every((word) => `${title} ${words}`.toLowerCase().includes(word));
    this.#shown = (this.#all ?? []).filter(holds);
    this.list.replaceChildren(...this.#shown.map((answer, number) => this.#option(answer, number)));
    this.none.hidden = this.#shown.length > 0;
    this.none.textContent = this.#all?.length ? this.dataset.none : this.dataset.empty;
    this.#choose(0);
  }

  #option({ title, words }, number) {
    const option = document.createElement("li");
    option.setAttribute("role", "option");
    option.id = `saved-${number}`;
    const [name, piece] = [document.createElement("b"), document.createElement("span")];
    name.textContent = title;
    piece.textContent = words;
    piece.className = "soft";
    option.append(name, piece);
    return option;
  }

  #choose(number) {
    this.#chosen = Math.min(Math.max(number, 0), this.#shown.length - 1);
    [...this.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === this.#chosen)));
    const option = this.list.children[this.#chosen];
    option?.scrollIntoView({ block: "nearest" });
    if (option) this.field.setAttribute("aria-activedescendant", option.id);
    else this.field.removeAttribute("aria-activedescendant");
  }

  #key(event) {
    if (!this.details.open) return;
    if (event.key === "Escape") this.#close();
    else if (event.target !== this.field) return;
    else if (event.key === "ArrowDown") this.#choose(this.#chosen + 1);
    else if (event.key === "ArrowUp") this.#choose(this.#chosen - 1);
    else if (event.key === "Enter") this.#put(this.#shown[this.#chosen]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // At the place of the caret; the writer hears of it as of typing, so the draft is kept and the field grows.
  #put(answer) {
    if (!answer) return;
    const { words } = this;
    const [before, after] = [words.value.slice(0, words.selectionStart), words.value.slice(words.selectionEnd)];
    const gap = before && !/\s$/.test(before) ? " " : "";
    words.value = before + gap + answer.words + after;
    const end = (before + gap + answer.words).length;
    this.#close();
    words.setSelectionRange(end, end);
    words.dispatchEvent(new Event("input", { bubbles: true }));
    this.says.textContent = answer.missing || this.dataset.in;
  }

  #close() {
    this.details.open = false;
    this.words.focus();
  }
}

customElements.define("saved-answers", SavedAnswers);
