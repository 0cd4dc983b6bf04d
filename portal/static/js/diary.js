// <diary-sheet>: the practitioner's calendar under the hand. Sessions are moved by dragging (a finger holds a moment
// first) or with the arrow keys; where one is dropped, the page asks the server for the words and shows them below.
// Free time is in diary-free.js. Without these modules every part is a plain link.

import { FreeTime } from "./diary-free.js";
import { clock, there } from "./wall.js";

const QUARTER = 15;
const HOLD = 450; // a finger that rests so many milliseconds takes hold; before that it scrolls
const SLIP = 6; // a pointer that moved fewer pixels has pressed, not dragged

const at = (minute) => `at-${clock(minute).replace(":", "")}`;
const number = (element, property) => Number(getComputedStyle(element).getPropertyValue(property));

class DiarySheet extends HTMLElement {
  #going = null; // the move in hand: { from, ghost, column, minute, grip }
  #press = null; // a pointer that is down and may become a drag
  #stale = false;
  #free = new FreeTime(this, { minuteAt: (...place) => this.#minuteAt(...place), drawn: () => this.#drawn });

  connectedCallback() {
    this.addEventListener("pointerdown", (event) => this.#down(event));
    this.addEventListener("pointermove", (event) => this.#moved(event));
    this.addEventListener("pointerup", (event) => this.#up(event));
    this.addEventListener("pointercancel", () => this.#cancelled());
    this.addEventListener("pointerleave", () => this.#free.unpoint());
    this.addEventListener("touchmove", (event) => this.#holds && event.preventDefault(), { passive: false });
    this.addEventListener("contextmenu", (event) => (this.#press || this.#free.busy) && event.preventDefault());
    this.addEventListener("dragstart", (event) => event.preventDefault());
    this.addEventListener("click", (event) => this.#clicked(event), true);
    this.addEventListener("keydown", (event) => this.#key(event));
    document.addEventListener("live:booking.changed", this.#refresh);
    document.addEventListener("live:open", this.#refresh);
    this.clockwork = setInterval(() => this.#tick(), 60_000);
  }

  disconnectedCallback() {
    document.removeEventListener("live:booking.changed", this.#refresh);
    document.removeEventListener("live:open", this.#refresh);
    clearInterval(this.clockwork);
  }

  get #diary() { return this.querySelector(".diary"); }
  get #asking() { return this.querySelector("[data-asking]"); }
  get #columns() { return [...this.querySelectorAll(".slotted")]; }
  get #inHand() { return this.#going || this.#press || this.#free.busy; }
  get #holds() { return this.#press?.dragged || this.#free.isDrawing; }
  get #drawn() { return getComputedStyle(this.querySelector(".slotted")).display === "grid"; }

  // --- free time ------------------------------------------------------------------------------------------------

  #minuteAt(column, y) {
    const first = number(this.#diary, "--first") / 4;
    const row = column.getBoundingClientRect().height / (number(this.#diary, "--hours") * 4);
    return first * 60 + Math.floor((y - column.getBoundingClientRect().top) / row) * QUARTER;
  }

  #clicked(event) {
    if (this.#holds) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.target.closest("[data-leave]")) { event.preventDefault(); this.#back(); return; }
    const near = event.target.closest("[data-near]");
    if (near) { event.preventDefault(); this.#askAt(near.href); return; }
    const free = event.target.closest("[data-free]");
    if (!free || !this.#drawn || event.detail === 0 || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    this.#free.pressed(free, event);
  }

  // --- by hand --------------------------------------------------------------------------------------------------

  #down(event) {
    this.#free.down(event);
    const session = event.target.closest("[data-move]");
    if (!session || event.button !== 0 || !this.#drawn || !event.isPrimary) return;
    const press = (this.#press = { session, x: event.clientX, y: event.clientY, id: event.pointerId });
    press.grip = event.clientY - session.getBoundingClientRect().top;
    if (event.pointerType === "touch") press.hold = setTimeout(() => this.#take(press), HOLD);
  }

  #moved(event) {
    const press = this.#press;
    if (!press) return this.#free.moved(event);
    if (!press.dragged) {
      if (Math.hypot(event.clientX - press.x, event.clientY - press.y) < SLIP) return undefined;
      if (press.hold) { clearTimeout(press.hold); this.#press = null; return undefined; }
      this.#take(press);
    }
    this.#drag(event);
    return undefined;
  }

  #take(press) {
    press.dragged = true;
    this.#start(press.session, press.grip);
    this.setPointerCapture(press.id);
    this.classList.add("is-dragging");
  }

  #drag(event) {
    const columns = this.#columns;
    const under = columns.find((column) => {
      const box = column.getBoundingClientRect();
      return event.clientX >= box.left && event.clientX < box.right;
    });
    const column = under ?? this.#going.column;
    this.#put(column, this.#minuteAt(column, event.clientY - this.#going.grip + 10));
  }

  #up(event) {
    if (!this.#press?.dragged) this.#free.up(event);
    const press = this.#press;
    clearTimeout(press?.hold);
    this.classList.remove("is-dragging");
    if (press?.dragged) this.#ask();
    setTimeout(() => { this.#press = null; }); // the click that follows belongs to the drag
  }

  #cancelled() {
    this.#free.end();
    clearTimeout(this.#press?.hold);
    if (this.#press?.dragged) this.#back();
    this.#press = null;
    this.classList.remove("is-dragging");
  }

  // --- by keyboard ----------------------------------------------------------------------------------------------

  #key(event) {
    if (event.key === "Escape" && this.#going) { event.preventDefault(); this.#back(); return; }
    const session = event.target.closest("[data-move]");
    if (!session || !this.#drawn || event.altKey || event.ctrlKey || event.metaKey) return;
    const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (steps) {
      event.preventDefault();
      this.#step(session, ...steps);
    } else if (event.key === "Enter" && this.#going?.from === session) {
      event.preventDefault();
      this.#ask();
    }
  }

  #step(session, days, quarters) {
    if (this.#going && this.#going.from !== session) this.#back();
    const first = !this.#going;
    if (first) this.#start(session, 0);
    const { column, minute } = this.#going;
    const columns = this.#columns;
    const next = columns[columns.indexOf(column) + days] ?? column;
    this.#hideQuestion();
    this.#put(next, minute + quarters * QUARTER);
    const where = `${this.#going.column.dataset.words}, ${clock(this.#going.minute)}.`;
    const words = first ? [this.dataset.going.replace("%s", session.dataset.name), where, this.dataset.quarters] : [where];
    this.#say(words.join(" "));
    this.#going.ghost.scrollIntoView({ block: "nearest" });
  }

  // --- the move in hand -----------------------------------------------------------------------------------------

  #start(session, grip) {
    this.#back({ quietly: true });
    this.#free.unpoint();
    const ghost = session.cloneNode(true);
    for (const name of ["href", "data-move", "aria-describedby", "id"]) ghost.removeAttribute(name);
    ghost.setAttribute("aria-hidden", "true");
    ghost.classList.add("is-going");
    session.classList.add("is-leaving");
    const column = session.closest(".slotted");
    column.append(ghost);
    const minute = (number(session, "--at") - 1) * QUARTER;
    this.#going = { from: session, ghost, column, minute, start: { column, minute }, grip };
  }

  #put(column, minute) {
    const going = this.#going;
    const first = number(this.#diary, "--first") * QUARTER;
    const last = first + number(this.#diary, "--hours") * 60 - number(going.ghost, "--for") * QUARTER;
    const next = Math.min(Math.max(minute, first), last);
    if (going.column !== column) column.append(going.ghost);
    going.ghost.classList.remove(at(going.minute));
    going.ghost.classList.add(at(next));
    Object.assign(going, { column, minute: next });
    const words = going.ghost.querySelector("b > span");
    words.textContent = words.textContent.replace(/\d\d:\d\d/, clock(next));
    const theirs = going.ghost.querySelector("[data-there]");
    if (theirs) theirs.textContent = there(column.dataset.date, next, this.dataset.zone, theirs.dataset.there);
  }

  #ask() {
    const { from, column, minute, start } = this.#going;
    if (column === start.column && minute === start.minute) return this.#back({ quietly: true });
    return this.#askAt(`${from.dataset.move}?at=${column.dataset.date}T${clock(minute)}`);
  }

  // The server has the words, and knows whether the time is free (200) or why not (409).
  async #askAt(address) {
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.status !== 200 && answer.status !== 409) throw new Error(answer.statusText);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const words = document.adoptNode(page.querySelector("[data-asks]"));
      const heading = words.querySelector("h1");
      const smaller = Object.assign(document.createElement("h2"), { className: heading.className, id: "asks" });
      smaller.append(...heading.childNodes);
      heading.replaceWith(smaller);
      this.#asking.replaceChildren(words);
      this.#asking.setAttribute("aria-labelledby", "asks");
      this.#asking.setAttribute("role", "group");
      this.#asking.hidden = false;
      (words.querySelector("button[type=submit]") ?? words.querySelector("a")).focus();
    } catch {
      this.#back();
      this.#say(this.dataset.failed);
    }
  }

  #hideQuestion() {
    this.#asking.hidden = true;
    this.#asking.replaceChildren();
  }

  #back({ quietly = false } = {}) {
    const going = this.#going;
    this.#going = null;
    if (!going) return;
    going.ghost.remove();
    going.from.classList.remove("is-leaving");
    this.#hideQuestion();
    if (!quietly) {
      going.from.focus();
      this.#say(this.dataset.back);
    }
    if (this.#stale) this.#refresh();
  }

  // --- what changes meanwhile -----------------------------------------------------------------------------------

  #say(words) { this.querySelector("[data-says]").textContent = words; }

  // Nothing moves under a hand that is moving something: the news waits until it is put down.
  #refresh = async (event) => {
    if (this.#inHand) { this.#stale = true; return; }
    this.#stale = false;
    if (event?.type === "live:open" && !this.seen) { this.seen = true; return; } // the page is fresh at first
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.querySelector(".diary");
      if (this.#inHand) { this.#stale = true; return; }
      this.#free.unpoint();
      if (!fresh || fresh.outerHTML === this.#diary.outerHTML) return;
      const focused = this.#diary.contains(document.activeElement) && document.activeElement.getAttribute("href");
      this.#diary.replaceWith(document.adoptNode(fresh));
      if (focused) this.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
      if (event?.type === "live:booking.changed") this.#say(this.dataset.changed);
    } catch {
      // no network: the next word from the server comes with a new try
    }
  };

  #tick() {
    const line = this.querySelector(".now-line");
    if (line && !this.#going) this.#refresh();
  }
}

customElements.define("diary-sheet", DiarySheet);
