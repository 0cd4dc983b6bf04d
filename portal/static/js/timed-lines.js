// <timed-lines>: lines of text become rows with a time each, to be set while the recording plays. The text field stays
// what is sent. Without this script one types into it.

import { clock, KINDS, seconds } from "./timed-text.js";

const SHORTEST = 0.2; // seconds a caption lasts at least
const USUAL = 3; // seconds a new caption lasts

class TimedLines extends HTMLElement {
  connectedCallback() {
    this.media = this.querySelector("audio, video");
    this.status = this.querySelector("[data-status]");
    this.boxes = Object.fromEntries([...this.querySelectorAll("[data-lines]")].map((place) => [place.dataset.lines, new Box(this, place)]));
    this.querySelector("[data-presses]").hidden = false;
    this.addEventListener("click", (event) => this.pressed(event));
    this.querySelector("form").addEventListener("submit", () => Object.values(this.boxes).forEach((box) => box.keep()));
    this.media.addEventListener("timeupdate", () => Object.values(this.boxes).forEach((box) => box.mark(this.media.currentTime)));
  }

  pressed(event) {
    const press = event.target.closest("[data-add]");
    if (!press) return;
    const at = this.media.currentTime;
    if (!this.boxes[press.dataset.add].add(at, press.dataset.kind)) return;
    this.say(this.dataset.added.replace("{what}", press.textContent).replace("{time}", clock(at)));
  }

  say(words) {
    this.status.textContent = words;
  }

  playFrom(at) {
    this.media.currentTime = at;
    this.media.play().catch(() => {});
  }
}

// The lines of one text field.
class Box {
  constructor(editor, place) {
    this.editor = editor;
    this.kind = place.dataset.lines;
    this.text = place.querySelector("textarea");
    this.hint = place.querySelector(".hint");
    this.rows = document.createElement("ol");
    this.rows.className = "timed-lines";
    this.rows.setAttribute("aria-label", place.querySelector("label").textContent);
    this.text.after(this.rows);
    this.none = document.createElement("p");
    this.none.className = "soft none";
    this.none.textContent = this.editor.dataset.none;
    this.ways = ["rows", "text"].map((way) => this.wayTo(way));
    this.rows.after(this.none, ...this.ways);
    this.rows.addEventListener("click", (event) => this.pressed(event));
    this.rows.addEventListener("input", (event) => event.target.setCustomValidity(""));
    this.editor.addEventListener("change", (event) => this.rows.contains(event.target) && this.check(event.target));
    if (this.text.getAttribute("aria-invalid") || !this.toRows()) this.toText();
  }

  wayTo(way) {
    const button = this.editor.querySelector(`template[data-way="${way}"]`).content.firstElementChild.cloneNode(true);
    button.addEventListener("click", () => {
      if (way === "text") this.toText();
      else if (!this.toRows()) this.editor.say(this.editor.dataset.unclear);
    });
    return button;
  }

  get asRows() { return !this.rows.hidden; }

  toRows() {
    const lines = KINDS[this.kind].read(this.text.value);
    if (!lines) return false;
    this.rows.replaceChildren(...lines.map((line) => this.row(line)));
    this.show(true);
    return true;
  }

  toText() {
    if (this.rows.childElementCount) this.keep();
    this.show(false);
  }

  show(asRows) {
    this.rows.hidden = !asRows;
    this.text.hidden = asRows;
    if (this.hint) this.hint.hidden = asRows;
    [this.ways[0].hidden, this.ways[1].hidden] = [asRows, !asRows];
  }

  // --- rows ---------------------------------------------------------------------------------------------

  row(line) {
    const row = this.editor.querySelector(`template[data-row="${this.kind}"]`).content.firstElementChild.cloneNode(true);
    for (const field of row.querySelectorAll("[data-field]")) {
      const value = line[field.dataset.field];
      field.value = typeof value === "number" ? this.time(value, field) : value;
    }
    return row;
  }

  // Shown to a tenth; what nobody changes keeps its thousandths.
  time(value, field) {
    field.dataset.exact = value;
    return clock(value);
  }

