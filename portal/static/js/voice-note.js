// <voice-note>: play, pause, faster, and go on where one stopped, in any of them. One plays at a time.

import { minutes } from "./minutes.js";

const SPEEDS = [1, 1.5, 2];
const WHOLE = 240; // the width of the drawing

function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Then it begins at its beginning next time.
  }
}

function remembered(name) {
  try {
    return Number(localStorage.getItem(name));
  } catch {
    return 0;
  }
}

class VoiceNote extends HTMLElement {
  connectedCallback() {
    this.parts = Object.fromEntries([...this.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    const { sound, play, place, speed, awake } = this.parts;
    this.rect = this.querySelector("clipPath rect");
    this.label = this.parts.words.textContent;
    this.name = `voice:${this.dataset.note}`;
    this.start = remembered(this.name);
    sound.hidden = true;
    awake.hidden = false;
    this.#speed(SPEEDS.includes(remembered("voice:speed")) ? remembered("voice:speed") : 1);
    this.listening = new AbortController();
    const on = (target, kind, act) => target.addEventListener(kind, act, { signal: this.listening.signal });
    on(play, "click", () => this.#toggle());
    on(speed, "click", () => this.#speed(SPEEDS[(SPEEDS.indexOf(sound.playbackRate) + 1) % SPEEDS.length]));
    on(place, "input", () => this.#seek());
    for (const kind of ["play", "pause"]) on(sound, kind, () => this.#changed());
    on(sound, "timeupdate", () => this.#moved());
    on(sound, "ended", () => { this.start = 0; remember(this.name, null); this.#draw(0); });
    on(sound, "error", () => this.#trouble(true));
    on(sound, "playing", () => this.#trouble(false));
    on(document, "voice:plays", ({ detail }) => detail !== this && sound.pause());
    on(window, "pagehide", () => sound.pause());
    this.#draw(this.start);
  }

  disconnectedCallback() {
    this.listening.abort();
    this.parts.sound.pause();
  }

  get seconds() {
    const { duration } = this.parts.sound;
    return Number.isFinite(duration) && duration > 0 ? duration : Number(this.dataset.seconds);
  }

  #toggle() {
    const { sound } = this.parts;
    if (!sound.paused) return sound.pause();
    if (sound.error) sound.load();
    document.dispatchEvent(new CustomEvent("voice:plays", { detail: this }));
    this.#from(this.start);
    sound.play().catch(() => {});
  }

  #from(second) {
    const { sound } = this.parts;
    if (second > 0 && (!this.seconds || second < this.seconds - 1)) {
      const seek = () => { sound.currentTime = second; };
      if (sound.readyState) seek();
      else sound.addEventListener("loadedmetadata", seek, { once: true });
    }
    this.start = 0; // from now on the element itself knows where it is
  }

  #seek() {
    const second = (Number(this.parts.place.value) / 1000) * this.seconds;
    if (this.parts.sound.readyState) this.parts.sound.currentTime = second;
    else this.start = second;
    this.#draw(second);
  }

  #speed(speed) {
    const { sound } = this.parts;
    sound.defaultPlaybackRate = sound.playbackRate = speed;
    this.parts.speed.textContent = `${speed}×`;
    this.parts.speed.setAttribute("aria-label", `${this.dataset.saysSpeed}: ${speed}×`);
    remember("voice:speed", speed);
  }

  #changed() {
    const plays = !this.parts.sound.paused;
    this.parts.playSign.hidden = plays;
    this.parts.pauseSign.hidden = !plays;
    this.parts.words.textContent = plays ? this.dataset.saysStop : this.label;
  }

  #moved() {
    const { currentTime, ended } = this.parts.sound;
    if (ended) return;
    if (currentTime > 0) remember(this.name, currentTime.toFixed(1));
    this.#draw(currentTime);
  }

  #draw(second) {
    const { place, time } = this.parts;
    const share = this.seconds ? Math.min(1, second / this.seconds) : 0;
    this.rect.setAttribute("width", (share * WHOLE).toFixed(1));
    place.value = Math.round(share * 1000);
    place.setAttribute("aria-valuetext", minutes(second));
    if (second > 0 || this.seconds) time.textContent = minutes(second > 0 ? second : this.seconds);
  }

  #trouble(there) {
    this.parts.trouble.hidden = !there;
    this.parts.trouble.textContent = there ? this.dataset.saysTrouble : "";
  }
}

customElements.define("voice-note", VoiceNote);
