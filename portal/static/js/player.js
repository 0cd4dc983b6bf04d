// <lesson-player>: a real <audio>, keys that need no aim, and a place that is kept. Without this script the page
// shows the browser's own player and the cues as a list.

const BACK = 15; // seconds
const REPORT_EVERY = 5000; // ms
const JUMP = 2; // a step larger than this is a jump, not listening

class LessonPlayer extends HTMLElement {
  connectedCallback() {
    this.parts = Object.fromEntries([...this.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.audio = this.querySelector("audio");
    this.line = this.querySelector(".rl.ahead");
    this.cues = [...this.querySelectorAll(".cues li")].map((cue) => ({
      start: Number(cue.dataset.start), kind: cue.dataset.kind, words: cue.textContent.trim(), begins: "begins" in cue.dataset,
    }));
    this.opening = { kind: this.parts.kind.dataset.listen, words: this.parts.words.textContent };
    this.heard = 0;
    this.last = null;
    this.audio.controls = false;
    this.classList.add("awake");
    this.listen();
    this.startFrom(Number(this.dataset.position));
    this.draw();
    this.audio.play().catch(() => {}); // a browser that wants a press first gets one: the whole field is the key
  }

  disconnectedCallback() {
    clearInterval(this.reporting);
  }

  get duration() {
    return Number.isFinite(this.audio.duration) && this.audio.duration ? this.audio.duration : Number(this.dataset.duration);
  }

  listen() {
    const { audio, parts } = this;
    parts.field.addEventListener("click", () => this.toggle({ tone: true }));
    parts.toggle.addEventListener("click", () => this.toggle({}));
    parts.back.addEventListener("click", () => this.back());
    parts.again.addEventListener("click", () => this.again());
    for (const change of ["play", "pause"]) audio.addEventListener(change, () => this.changed());
    audio.addEventListener("timeupdate", () => this.moved());
    audio.addEventListener("seeked", () => this.draw());
    audio.addEventListener("durationchange", () => this.draw());
    audio.addEventListener("ended", () => this.finish());
    audio.addEventListener("error", () => this.trouble(true));
    audio.addEventListener("playing", () => this.trouble(false));
    addEventListener("keydown", (event) => this.key(event));
    addEventListener("pagehide", () => this.report({ leaving: true }));
    document.addEventListener("visibilitychange", () => document.hidden && this.report({ leaving: true }));
    this.reporting = setInterval(() => this.report({}), REPORT_EVERY);
    this.lockScreen();
  }

  startFrom(position) {
    // Close to the end there is nothing left to resume: it begins anew.
    if (!(position > 1) || (this.duration && position > this.duration - 5)) return;
    const seek = () => { this.audio.currentTime = position; };
    if (this.audio.readyState > 0) seek();
    else this.audio.addEventListener("loadedmetadata", seek, { once: true });
  }

  // --- keys ---------------------------------------------------------------------------------------------

  toggle({ tone }) {
    if (tone) this.sayInTone(this.audio.paused ? 330 : 220);
    if (this.audio.error) this.reload();
    if (this.audio.paused) this.audio.play().catch(() => this.trouble(Boolean(this.audio.error)));
    else this.audio.pause();
  }

  back() {
    this.audio.currentTime = Math.max(0, this.audio.currentTime - BACK);
  }

  // The whole movement again, from its contraction; when that has just begun, the one before it.
  again() {
    const now = this.audio.currentTime - 1.5;
    this.audio.currentTime = this.cues.findLast((cue) => cue.begins && cue.start <= now)?.start ?? 0;
    this.audio.play().catch(() => {});
  }

  reload() {
    const here = this.audio.currentTime;
    this.audio.load();
    this.startFrom(here);
  }

  key(event) {
    if (event.target.closest("a, button, input, audio, summary") || event.metaKey || event.ctrlKey || event.altKey) return;
    const does = { " ": () => this.toggle({}), ArrowLeft: () => this.back() }[event.key];
    if (!does) return;
    event.preventDefault();
    does();
  }

  lockScreen() {
    if (!("mediaSession" in navigator)) return;
    const session = navigator.mediaSession;
    session.metadata = new MediaMetadata({ title: this.dataset.title, artist: this.dataset.voice });
    const keys = {
      play: () => this.audio.play(), pause: () => this.audio.pause(),
      seekbackward: () => this.back(), previoustrack: () => this.again(),
    };
    for (const [name, does] of Object.entries(keys)) {
      try { session.setActionHandler(name, does); } catch { /* an older browser has fewer keys */ }
    }
  }

  // A low tone for eyes that are closed: lower when it pauses, higher when it goes on.
  sayInTone(pitch) {
    const Context = window.AudioContext;
    if (!Context) return;
    this.tones ??= new Context();
    const [tone, volume, now] = [this.tones.createOscillator(), this.tones.createGain(), this.tones.currentTime];
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, now);
    volume.gain.exponentialRampToValueAtTime(0.12, now + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, now + 0.35);
    tone.connect(volume).connect(this.tones.destination);
    tone.start(now);
    tone.stop(now + 0.4);
  }

  // --- what shows ---------------------------------------------------------------------------------------

  changed() {
    const playing = !this.audio.paused;
    const { parts } = this;
    parts["play-sign"].hidden = playing;
    parts["pause-sign"].hidden = !playing;
    parts["toggle-words"].textContent = parts["toggle-words"].dataset[playing ? "pause" : "play"];
    parts.does.textContent = parts.field.dataset[playing ? "pause" : "play"];
    this.classList.toggle("resting", !playing);
    if ("mediaSession" in navigator) navigator.mediaSession.playbackState = playing ? "playing" : "paused";
    this.draw();
    if (playing) this.glide();
    else if (!this.audio.ended) this.report({}); // the end is told once, by finish()
  }

  moved() {
    const now = this.audio.currentTime;
    const step = this.last === null ? 0 : now - this.last;
    if (step > 0 && step < JUMP) this.heard += step;
    this.last = now;
    this.draw();
  }

  glide() {
    if (this.audio.paused || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    this.drawSun();
    requestAnimationFrame(() => this.glide());
  }

  draw() {
    const now = this.audio.currentTime;
    const cue = this.cues.findLast((one) => one.start <= now) ?? this.opening;
    this.say("kind", this.audio.paused ? this.parts.kind.dataset[now > 0 ? "paused" : "ready"] : cue.kind);
    this.say("words", cue.words);
    this.say("left", this.inWords(this.duration - now));
    this.say("clock", this.parts.clock.dataset.of.replace("{here}", code(now)).replace("{all}", code(this.duration)));
    this.drawSun();
  }

  say(name, words) {
    if (this.parts[name].textContent !== words) this.parts[name].textContent = words;
  }

  inWords(seconds) {
    const minutes = Math.round(seconds / 60);
    const { many, one, none } = this.parts.left.dataset;
    if (seconds < 45) return none;
    return minutes === 1 ? one : many.replace("{n}", minutes);
  }

  drawSun() {
    const x = 640 * Math.min(1, this.audio.currentTime / (this.duration || 1));
    const sun = this.querySelector(".rl-now");
    sun.setAttribute("cx", x);
    sun.setAttribute("cy", this.heightAt(x));
    this.querySelector("#heard rect").setAttribute("width", x + 4);
  }

  // The line never runs back, so where it has come as far as x is found by halving.
  heightAt(x) {
    let [low, high] = [0, (this.length ??= this.line.getTotalLength())];
    for (let turn = 0; turn < 14; turn += 1) {
      const middle = (low + high) / 2;
      if (this.line.getPointAtLength(middle).x < x) low = middle;
      else high = middle;
    }
    return this.line.getPointAtLength(low).y;
  }

  trouble(there) {
    this.parts.trouble.hidden = !there;
  }

  // --- what is kept -------------------------------------------------------------------------------------

  report({ leaving = false, finished = false }) {
    const form = this.parts.report;
    if (!form || (!finished && this.heard < 0.5 && this.audio.currentTime === this.reported)) return Promise.resolve();
    const [heard, here, body] = [this.heard, this.audio.currentTime, new FormData(form)];
    body.set("position", here.toFixed(1));
    body.set("heard", heard.toFixed(1));
    if (finished) body.set("finished", "on");
    this.heard = 0;
    this.reported = here;
    if (leaving) {
      navigator.sendBeacon(form.action, body);
      return Promise.resolve();
    }
    const kept = fetch(form.action, { method: "POST", body, keepalive: true });
    return kept.then((answer) => answer.ok || this.giveBack(heard), () => this.giveBack(heard));
  }

  giveBack(heard) {
    this.heard += heard; // told with the next report
    this.reported = undefined;
  }

  async finish() {
    await this.report({ finished: true });
    clearInterval(this.reporting);
    location.assign(this.dataset.after);
  }
}

function code(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

customElements.define("lesson-player", LessonPlayer);
