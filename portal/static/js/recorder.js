// <sound-recorder>: says it into the page. Record, pause, go on, stop, listen, cut both ends, say it again, keep.
// Nothing leaves by itself: "keep" tells the page around it (`sound:keep`), which sends it. Until that page says
// `sound:sent` or `sound:back`, all of it is kept in this browser, second by second, and offered at the next visit.

import { freshId } from "./fresh-id.js";
import { fileOf, keep, keptFor, throwAway } from "./kept-recordings.js";
import { canRecord, Microphone, why } from "./microphone.js";
import { minutes } from "./minutes.js";
import { isOnItsWay } from "./phone/queue.js";
import { bars, peaks, WIDTH } from "./wave.js";

const SHOWN = 80; // levels of the line
const LINES = 72;
const SHORTEST = 0.5; // seconds that a cut leaves
const FAR = 1e7; // seconds: a browser that seeks there finds out how long a recording without a length is

const CLOCK = { hour: "2-digit", minute: "2-digit" };
const said = (moment, how) => new Date(moment).toLocaleString(document.documentElement.lang, how);

class SoundRecorder extends HTMLElement {
  connectedCallback() {
    this.parts = Object.fromEntries([...this.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    if (!canRecord()) return; // the file input beside it stays
    this.#listen();
    this.classList.add("awake");
    this.#state("idle");
    this.#offer();
  }

  disconnectedCallback() {
    this.listening?.abort();
    this.microphone?.stop();
  }

  #listen() {
    this.listening = new AbortController();
    const { signal } = this.listening;
    const on = (part, kind, act) => (typeof part === "string" ? this.parts[part] : part)?.addEventListener(kind, act, { signal });
    on("begin", "click", () => this.record());
    on("beginFilm", "click", () => this.record({ film: true }));
    on("stop", "click", () => this.microphone.stop());
    on("pause", "click", () => this.#pause());
    on("cancel", "click", () => { this.cancelled = true; this.microphone.stop(); });
    on("play", "click", () => this.#play());
    on("keep", "click", () => this.#keep());
    on("again", "click", () => this.#away().then(() => this.record({ film: this.about.film })));
    on("away", "click", () => this.#throwAway());
    for (const part of ["from", "to"]) on(part, "input", () => this.#cut(part));
    on("sound", "durationchange", ({ target }) => this.measuring && Number.isFinite(target.duration) && this.#measured(target.duration));
    on("sound", "error", () => { this.measuring = false; });
    on("sound", "timeupdate", () => this.#heard());
    for (const kind of ["play", "pause", "ended"]) on("sound", kind, () => this.#showPlaying());
    on(this, "sound:sent", ({ detail }) => { this.#unlock(detail.id); throwAway(detail.id); });
    on(this, "sound:back", ({ detail }) => { this.#unlock(detail.id); throwAway(detail.id); });
    on(window, "beforeunload", (event) => { if (this.microphone || (this.now === "done" && !this.found)) event.preventDefault(); });
    on(window, "pagehide", () => this.microphone?.stop());
  }

  // --- what is to be seen: "idle", "recording", "done" ---

  #state(now) {
    this.now = now;
    this.#trouble("");
    for (const part of ["idle", "recording", "done"]) this.parts[part].hidden = part !== now;
    this.dispatchEvent(new CustomEvent("sound:state", { bubbles: true, detail: { now } }));
  }

  #trouble(name) {
    this.parts.trouble.hidden = !name;
    this.parts.troubleWords.textContent = name ? this.dataset[name] : "";
  }

  #leave() {
    (this.parts.begin ?? this).focus();
    this.dispatchEvent(new CustomEvent("sound:leave", { bubbles: true }));
  }

  // --- recording ---

  async record({ film = false } = {}) {
    this.#trouble("");
    this.cancelled = this.found = false;
    const begun = Date.now();
    this.about = { id: freshId(), person: this.dataset.person, place: this.dataset.place, begun, film, levels: [], seconds: 0 };
    this.blobs = [];
    this.wish = Promise.resolve();
    const microphone = new Microphone({
      film,
      pure: "pure" in this.dataset,
      rate: Number(this.dataset.rate),
      on: { level: (level) => this.#level(level), part: (part) => this.#part(part), end: () => this.#ended() },
    });
    try {
      await microphone.begin();
    } catch (problem) {
      this.#state("idle");
      this.#trouble(why(problem));
      return;
    }
    this.microphone = microphone;
    this.about.mime = microphone.mime;
    this.about.name = `${this.dataset.name}, ${said(begun, { day: "numeric", month: "long", ...CLOCK })}`;
    this.#lock(this.about.id);
    this.#state("recording");
    this.#picture(film ? microphone.stream : null);
    this.#says("saysRecording");
    this.parts.stop.focus();
  }

  #picture(stream) {
    this.parts.picture.hidden = !stream;
    this.parts.picture.srcObject = stream;
    if (stream) this.parts.picture.play().catch(() => {});
  }

  #says(name) { this.parts.words.textContent = this.dataset[name]; }

  #pause() {
    const { microphone, parts } = this;
    if (microphone.isPaused) microphone.goOn();
    else microphone.pause();
    parts.pause.textContent = microphone.isPaused ? this.dataset.saysGoOn : this.dataset.saysPause;
    this.parts.recording.classList.toggle("paused", microphone.isPaused);
    this.#says(microphone.isPaused ? "saysPaused" : "saysRecording");
  }

  #level(level) {
    const { levels } = this.about;
    levels.push(Math.round(level * 1000) / 1000);
    const shown = [...new Array(SHOWN).fill(0), ...levels].slice(-SHOWN);
    const points = shown.map((each, n) => `${((n * WIDTH) / (SHOWN - 1)).toFixed(1)} ${(32 - Math.min(each * 4, 1) * 28).toFixed(1)}`);
    this.parts.level.setAttribute("d", `M${points.join("L")}`);
    this.parts.clock.textContent = minutes(this.microphone?.seconds ?? 0);
  }

  #part(part) {
    const n = this.blobs.push(part) - 1;
    this.about.seconds = this.microphone?.seconds ?? this.about.seconds;
    const { about } = this;
    // One after the other; a browser that keeps nothing (private windows) still records.
    this.wish = this.wish.then(() => keep({ ...about, levels: [...about.levels] }, part, n)).catch(() => {});
  }

  async #ended() {
    this.about.seconds = this.microphone.seconds;
    this.microphone = null;
    this.#picture(null);
    this.parts.recording.classList.remove("paused");
    this.parts.pause.textContent = this.dataset.saysPause;
    if (this.cancelled || !this.blobs.length) {
      await this.#away();
      this.#state("idle");
      this.#leave();
      return;
    }
    const { about } = this;
    this.wish = this.wish.then(() => keep({ ...about }));
    await this.wish.catch(() => {});
    this.#show(new File(this.blobs, about.name, { type: about.mime, lastModified: about.begun }));
    this.parts.play.focus();
  }

  // Whether there is something that nobody has taken yet: it runs, or could be listened to.
  get untaken() { return this.now === "recording" || this.now === "done"; }

  // Ends what still runs; then it can be listened to, taken or thrown away.
  async end() {
    if (this.now !== "recording") return;
    const ended = new Promise((done) => { this.addEventListener("sound:state", done, { once: true }); });
    this.microphone?.stop();
    await ended;
  }

  take() { this.#keep(); }

  ask() {
    this.#appear();
    this.#trouble("untaken");
    this.parts.keep.focus();
  }

  // What lies behind a closed fold is not seen.
  #appear() {
    const fold = this.closest("details");
    if (fold) fold.open = true;
  }

  // --- listening, and cutting its ends ---

  #show(file) {
    const { about, parts } = this;
    this.file = file;
    this.heights = peaks(about.levels.length ? about.levels : [0], LINES);
    if (this.address) URL.revokeObjectURL(this.address);
    this.address = URL.createObjectURL(file);
    parts.sound.src = this.address;
    parts.sound.hidden = !about.film;
    // A recording made by a browser does not say how long it is: looking for its end finds out.
    this.measuring = true;
    parts.sound.addEventListener("loadedmetadata", () => { if (parts.sound.duration === Infinity) parts.sound.currentTime = FAR; }, { once: true });
    this.#lasts(about.seconds);
    parts.found.hidden = !this.found;
    if (this.found) parts.found.textContent = this.#foundInWords();
    this.#state("done");
    this.#drawCut();
  }

  #measured(seconds) {
    const wanted = this.measuring === "play";
    this.measuring = false;
    this.#lasts(seconds);
    this.#drawCut();
    if (wanted) this.#play();
  }

  #lasts(seconds) {
    const { about, parts } = this;
    if (!Number.isFinite(seconds)) return;
    about.seconds = seconds;
    for (const part of ["from", "to"]) parts[part].max = Math.floor(seconds * 10) / 10;
    parts.from.value = about.from ?? 0;
    parts.to.value = about.to ?? parts.to.max;
    parts.sound.currentTime = this.from;
  }

  #foundInWords() {
    const { begun, seconds } = this.about;
    return this.dataset.saysFound.replace("{time}", said(begun, CLOCK)).replace("{length}", minutes(seconds));
  }

  get from() { return Number(this.parts.from.value); }

  get to() { return Number(this.parts.to.value); }

  #cut(moved) {
    const { from, to } = this.parts;
    if (moved === "from" && this.from > this.to - SHORTEST) from.value = Math.max(0, this.to - SHORTEST);
    if (moved === "to" && this.to < this.from + SHORTEST) to.value = this.from + SHORTEST;
    this.about[moved] = this[moved]; // it stays where it was put when the browser finds out the true length
    this.parts.sound.pause();
    this.parts.sound.currentTime = moved === "from" ? this.from : Math.max(this.from, this.to - 2);
    this.#drawCut();
  }

  #drawCut() {
    const { parts, heights, from, to, about } = this;
    const [first, last] = [from / about.seconds, to < Number(parts.to.max) ? to / about.seconds : 1];
    parts.kept.setAttribute("d", bars(heights, WIDTH, first, last));
    parts.gone.setAttribute("d", bars(heights, WIDTH, 0, first) + bars(heights, WIDTH, last));
    for (const part of ["from", "to"]) {
      parts[`${part}Says`].textContent = minutes(this[part]);
      parts[part].setAttribute("aria-valuetext", minutes(this[part]));
    }
    parts.length.textContent = minutes(to - from);
    this.#heard();
  }

  #play() {
    const { sound } = this.parts;
    if (this.measuring) { this.measuring = "play"; return; } // in a moment
    if (!sound.paused) return sound.pause();
    if (sound.currentTime < this.from || sound.currentTime >= this.to - 0.1) sound.currentTime = this.from;
    sound.play();
  }

