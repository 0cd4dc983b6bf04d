// <step-list>: lessons of a program change places without loading the page anew: with the Up and Down buttons, or by
// dragging their handle. The server decides; what it refuses goes back to its place, with its sentence. Without this
// script the buttons load the page.

class StepList extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.list = this.querySelector("ol");
    this.status = this.querySelector("[data-status]");
    this.trouble = this.querySelector("[data-trouble]");
    for (const handle of this.querySelectorAll("[data-handle]")) handle.hidden = false;
    this.form.addEventListener("submit", (event) => this.submitted(event));
    this.list.addEventListener("pointerdown", (event) => this.down(event));
    this.list.addEventListener("pointermove", (event) => this.moved(event));
    this.list.addEventListener("pointerup", () => this.up());
    this.list.addEventListener("pointercancel", () => this.putBack());
    this.list.addEventListener("dragstart", (event) => event.preventDefault());
    addEventListener("keydown", (event) => event.key === "Escape" && this.held && this.putBack());
  }

  get steps() { return [...this.list.children]; }

  // --- by the buttons -----------------------------------------------------------------------------------

  submitted(event) {
    const button = event.submitter;
    const by = { up: -1, down: 1 }[button?.name];
    if (!by) return;
    event.preventDefault();
    const step = button.closest("li");
    const goal = by < 0 ? step.previousElementSibling : step.nextElementSibling;
    if (!goal) return;
    const before = this.steps;
    if (by < 0) goal.before(step);
    else goal.after(step);
    button.focus();
    step.scrollIntoView({ block: "nearest" });
    this.tell(step, before);
  }

  // --- by the handle ------------------------------------------------------------------------------------

  down(event) {
    const handle = event.target.closest("[data-handle]");
    if (!handle || event.button > 0) return;
    const step = handle.closest("li");
    this.held = { step, before: this.steps, from: event.clientY, pointer: event.pointerId };
    this.list.setPointerCapture(event.pointerId);
    step.classList.add("held");
    event.preventDefault();
  }

  // The held lesson changes places with a neighbour as soon as the pointer has passed its middle.
  moved(event) {
    if (!this.held || event.pointerId !== this.held.pointer) return;
    const { step } = this.held;
    const middle = (other) => { const box = other.getBoundingClientRect(); return box.top + box.height / 2; };
    const above = step.previousElementSibling;
    const below = step.nextElementSibling;
    if (above && event.clientY < middle(above)) above.before(step);
    else if (below && event.clientY > middle(below)) below.after(step);
    else return;
    this.number();
  }

  up() {
    if (!this.held) return;
    const { step, before } = this.held;
    this.letGo();
    if (before.some((each, place) => each !== this.steps[place])) this.tell(step, before);
  }

  putBack() {
    if (!this.held) return;
    const { before } = this.held;
    this.letGo();
    this.order(before);
  }

  letGo() {
    this.held.step.classList.remove("held");
    this.list.releasePointerCapture(this.held.pointer);
    this.held = null;
  }

  // --- what was done ------------------------------------------------------------------------------------

  order(steps) {
    const held = document.activeElement;
    this.list.append(...steps);
    if (this.list.contains(held)) held.focus(); // what is moved loses it
    this.number();
  }

  // Places in words and numbers. Days belong to the place, not to the lesson that stands on it.
  number() {
    const days = this.steps.map((step) => step.querySelector("[data-stays]")).filter(Boolean);
    const values = days.map((input) => Number(input.value)).sort((one, other) => one - other);
    days.forEach((input, place) => { input.value = values[place]; });
    this.steps.forEach((step, place) => {
      step.querySelector("[data-place]").textContent = place + 1;
      for (const [name, last] of [["up", 0], ["down", this.steps.length - 1]]) {
        step.querySelector(`[name=${name}]`).toggleAttribute("aria-disabled", false);
        if (place === last) step.querySelector(`[name=${name}]`).setAttribute("aria-disabled", "true");
      }
    });
  }

  async tell(step, before) {
    this.number();
    const body = new FormData(this.form);
    body.set("order", this.steps.map((each) => each.dataset.step).join(","));
    body.set("moved", step.dataset.step);
    try {
      const answer = await fetch(this.form.action, { method: "POST", body, headers: { Accept: "application/json" } });
      const { said } = await answer.json();
      if (!answer.ok) this.order(before);
      this.say(said, !answer.ok);
    } catch {
      this.form.submit(); // no answer: the page itself says what is so
    }
  }

  say(words, refused) {
    this.trouble.hidden = !refused;
    this.trouble.textContent = refused ? words : "";
    this.status.textContent = words;
  }
}

customElements.define("step-list", StepList);
