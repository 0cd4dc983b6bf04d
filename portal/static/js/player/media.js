// What sounds: the sound of a lesson, or its film in the same second. When the network drops, it goes on from the
// larder without a word. Events: play, pause, move, seek, end, trouble.

import { Larder } from "./larder.js";

const LARDER_AFTER = 2_000; // ms of playing, so that the first seconds have the line for themselves
const STALLED = 2_500; // ms without sound, after which the larder is opened
const AGAIN = 5_000; // ms
const LEEWAY = 3; // seconds that a step may be longer than the time that it took
const END = 5; // seconds: an end that comes sooner than this before the end is a break

export class Media extends EventTarget {
  #waiting; // where it is to go on, while a source is being changed
  #at = 0; // where it was last: a line that breaks may take the element's own place along
  #movedAt = 0;
  #isArriving = false;
  #wanted = false;
  #stall = 0;
  #retry = 0;
  #fromLarder = 0; // how many bytes the file has that is played now

  constructor({ audio, film, duration, filmUrl }) {
    super();
    this.audio = audio;
    this.film = film;
    this.element = audio;
    this.length = duration;
    this.filmUrl = filmUrl;
    this.url = audio.currentSrc || audio.src;
    this.larder = new Larder(this.url, duration);
    this.larder.addEventListener("more", () => this.isInTrouble && this.#recover());
    for (const element of [audio, film]) if (element) this.#hear(element);
    addEventListener("online", () => this.isInTrouble && this.#recover());
  }

  get now() { return this.#waiting ?? (this.element.readyState ? this.element.currentTime : this.#at); }
  get duration() { return this.length || this.element.duration || 0; }
  get isPaused() { return !this.#wanted; }
  get isSeen() { return this.element === this.film; }

  set speed(value) {
    for (const element of [this.audio, this.film]) if (element) element.defaultPlaybackRate = element.playbackRate = value;
  }
  get speed() { return this.element.playbackRate; }

  play() {
    this.#wanted = true;
    if (this.element.error || (this.#waiting !== undefined && this.element.readyState)) this.#load(this.url);
    return this.element.play().catch((refusal) => {
      if (refusal.name !== "NotAllowedError") return; // the source is being changed, or the line broke: it goes on by itself
      this.#wanted = false;
      this.#say("pause");
    });
  }

  pause() {
    this.#wanted = false;
    this.element.pause();
    this.#calm();
  }

  seek(second) {
    const place = Math.max(0, Math.min(second, this.duration || second));
    if (this.element.readyState > 0 && this.#waiting === undefined) {
      this.#at = place;
      this.#movedAt = performance.now();
      this.element.currentTime = place;
    } else this.#waiting = place;
    this.#say("seek");
  }

  // The film in the place of the sound, or the other way round, in the same second.
  see() { return this.#change(this.film, () => this.filmUrl()); }
  listen() { return this.#change(this.audio, () => this.audio.src); }

  async #change(to, source) {
    if (!to || to === this.element) return;
    const from = this.element;
    to.preload = "auto";
    if (!to.src || to.error) to.src = source();
    if (to.readyState < 1) await new Promise((done) => { to.onloadedmetadata = to.onerror = done; });
    if (to.error) return;
    to.currentTime = this.now;
    this.element = to;
    to.playbackRate = from.playbackRate;
    if (this.#wanted) await to.play().catch(() => {});
    from.pause();
    this.#say("change");
  }

  #hear(element) {
    const on = (name, does) => element.addEventListener(name, (event) => this.element === element && does(event));
    on("playing", () => this.#plays());
    on("timeupdate", () => this.#moves());
    on("seeking", () => this.#isArriving || this.#waiting !== undefined || this.#stand(element.currentTime));
    on("seeked", () => { this.#isArriving = false; this.#moves(); });
    on("durationchange", () => this.#say("move"));
    on("loadedmetadata", () => this.#arrive());
    on("pause", () => this.#paused());
    on("play", () => { this.#wanted = true; this.#say("play"); });
    on("ended", () => this.#ended());
    on("error", () => this.#recover());
    for (const name of ["waiting", "stalled"]) on(name, () => this.#watch());
  }

  // A file of which only a part came jumps to its end where that part is over: that is no listening.
  #moves() {
    if (this.#waiting !== undefined || !this.element.readyState) return;
    const { currentTime } = this.element;
    const could = ((performance.now() - this.#movedAt) / 1000) * this.speed + LEEWAY;
    if (currentTime - this.#at < could) this.#stand(currentTime);
  }

  #stand(second) {
    this.#at = second;
    this.#movedAt = performance.now();
    this.#say("move");
  }

  #arrive() {
    if (this.#waiting === undefined) return;
    this.element.currentTime = this.#waiting;
    this.#stand(this.#waiting);
    this.#isArriving = true;
    this.#waiting = undefined;
    if (this.#wanted) this.element.play().catch(() => {});
  }

  #plays() {
    this.#waiting = undefined;
    this.#calm();
    setTimeout(() => this.#wanted && this.larder.begin(), LARDER_AFTER);
  }

  #paused() {
    if (this.#waiting !== undefined || this.element.ended || this.element.error) return;
    this.#wanted = false;
    this.#say("pause");
  }

  #ended() {
    if (this.length && this.#at < this.length - END) this.#recover();
    else {
      this.#wanted = false;
      this.#say("end");
    }
  }

  // --- when the line breaks -----------------------------------------------------------------------------

  #watch() {
    clearTimeout(this.#stall);
    this.#stall = setTimeout(() => this.#wanted && this.element.readyState < 3 && this.#recover(), STALLED);
  }

  #recover() {
    const place = this.#waiting ?? this.#at;
    if (this.element.error || this.element.ended) this.#waiting = place;
    if (this.isSeen) {
      this.element.pause();
      this.element = this.audio;
      this.audio.playbackRate = this.film.playbackRate;
      this.#waiting = place;
      this.#say("change");
    }
    if (this.larder.reach > place && this.larder.got > this.#fromLarder) {
      this.#fromLarder = this.larder.got;
      this.#load(URL.createObjectURL(this.larder.file));
    } else if (!this.#retry) {
      this.isInTrouble = true;
      this.#say("trouble");
      this.#retry = setTimeout(() => this.#tryAgain(), AGAIN);
    }
  }

  #tryAgain() {
    this.#retry = 0;
    if (!this.isInTrouble || !this.#wanted) return;
    if (navigator.onLine) {
      this.#fromLarder = 0;
      this.#load(this.url);
    }
    this.#retry = setTimeout(() => this.#tryAgain(), AGAIN);
  }

  #load(source) {
    this.#waiting ??= this.#at;
    this.audio.src = source;
    if (this.#wanted) this.audio.play().catch(() => {});
  }

  #calm() {
    clearTimeout(this.#stall);
    clearTimeout(this.#retry);
    this.#retry = 0;
    if (!this.isInTrouble) return;
    this.isInTrouble = false;
    this.#say("trouble");
  }

  #say(name) { this.dispatchEvent(new Event(name)); }
}
