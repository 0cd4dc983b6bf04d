// What happens between cues: a rest that lasts longer, and a stretch that is played again and again.

const JUMP = 2; // seconds: a larger step is a jump, not listening
const AHEAD = 1.5; // seconds before an edge at which a timer takes over from the player's own slow ticking

export class Turns {
  #last = null;
  #timer = 0;
  #silence;
  #after;

  // `rests` are the seconds at which rests end; `extra()` is how much longer each lasts.
  constructor({ media, rests, extra, changed }) {
    Object.assign(this, { media, extra, changed });
    this.rests = rests;
    this.loop = null; // { start, end }
    this.isResting = false;
    media.addEventListener("move", () => this.tick());
    media.addEventListener("seek", () => { this.#last = null; this.endRest(); });
    media.addEventListener("play", () => this.#arm());
  }

  tick() {
    const { media } = this;
    const [from, now] = [this.#last, media.now];
    this.#last = now;
    if (media.isPaused || this.isResting || from === null || now <= from || now - from > JUMP * media.speed) return this.#arm();
    const passed = (edge) => from < edge && edge <= now;
    const rest = this.rests.find(passed);
    if (rest !== undefined && this.extra() > 0) return this.#rest(rest);
    if (this.loop && passed(this.loop.end)) return media.seek(this.loop.start);
    return this.#arm();
  }

  // At the very end: whether it begins again instead.
  playsAgain() {
    if (!this.loop) return false;
    this.media.seek(this.loop.start);
    this.media.play();
    return true;
  }

  // Silence that really plays: a phone whose screen sleeps lets a page go on only while it sounds. A press is needed
  // once before a page may do so by itself.
  allow() {
    if (this.#silence || !this.rests.length) return;
    this.#silence = new Audio(URL.createObjectURL(silence(0.1)));
    this.#silence.play().catch(() => {});
  }

  async #rest(edge) {
    const seconds = this.extra();
    this.isResting = true;
    this.#silence ??= new Audio();
    this.#silence.src = URL.createObjectURL(silence(seconds));
    const over = new Promise((done) => {
      this.#after = done;
      this.#silence.onended = () => done(true);
      setTimeout(() => done(true), seconds * 1000 + 400); // where silence may not play
    });
    const started = this.#silence.play().catch(() => {});
    this.media.element.pause();
    await started;
    this.changed();
    const goesOn = await over;
    URL.revokeObjectURL(this.#silence.src);
    if (!goesOn || !this.isResting) return;
    this.isResting = false;
    const again = this.loop && edge >= this.loop.end - 0.5;
    this.media.seek(again ? this.loop.start : edge);
    this.#last = again ? this.loop.start : edge;
    await this.media.play();
    this.changed();
  }

  // Somebody pressed: the rest is over, or the lesson is paused in it.
  endRest() {
    if (!this.isResting) return;
    this.isResting = false;
    this.#silence.pause();
    this.#after?.(false);
    this.changed();
  }

  #arm() {
    clearTimeout(this.#timer);
    const { media } = this;
    if (media.isPaused || this.isResting) return;
    const edges = this.extra() > 0 ? [...this.rests] : [];
    if (this.loop) edges.push(this.loop.end);
    const left = Math.min(...edges.map((edge) => edge - media.now).filter((step) => step > 0));
    if (left < AHEAD) this.#timer = setTimeout(() => this.tick(), (left / media.speed) * 1000 + 15);
  }
}

// A sound file with nothing to hear: one byte a sample, 8,000 a second.
function silence(seconds) {
  const count = Math.round(8000 * seconds);
  const bytes = new Uint8Array(44 + count).fill(128, 44);
  const view = new DataView(bytes.buffer);
  const write = (at, letters) => [...letters].forEach((letter, place) => view.setUint8(at + place, letter.charCodeAt(0)));
  write(0, "RIFF");
  view.setUint32(4, 36 + count, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true); // plain samples
  view.setUint16(22, 1, true); // one channel
  view.setUint32(24, 8000, true);
  view.setUint32(28, 8000, true);
  view.setUint16(32, 1, true);
  view.setUint16(34, 8, true);
  write(36, "data");
  view.setUint32(40, count, true);
  return new Blob([bytes], { type: "audio/wav" });
}
