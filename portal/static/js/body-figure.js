// <body-figure>: pressing a part of the figure ticks it in the list, and the other way round. The list is what is
// sent; without this script there is the list alone.

class BodyFigure extends HTMLElement {
  connectedCallback() {
    this.turns = this.querySelector(".turns");
    this.said = this.querySelector(".marked");
    this.turns.hidden = false;
    this.classList.add("awake");
    this.addEventListener("change", ({ target }) => (target.name === "turn" ? this.#turn() : this.#show()));
    this.querySelector(".figures").addEventListener("click", (event) => this.#press(event));
    this.#show();
    this.#turnToMarks();
    this.#turn();
  }

  // What was marked before is seen at once: the side with most of it comes first.
  #turnToMarks() {
    const marks = (view) => this.querySelectorAll(`.figure[data-view="${view}"] .felt`).length;
    const turns = [...this.querySelectorAll("[name=turn]")];
    turns.reduce((best, each) => (marks(each.value) > marks(best.value) ? each : best)).checked = true;
  }

  #press(event) {
    const part = event.target.closest("[data-part]")?.dataset.part;
    const box = part && this.querySelector(`input[name="parts"][value="${CSS.escape(part)}"]`);
    if (!box) return;
    box.checked = !box.checked;
    this.#show();
  }

  #turn() {
    const view = this.querySelector("[name=turn]:checked").value;
    for (const figure of this.querySelectorAll(".figure")) figure.classList.toggle("shown", figure.dataset.view === view);
  }

  #show() {
    const ticked = [...this.querySelectorAll("input[name=parts]:checked")];
    const keys = new Set(ticked.map(({ value }) => value));
    for (const area of this.querySelectorAll("[data-part]")) area.classList.toggle("felt", keys.has(area.dataset.part));
    this.said.textContent = ticked.map((box) => box.closest("label").textContent.trim()).join("; ") || this.said.dataset.none;
  }
}

customElements.define("body-figure", BodyFigure);
