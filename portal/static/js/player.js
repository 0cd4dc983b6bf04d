// <lesson-player>: a real <audio>, keys that need no aim, and a place that is kept. Without this script the page
// shows the browser's own player and the cues as a list.

import { minutes } from "./minutes.js";
import { isKept, placeIn, hasUnsent } from "./phone/queue.js";
import { Line } from "./player/line.js";
import { lockScreen, staysAwake } from "./player/lock-screen.js";
import { Media } from "./player/media.js";
import { Sitting } from "./player/sitting.js";
import { tone } from "./player/tones.js";
import { Turns } from "./player/turns.js";
import { wishes } from "./player/wishes.js";
import { Words } from "./player/words.js";

const STEP = 10; // seconds back, or on

class LessonPlayer extends HTMLElement {
  connectedCallback() {
    this.parts = Object.fromEntries([...this.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    const { parts, dataset } = this;
    this.cues = [...this.querySelectorAll(".cues li")].map((cue) => ({
      start: Number(cue.dataset.start), end: Number(cue.dataset.end), kind: cue.dataset.kind,
      words: cue.textContent.trim(), begins: "begins" in cue.dataset, rests: "rests" in cue.dataset,
    }));
    this.chapters = [...this.querySelectorAll("[data-chapter]")].map((chapter) => Number(chapter.dataset.chapter));
    this.opening = { kind: parts.kind.dataset.listen, words: parts.words.textContent };
    const audio = this.querySelector("audio");
    audio.controls = false;
    this.media = new Media({
      audio, film: parts.film, duration: Number(dataset.duration), filmUrl: () => parts.film.dataset[isSmall() ? "small" : "full"],
    });
    this.line = new Line(this);
    this.turns = new Turns({
      media: this.media,
      rests: this.cues.filter((cue) => cue.rests && cue.end < this.media.duration - 1).map((cue) => cue.end),
      extra: () => this.longer ?? 0,
      changed: () => this.changed(),
    });
    this.words = new Words({ media: this.media, list: parts.said, over: parts.caption });
    this.sitting = new Sitting({ media: this.media, url: parts.report?.action, lesson: dataset.lesson, recording: dataset.recording });
    this.classList.add("awake");
    this.listen();
    wishes(parts.ways, (name, value) => this.wish(name, value));
    this.startFrom(this.place());
    this.draw();
    this.media.play(); // a browser that wants a press first gets one: the whole field is the key
  }

  // In seconds: what the address asks for, else where listening stopped, as the server or this browser knows it.
  place() {
    const asked = Number(new URLSearchParams(location.search).get("at"));
    if (asked > 0) return asked;
    const here = placeIn(this.dataset.lesson);
    const isNewer = here && (isKept || hasUnsent()) && here.at > Number(this.dataset.placeAt) * 1000;
    return isNewer ? here.position : Number(this.dataset.position);
  }

  startFrom(position) {
    // Close to the end there is nothing left to resume: it begins anew.
    if (position > 1 && !(this.media.duration && position > this.media.duration - 5)) this.media.seek(position);
  }

  listen() {
    const { media, parts } = this;
    parts.field.addEventListener("click", () => this.toggle({ tone: true }));
    parts.toggle.addEventListener("click", () => this.toggle({}));
    parts.back.addEventListener("click", () => this.step(-STEP));
    parts.again.addEventListener("click", () => this.again());
    parts.see?.addEventListener("click", () => this.see());
    parts.ask?.addEventListener("click", () => this.ask());
    parts.chapters?.addEventListener("click", (event) => this.toChapter(event));
    for (const name of ["play", "pause", "change"]) media.addEventListener(name, () => this.changed());
    for (const name of ["move", "seek"]) media.addEventListener(name, () => this.draw());
    media.addEventListener("end", () => this.finish());
    media.addEventListener("trouble", () => { parts.trouble.hidden = !media.isInTrouble; });
    addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("visibilitychange", () => document.hidden && media.isSeen && media.listen());
    for (const name of ["online", "offline"]) addEventListener(name, () => this.changed());
    staysAwake(media);
    lockScreen({
      media, title: this.dataset.title, artist: this.dataset.voice, artwork: JSON.parse(this.dataset.artwork),
      play: () => this.play(), pause: () => this.pause(), back: () => this.step(-STEP), again: () => this.again(),
      isGoing: () => this.isGoing,
    });
  }

  // --- keys ---------------------------------------------------------------------------------------------

  // Whether it plays, or rests a little longer and will go on by itself.
  get isGoing() { return !this.media.isPaused || this.turns.isResting; }

  toggle({ tone: isTold = false }) {
    if (isTold) tone(this.isGoing ? 220 : 330);
    if (this.isGoing) this.pause();
    else this.play();
  }

  play() {
    this.turns.allow();
    this.turns.endRest();
    this.media.play();
  }

  pause() {
    this.turns.endRest();
    this.media.pause();
  }

  // A message that points at this second.
  ask() {
    this.pause();
    const address = new URL(this.parts.ask.href);
    address.searchParams.set("at", Math.floor(this.media.now));
    this.parts.ask.href = address.href;
  }

  step(seconds) {
    this.media.seek(this.media.now + seconds);
  }

  // The whole movement again, from its contraction; when that has just begun, the one before it.
  again() {
    const now = this.media.now - 1.5;
    this.media.seek(this.cues.findLast((cue) => cue.begins && cue.start <= now)?.start ?? 0);
    this.play();
  }

  toChapter({ target }) {
    const chapter = target.closest("[data-chapter]");
    if (!chapter) return;
    this.media.seek(Number(chapter.dataset.chapter));
    this.play();
  }

  async see() {
    const { media } = this;
    await (media.isSeen ? media.listen() : media.see());
  }

  key(event) {
    if (event.target.closest("a, button, input, audio, summary, [tabindex='0']") || event.metaKey || event.ctrlKey || event.altKey) return;
    const does = { " ": () => this.toggle({}), ArrowLeft: () => this.step(-STEP), ArrowRight: () => this.step(STEP) }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  }

  // --- wishes -------------------------------------------------------------------------------------------

  wish(name, value) {
    if (name === "speed") this.media.speed = Number(value);
    if (name === "longer") this.longer = Number(value);
    if (name === "words") { this.words.isOver = value; this.words.draw(); }
    if (name === "loop") this.turns.loop = this.stretch(value);
    this.chosen = { ...this.chosen, [name]: value };
    this.sayChosen();
  }

  // The movement or the chapter that is heard now.
  stretch(kind) {
    if (kind === "nothing") return null;
    const starts = kind === "movement" ? this.cues.filter((cue) => cue.begins).map((cue) => cue.start) : this.chapters;
    const now = this.media.now + 0.3;
    const start = starts.findLast((each) => each <= now) ?? 0;
    return { start, end: starts.find((each) => each > now) ?? this.media.duration };
  }

  // What is not as usual stands on the key that opens the ways, where it is seen and heard while they are closed.
  sayChosen() {
    const { speed, longer, loop } = this.chosen;
    const { dataset } = this.parts.chosen;
    const said = [
      speed && speed !== "1" && dataset.speed.replace("{n}", speed),
      longer && longer !== "0" && dataset.longer.replace("{n}", longer),
      loop && loop !== "nothing" && dataset[loop],
    ];
    this.parts.chosen.textContent = said.filter(Boolean).join(", ");
  }

  // --- what shows ---------------------------------------------------------------------------------------

  changed() {
    const { parts, media } = this;
    parts["play-sign"].hidden = this.isGoing;
    parts["pause-sign"].hidden = !this.isGoing;
    parts["toggle-words"].textContent = parts["toggle-words"].dataset[this.isGoing ? "pause" : "play"];
    parts.does.textContent = parts.field.dataset[this.isGoing ? "pause" : "play"];
    if (parts.film) parts.film.hidden = !media.isSeen;
    this.classList.toggle("seen", media.isSeen);
    if (parts.see) this.offerFilm();
    this.classList.toggle("resting", !this.isGoing);
    this.draw();
    this.glide();
  }

  // What is kept here is the sound alone.
  offerFilm() {
    const { parts, media } = this;
    parts["see-words"].textContent = parts.see.dataset[media.isSeen ? "hear" : "see"];
    parts.needs.hidden = navigator.onLine || media.isSeen;
    parts.see.hidden = !parts.needs.hidden;
  }

  glide() {
    if (this.media.isPaused || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.line.draw(this.media.now / this.media.duration);
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.glide());
  }

  draw() {
    const { now, duration } = this.media;
    const cue = this.cues.findLast((one) => one.start <= now + 0.01) ?? this.opening;
    const { dataset } = this.parts.kind;
    const kind = this.turns.isResting ? dataset.longer : this.media.isPaused ? dataset[now > 0 ? "paused" : "ready"] : cue.kind;
    this.say("kind", kind);
    this.say("words", cue.words);
    this.say("left", this.inWords(duration - now));
    this.say("clock", this.parts.clock.dataset.of.replace("{here}", minutes(now)).replace("{all}", minutes(duration)));
    this.line.draw(now / duration);
  }

  say(name, words) {
    if (this.parts[name].textContent !== words) this.parts[name].textContent = words;
  }

  inWords(seconds) {
    const left = Math.round(seconds / 60);
    const { many, one, none } = this.parts.left.dataset;
    if (seconds < 45) return none;
    return left === 1 ? one : many.replace("{n}", left);
  }

  async finish() {
    if (this.turns.playsAgain()) return;
    await this.sitting.finish();
    location.assign(this.after());
  }

  // A page from the phone does not know what was said before beginning: its address does.
  after() {
    const said = new URLSearchParams(location.search);
    said.delete("at");
    const query = isKept && String(said);
    return query ? `${this.dataset.after}?${query}` : this.dataset.after;
  }
}

// A film for a phone is enough where the screen is small.
const isSmall = () => Math.min(screen.width, screen.height) < 600;

customElements.define("lesson-player", LessonPlayer);
