// The whole sound of a lesson, fetched in the background, so that a network that drops is not heard. It goes on
// where it broke off; what has come so far can be played.

const AGAIN_AFTER = [2_000, 5_000, 15_000, 30_000];
const LARGEST = 300_000_000; // bytes: more is not kept in memory
const SURE = 0.8; // of the seconds that the bytes should last for: sound is not spread evenly over them

const pause = (ms) => new Promise((done) => {
  setTimeout(done, ms);
  addEventListener("online", done, { once: true });
});

export class Larder extends EventTarget {
  #url;
  #parts = [];
  #type = "";
  #tag = "";
  #all = 0;
  #begun = false;
  #over = new AbortController();

  constructor(url, duration) {
    super();
    this.#url = url;
    this.duration = duration;
    this.got = 0;
  }

  get isFull() { return this.#all > 0 && this.got >= this.#all; }

  // Up to which second of the lesson there is sound.
  get reach() {
    if (this.isFull) return Infinity;
    return this.#all ? (this.got / this.#all) * this.duration * SURE : 0;
  }

  begin() {
    if (this.#begun || navigator.connection?.saveData) return;
    this.#begun = true;
    this.#fill();
  }

  stop() { this.#over.abort(); }

  // What has come so far, as a file.
  get file() { return new Blob(this.#parts, { type: this.#type }); }

  async #fill() {
    for (let turn = 0; !this.isFull && !this.#over.signal.aborted; turn += 1) {
      const before = this.got;
      try {
        if (!(await this.#fetchOn())) return;
      } catch {
        // The line broke: what has come stays.
      }
      if (this.got > before) turn = 0;
      this.dispatchEvent(new Event("more"));
      if (!this.isFull) await pause(AGAIN_AFTER[Math.min(turn, AGAIN_AFTER.length - 1)]);
    }
  }

  // False: there is no use in asking again.
  async #fetchOn() {
    const headers = this.got ? { Range: `bytes=${this.got}-`, "If-Range": this.#tag } : {};
    const answer = await fetch(this.#url, { headers, signal: this.#over.signal });
    if (answer.status >= 400 && answer.status < 500) return false;
    if (!answer.ok) return true;
    if (answer.status === 200) this.#anew();
    this.#type = answer.headers.get("Content-Type") ?? "audio/mp4";
    this.#tag = answer.headers.get("ETag") ?? "";
    this.#all = this.got + Number(answer.headers.get("Content-Length"));
    if (!(this.#all > 0) || this.#all > LARGEST) return false;
    for (const reader = answer.body.getReader(); ;) {
      const { done, value } = await reader.read();
      if (done) return true;
      this.#parts.push(value);
      this.got += value.byteLength;
    }
  }

  #anew() {
    this.#parts = [];
    this.got = 0;
  }
}