  value(row, name) {
    const field = row.querySelector(`[data-field="${name}"]`);
    if (!field) return undefined;
    if (!field.classList.contains("at")) return field.value;
    return field.dataset.exact !== undefined && clock(Number(field.dataset.exact)) === field.value ? Number(field.dataset.exact) : seconds(field.value);
  }

  line(row) {
    const [start, end, kind, words] = ["start", "end", "kind", "words"].map((name) => this.value(row, name));
    return { start, end, kind, words };
  }

  get lines() { return [...this.rows.children].map((row) => this.line(row)); }

  add(at, kind = "") {
    if (!this.asRows && !this.toRows()) {
      this.editor.say(this.editor.dataset.unclear);
      return false;
    }
    const start = Math.round(at * 10) / 10;
    if (this.lines.some((line) => line.start === start)) return false; // a second press at the same moment
    const next = [...this.rows.children].find((row) => this.line(row).start > start);
    const end = Math.min(start + USUAL, next ? this.line(next).start : Infinity);
    const row = this.row({ start, end, kind, words: "" });
    this.rows.insertBefore(row, next ?? null);
    row.scrollIntoView({ block: "nearest" });
    return true;
  }

  pressed(event) {
    const key = event.target.closest("[data-do]");
    if (!key) return;
    const row = key.closest("li");
    const does = {
      play: () => this.editor.playFrom(this.line(row).start ?? 0),
      start: () => this.set(row, "start"),
      end: () => this.set(row, "end"),
      split: () => this.split(row),
      remove: () => this.remove(row),
    };
    does[key.dataset.do]();
  }

  set(row, name) {
    const field = row.querySelector(`[data-field="${name}"]`);
    field.value = this.time(Math.round(this.editor.media.currentTime * 10) / 10, field);
    field.setCustomValidity("");
    if (name === "start") this.sort();
  }

  // In two: the words where the cursor stands, the time where the recording stands if that is inside the line.
  split(row) {
    const { start, end, words } = this.line(row);
    if (start === null || end === null || end - start < 2 * SHORTEST) return;
    const area = row.querySelector("textarea");
    const place = area.selectionStart > 0 && area.selectionStart < words.length ? area.selectionStart : Math.ceil(words.length / 2);
    const now = this.editor.media.currentTime;
    const inside = now > start + SHORTEST && now < end - SHORTEST;
    const middle = Math.round((inside ? now : start + ((end - start) * place) / Math.max(1, words.length)) * 1000) / 1000;
    const cut = Math.min(Math.max(middle, start + SHORTEST), end - SHORTEST);
    const halves = [{ start, end: cut, words: words.slice(0, place).trim() }, { start: cut, end, words: words.slice(place).trim() }];
    const made = halves.map((line) => this.row(line));
    row.replaceWith(...made);
    made[1].querySelector("textarea").focus();
  }

  remove(row) {
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    (near?.querySelector("[data-do=remove]") ?? this.ways[1]).focus();
  }

  sort() {
    const held = document.activeElement;
    const rows = [...this.rows.children].sort((one, other) => (this.line(one).start ?? 0) - (this.line(other).start ?? 0));
    if (rows.some((row, place) => row !== this.rows.children[place])) this.rows.append(...rows);
    if (this.rows.contains(held)) held.focus();
  }

  check(field) {
    if (!field.classList.contains("at")) return;
    field.setCustomValidity(seconds(field.value) === null ? this.editor.dataset.badTime : "");
    if (field.dataset.field === "start" && field.validity.valid) this.sort();
  }

  mark(now) {
    const rows = [...this.rows.children];
    const here = rows.findLast((row) => this.line(row).start <= now);
    for (const row of rows) row.classList.toggle("here", row === here && !this.editor.media.paused);
  }

  keep() {
    if (this.asRows) this.text.value = KINDS[this.kind].write(this.lines.sort((one, other) => one.start - other.start));
  }
}

customElements.define("timed-lines", TimedLines);
