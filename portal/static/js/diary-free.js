// Free time of the calendar under the pointer: pressed, it answers to the quarter of an hour; drawn over, to the
// stretch that was drawn. A finger rests a moment first, else it scrolls, or turns the page with a sweep.

import { clock } from "./wall.js";

const QUARTER = 15;
const HOLD = 450; // milliseconds
const SLIP = 6; // pixels
const SWEEP = 70; // pixels

export class FreeTime {
  #pen = null; // a pointer that is down on free time: { free, column, from, until, drawing }
  #sweep = null;

  // `sheet` is the <diary-sheet>; `minuteAt(column, y)` reads its clock; `drawn()` whether it is drawn by the clock.
  constructor(sheet, { minuteAt, drawn }) {
    Object.assign(this, { sheet, minuteAt, drawn });
  }

  get busy() { return this.#pen !== null; }
  get isDrawing() { return this.#pen?.drawing ?? false; }

  down(event) {
    if (event.pointerType === "touch" && event.isPrimary) this.#sweep = { x: event.clientX, y: event.clientY };
    const free = event.target.closest?.("[data-free]");
    if (!free || event.button !== 0 || !event.isPrimary || !this.drawn()) return;
    const column = free.closest(".slotted");
    const from = this.minuteAt(column, event.clientY);
    const pen = (this.#pen = { free, column, from, until: from + QUARTER, id: event.pointerId, x: event.clientX, y: event.clientY });
    if (event.pointerType === "touch") pen.hold = setTimeout(() => this.#start(pen), HOLD);
  }

  moved(event) {
    const pen = this.#pen;
    if (!pen) return this.#point(event);
    if (!pen.drawing) {
      if (Math.hypot(event.clientX - pen.x, event.clientY - pen.y) < SLIP) return undefined;
      if (pen.hold) { clearTimeout(pen.hold); this.#pen = null; return undefined; }
      this.#start(pen);
    }
    const end = this.#endOf(pen.free);
    pen.until = Math.min(Math.max(this.minuteAt(pen.column, event.clientY) + QUARTER, pen.from + QUARTER), end);
    this.#draw(pen);
    return undefined;
  }

  up(event) {
    const pen = this.#pen;
    clearTimeout(pen?.hold);
    if (pen?.drawing) {
      const address = new URL(pen.free.href);
      address.searchParams.set("at", `${pen.column.dataset.date}T${clock(pen.from)}`);
      address.searchParams.set("to", pen.until === 24 * 60 ? this.#midnight(pen) : `${pen.column.dataset.date}T${clock(pen.until)}`);
      location.assign(address);
    } else {
      this.#turn(event);
    }
    this.#sweep = null;
    setTimeout(() => this.end()); // the click that follows belongs to the drawing
  }

  end() {
    clearTimeout(this.#pen?.hold);
    this.#pen?.drawing?.remove();
    this.sheet.classList.remove("is-drawing");
    this.#pen = this.#sweep = null;
  }

  // Where a press leads: the quarter of an hour that was pressed.
  pressed(free, event) {
    const column = free.closest(".slotted");
    const address = new URL(free.href);
    address.searchParams.set("at", `${column.dataset.date}T${clock(this.minuteAt(column, event.clientY))}`);
    location.assign(address);
  }

  unpoint() { this.pointer?.remove(); }

  #point(event) {
    const free = event.target.closest?.("[data-free]");
    if (!free || event.pointerType === "touch" || !this.drawn()) return this.unpoint();
    const column = free.closest(".slotted");
    const minute = this.minuteAt(column, event.clientY);
    this.pointer ??= Object.assign(document.createElement("span"), { ariaHidden: "true" });
    this.pointer.className = `pointing at-${clock(minute).replace(":", "")} for-15`;
    this.pointer.textContent = clock(minute);
    if (this.pointer.parentNode !== column) column.append(this.pointer);
    return undefined;
  }

  #start(pen) {
    this.unpoint();
    pen.drawing = Object.assign(document.createElement("span"), { ariaHidden: "true" });
    pen.column.append(pen.drawing);
    this.sheet.setPointerCapture(pen.id);
    this.sheet.classList.add("is-drawing");
    this.#draw(pen);
  }

  #draw(pen) {
    pen.drawing.className = `drawn at-${clock(pen.from).replace(":", "")} for-${pen.until - pen.from}`;
    pen.drawing.textContent = `${clock(pen.from)} ${this.sheet.dataset.to} ${clock(pen.until)}`;
  }

  #endOf(free) {
    const style = getComputedStyle(free);
    return (Number(style.getPropertyValue("--at")) - 1 + Number(style.getPropertyValue("--for"))) * QUARTER;
  }

  #midnight(pen) {
    const next = new Date(Date.parse(`${pen.column.dataset.date}T00:00Z`) + 86_400_000);
    return `${next.toISOString().slice(0, 10)}T00:00`;
  }

  #turn(event) {
    const from = this.#sweep;
    if (!from || event.pointerType !== "touch") return;
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    if (Math.abs(x) < SWEEP || Math.abs(x) < 2 * Math.abs(y)) return;
    document.querySelector(`.turn a[rel=${x < 0 ? "next" : "prev"}]`)?.click();
  }
}
