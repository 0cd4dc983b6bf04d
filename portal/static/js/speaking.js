// Voice notes of a conversation: what was recorded is sent piece by piece, and then said as a message under the number
// of the recording, so that it is there once, from however many tabs and after however many tries.

import { fileOf, keep, keptFor } from "./kept-recordings.js";
import { forget, ofSize, Sending } from "./tus.js";
import { minutes } from "./minutes.js";

const STATES = { pausing: "waiting", "signed-out": "signed-out" };

// `come` is called with {uuid, voice, spoken} when all of a recording is on the server, `changed` whenever `all` did.
export class Speaking {
  #coming = new Map(); // id -> {sending, about}

  constructor(recorder, { come, changed }) {
    Object.assign(this, { recorder, come, changed });
    recorder.addEventListener("sound:keep", ({ detail }) => this.#send(detail.id, detail));
    this.#goOn();
  }

  // As messages that are on their way.
  get all() {
    return [...this.#coming].map(([uuid, { sending, spoken }]) => ({
      uuid,
      spoken,
      words: "",
      state: STATES[sending?.state] ?? "sending",
      progress: sending?.state === "sending" ? ofSize(sending.come, sending.size, this.recorder.dataset.saysCome) : "",
      refused: sending?.state === "refused" ? sending.sentence : undefined,
    }));
  }

  stop() {
    for (const { sending } of this.#coming.values()) sending?.stop();
  }

  // What an earlier page was to send, unless another tab is just doing it.
  async #goOn() {
    const { person, place } = this.recorder.dataset;
    const kept = await keptFor(person, place).catch(() => []);
    for (const about of kept.filter(({ wanted, said }) => wanted && !said)) {
      const [begin, end] = [about.from || null, about.to && about.to < about.seconds - 0.1 ? about.to : null];
      this.#send(about.id, { again: true, file: await fileOf(about), begin, end, seconds: (about.to ?? about.seconds) - (about.from ?? 0) });
    }
  }

  async #stillWanted(id) {
    const found = await this.#kept(id).catch(() => null);
    return found?.wanted && !found.said;
  }

  #send(id, { file, begin, end, seconds, again }) {
    if (this.#coming.has(id)) return;
    const entry = { spoken: this.recorder.dataset.saysSpoken.replace("{length}", minutes(seconds)) };
    this.#coming.set(id, entry);
    this.changed();
    const send = async (lock) => {
      if (!lock || (again && !(await this.#stillWanted(id)))) return this.#drop(id); // another tab has it, or had it
      return new Promise((done) => {
        const { url } = this.recorder.dataset;
        const changed = () => this.#changed(id, entry, done);
        entry.sending = new Sending(file, { url, purpose: "voice", begin, end, key: id, once: true, changed });
        entry.sending.start();
      });
    };
    if (navigator.locks) navigator.locks.request(`speaking:${id}`, { ifAvailable: true }, send);
    else send(true);
  }

  #changed(id, { sending, spoken }, done) {
    if (sending.state === "kept") {
      this.#coming.delete(id);
      this.come({ uuid: id, words: "", voice: sending.id, spoken });
      this.#note(id, { said: true }).catch(() => {}).finally(done);
    }
    this.changed();
  }

  #drop(id) {
    this.#coming.delete(id);
    this.changed();
  }

  // The server has the message.
  sent(id) {
    forget(id);
    this.recorder.dispatchEvent(new CustomEvent("sound:sent", { detail: { id } }));
  }

  // It was refused: the recorder offers it once more.
  async back(id) {
    this.#drop(id);
    forget(id);
    await this.#note(id, { wanted: false, said: false });
    this.recorder.offer(id);
  }

  async #note(id, more) {
    const about = await this.#kept(id);
    if (about) await keep({ ...about, ...more });
  }

  async #kept(id) {
    const { person, place } = this.recorder.dataset;
    return (await keptFor(person, place)).find((each) => each.id === id);
  }
}
