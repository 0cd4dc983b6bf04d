// What was really heard in this sitting, told to the server every few seconds. Each report holds the whole of it and
// waits in this browser until the server has it, so nothing is lost with a closed tab or a dropped network.

import { freshId } from "../fresh-id.js";
import { keepReport, sendReport } from "../phone/queue.js";

const EVERY = 5_000; // ms: one comes back to within five seconds of where one stopped, whatever happens
const JUMP = 2; // seconds: a larger step is a jump, not listening

export class Sitting {
  #spans = [];
  #last = null;
  #told = 0;
  #saidAt;
  #uuid = freshId();

  constructor({ media, url, lesson, recording }) {
    Object.assign(this, { media, url, lesson, recording });
    if (!url) return;
    media.addEventListener("move", () => this.#moved());
    media.addEventListener("seek", () => { this.#last = null; });
    media.addEventListener("pause", () => { this.#last = null; this.report({}); });
    addEventListener("pagehide", () => this.report({ leaving: true }));
    document.addEventListener("visibilitychange", () => document.hidden && this.report({ leaving: true }));
    this.ticking = setInterval(() => this.report({}), EVERY);
  }

  #moved() {
    const { now, isPaused, speed } = this.media;
    const [from, step] = [this.#last, now - (this.#last ?? now)];
    this.#last = isPaused ? null : now;
    if (isPaused || !(step > 0) || step > JUMP * speed) return;
    const open = this.#spans.at(-1);
    if (open && Math.abs(open[1] - from) < 0.05) open[1] = now;
    else this.#spans.push([from, now]);
  }

  async report({ leaving = false, finished = false }) {
    const here = this.media.now;
    const said = `${here.toFixed(1)} ${finished}`;
    if (!this.url || this.isOver || (said === this.#saidAt && !leaving) || !(this.#spans.length || finished)) return;
    this.#saidAt = said;
    this.isOver = finished;
    this.#told += 1;
    const fields = {
      uuid: this.#uuid,
      told: this.#told,
      spans: JSON.stringify(this.#spans.map(([from, to]) => [Number(from.toFixed(2)), Number(to.toFixed(2))])),
      position: here.toFixed(1),
      recording: this.recording,
      ...(finished && { finished: "on" }),
    };
    keepReport({ url: this.url, lesson: this.lesson, position: finished ? 0 : here, fields });
    await sendReport(this.#uuid, { leaving });
  }

  async finish() {
    clearInterval(this.ticking);
    await this.report({ finished: true });
  }
}