  #heard() {
    const { sound, heard } = this.parts;
    if (this.measuring) return;
    if (!sound.paused && sound.currentTime >= this.to) { sound.pause(); sound.currentTime = this.from; }
    const [first, here] = [this.from / this.about.seconds, sound.currentTime / this.about.seconds];
    heard.setAttribute("d", here > first ? bars(this.heights, WIDTH, first, here) : "");
  }

  #showPlaying() {
    const plays = !this.parts.sound.paused;
    this.parts.playSign.hidden = plays;
    this.parts.pauseSign.hidden = !plays;
    this.parts.playWords.textContent = plays ? this.dataset.saysStop : this.dataset.saysListen;
  }

  // --- keeping ---

  #keep() {
    const { about, file } = this;
    this.parts.sound.pause();
    const [begin, end] = [this.from > 0.05 ? this.from : null, this.to < Number(this.parts.to.max) ? this.to : null];
    Object.assign(about, { from: this.from, to: this.to, wanted: true });
    keep({ ...about }).catch(() => {});
    this.found = false;
    this.#state("idle");
    const detail = { id: about.id, file, begin, end, seconds: this.to - this.from };
    this.dispatchEvent(new CustomEvent("sound:keep", { bubbles: true, detail }));
    this.#offer();
  }

  // Gone for the eye at once: whoever saves in the next moment is not asked about it again.
  async #throwAway() {
    const away = this.#away();
    this.#state("idle");
    this.#leave();
    await away;
    this.#offer();
  }

  async #away() {
    this.parts.sound.pause();
    this.#unlock(this.about.id);
    await this.wish?.catch(() => {});
    await throwAway(this.about.id).catch(() => {});
  }

  // --- what an earlier visit left ---

  // Whatever another tab, or this page, has in its hands is locked.
  #lock(id) {
    this.locks ??= new Map();
    navigator.locks?.request(`recording:${id}`, () => new Promise((done) => this.locks.set(id, done)));
  }

  #unlock(id) {
    this.locks?.get(id)?.();
    this.locks?.delete(id);
  }

  // `again`: one that this page sent, but which was refused.
  offer(again) {
    this.#unlock(again);
    return this.#offer();
  }

  async #offer() {
    const held = new Set(((await navigator.locks?.query())?.held ?? []).map(({ name }) => name));
    const left = await keptFor(this.dataset.person, this.dataset.place).catch(() => []);
    const sends = "sends" in this.dataset; // then the page goes on by itself with what was to be sent
    const about = left.find(({ id, seconds, wanted }) => seconds > 0 && !(sends && wanted) && !isOnItsWay(id) && !held.has(`recording:${id}`) && !this.locks?.has(id));
    if (!about || this.now !== "idle") return;
    this.#lock(about.id);
    this.about = about;
    this.found = true;
    this.#show(await fileOf(about));
    this.#appear();
  }
}

customElements.define("sound-recorder", SoundRecorder);
