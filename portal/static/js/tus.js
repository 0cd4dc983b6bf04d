// Sending one file piece by piece (tus 1.0.0), so that it goes on where it broke off: after a cut network, and after
// a reload of the page when the same file is given again.

const PART = 5 * 1024 * 1024; // bytes of one request: every proxy lets them pass
const AGAIN_AFTER = [1_000, 2_000, 5_000, 15_000];
const LOOK_AGAIN = 1_000; // while the server looks into the file
const KEPT_FOR = 24 * 3600 * 1000; // as long as the server keeps what nobody took
const TUS = { "Tus-Resumable": "1.0.0" };
const PREFIX = "upload:";

const encoded = (words) => btoa(String.fromCodePoint(...new TextEncoder().encode(words)));

function remembered(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + key));
    return kept && Date.now() - kept.since < KEPT_FOR ? kept : null;
  } catch {
    return null; // refused by the browser, or broken: then it begins anew
  }
}

// What was begun in this browser and did not come in whole: [{key, url, name, size, purpose}].
export function unfinished(purpose) {
  const found = [];
  try {
    for (const name of Object.keys(localStorage).filter((each) => each.startsWith(PREFIX))) {
      const kept = remembered(name.slice(PREFIX.length));
      if (!kept) localStorage.removeItem(name);
      else if (kept.purpose === purpose && !kept.whole) found.push({ key: name.slice(PREFIX.length), ...kept });
    }
  } catch {
    // No memory, nothing unfinished.
  }
  return found;
}

export function forget(key) {
  try {
    localStorage.removeItem(PREFIX + key);
  } catch {
    // There was nothing.
  }
}

export const keyOf = (file) => [file.name, file.size, file.lastModified].join(":");

// `changed` is called whenever `state` or `come` did. States: waiting (for its turn), sending, pausing (no network, or
// the server is away: it tries again by itself), signed-out (the same), checking, kept, refused (`sentence` says why).
// What is to be used `once` counts as kept also when it was used already; another file that is the same comes anew.
export class Sending {
  state = "waiting";
  come = 0;
  sentence = "";
  #tries = 0;
  #timer = 0;
  #stopped = false;
  #marks = [];

  constructor(file, { url, purpose, begin, end, key = keyOf(file), once = false, changed }) {
    Object.assign(this, { file, url, purpose, begin, end, key, once, changed, name: file.name, size: file.size });
    this.address = remembered(key)?.url;
    this.online = () => { if (this.state === "pausing") this.#go(); };
  }

  get id() {
    return this.address?.split("/").at(-2);
  }

  get isDone() {
    return this.state === "kept" || this.state === "refused";
  }

  // Seconds until all has come, by how fast the last minute was; null while nobody can tell.
  get left() {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)];
    if (!first || last.at - first.at < 2_000 || last.come === first.come) return null;
    return ((this.size - this.come) * (last.at - first.at)) / (last.come - first.come) / 1000;
  }

  start() {
    addEventListener("online", this.online);
    // Another tab that sends the same file holds the lock: two would only hinder each other.
    if (navigator.locks) navigator.locks.request(PREFIX + this.key, () => this.#stopped || new Promise((done) => { this.unlock = done; this.#go(); }));
    else this.#go();
  }

  // With `remove` the server throws away what has come.
  stop({ remove = false } = {}) {
    this.#end();
    this.request?.abort();
    if (!remove) return;
    forget(this.key);
    if (this.address) fetch(this.address, { method: "DELETE", headers: TUS, keepalive: true }).catch(() => {});
  }

  #end() {
    this.#stopped = true;
    clearTimeout(this.#timer);
    removeEventListener("online", this.online);
    this.unlock?.();
  }

  #is(state, sentence = "") {
    if (this.#stopped) return;
    Object.assign(this, { state, sentence });
    if (this.isDone) this.#end();
    this.changed();
  }

  async #go() {
    clearTimeout(this.#timer);
    if (this.#stopped || this.busy) return;
    this.busy = true;
    try {
      this.#is("sending");
      await this.#find();
      while (!this.#stopped && this.come < this.size) await this.#part();
      if (!this.#stopped) await this.#outcome();
    } catch (problem) {
      if (problem instanceof Refused) this.#refuse(problem.message);
      else this.#later(problem);
    } finally {
      this.busy = false;
    }
  }

  #refuse(sentence) {
    forget(this.key);
    this.#is("refused", sentence);
  }

  #later(problem) {
    if (this.#stopped) return;
    this.#marks = [];
    this.#is(problem instanceof SignedOut ? "signed-out" : "pausing");
    this.#timer = setTimeout(() => this.#go(), AGAIN_AFTER[Math.min(this.#tries++, AGAIN_AFTER.length - 1)]);
  }

  // Where it stands: on the server, if it was begun before; else it begins.
  async #find() {
    if (this.address) {
      const answer = await this.#ask(this.address, { method: "HEAD" });
      if (answer.ok) return this.#stands(Number(answer.headers.get("Upload-Offset")));
      if (answer.status < 500 && answer.status !== 429) this.address = undefined; // gone: anew
      else throw new Error("later");
    }
    await this.#begin();
  }

  async #begin() {
    const said = { filename: this.name, purpose: this.purpose, begin: this.begin, end: this.end };
    const pairs = Object.entries(said).filter(([, value]) => value !== undefined && value !== null && value !== "");
    const headers = {
      "Upload-Length": String(this.size),
      "Upload-Metadata": pairs.map(([key, value]) => `${key} ${encoded(String(value))}`).join(","),
    };
    const answer = await this.#ask(this.url, { method: "POST", headers });
    if (answer.status === 413 || answer.status === 400) throw new Refused(await answer.text());
    if (answer.status !== 201) throw new Error("later");
    this.address = new URL(answer.headers.get("Location"), location.href).pathname;
    this.#remember({});
    this.#stands(0);
  }

  #remember(more) {
    const { address, name, size, purpose } = this;
    try {
      localStorage.setItem(PREFIX + this.key, JSON.stringify({ url: address, name, size, purpose, since: Date.now(), ...more }));
    } catch {
      // Without a memory it still goes on in this page.
    }
  }

  #stands(come) {
    this.come = come;
    this.#marks.push({ at: Date.now(), come });
    while (this.#marks.length > 2 && Date.now() - this.#marks[0].at > 60_000) this.#marks.shift();
    this.changed();
  }

  #anew() {
    forget(this.key);
    this.address = undefined;
  }

  async #ask(url, options) {
    const headers = { ...TUS, ...options.headers };
    const answer = await fetch(url, { ...options, headers, redirect: "manual", cache: "no-store" });
    if (answer.type === "opaqueredirect") throw new SignedOut();
    return answer;
  }

  // fetch cannot tell how far a body has been sent; its forerunner can.
  #part() {
    const from = this.come;
    return new Promise((done, failed) => {
      const request = (this.request = new XMLHttpRequest());
      request.open("PATCH", this.address);
      for (const [name, value] of Object.entries(TUS)) request.setRequestHeader(name, value);
      request.setRequestHeader("Content-Type", "application/offset+octet-stream");
      request.setRequestHeader("Upload-Offset", String(from));
      request.upload.addEventListener("progress", ({ loaded }) => this.#stands(from + loaded));
      request.addEventListener("error", () => failed(new Error("later")));
      request.addEventListener("abort", () => done());
      request.addEventListener("load", () => this.#answered(request, done, failed));
      request.send(this.file.slice(from, from + PART));
    });
  }

  #answered(request, done, failed) {
    if (request.status === 204) {
      this.#tries = 0;
      this.#stands(Number(request.getResponseHeader("Upload-Offset")));
      return done();
    }
    if (request.status === 422 || request.status === 413) return failed(new Refused(request.responseText));
    if (request.status === 200) return failed(new SignedOut()); // led to the sign-in page
    failed(new Error("later")); // it stands elsewhere, or is gone: asked anew in a moment
  }

  async #outcome() {
    this.#is("checking");
    while (!this.#stopped) {
      const answer = await this.#ask(`${this.address}outcome/`, {});
      if (!answer.ok) throw new Error("later");
      const told = await answer.json();
      if (told.state === "refused") return this.#refuse(told.sentence);
      if (told.state === "kept" || (told.state === "taken" && this.once)) {
        this.#remember({ whole: true });
        return this.#is("kept");
      }
      if (told.state === "taken") this.#anew(); // a lesson has it already: this is to be another one
      if (told.state !== "checking") throw new Error("later");
      await new Promise((soon) => setTimeout(soon, LOOK_AGAIN));
    }
  }
}

class Refused extends Error {}
class SignedOut extends Error {}

const MB = 1024 * 1024;

// "12 of 48 MB", with as many digits as the larger number needs.
export function ofSize(come, size, words) {
  const [unit, name] = size >= 1024 * MB ? [1024 * MB, "GB"] : size >= MB ? [MB, "MB"] : [1024, "KB"];
  const digits = size / unit < 10 ? 1 : 0;
  const number = (bytes) => (bytes / unit).toFixed(digits);
  return words.replace("{come}", number(come)).replace("{size}", `${number(size)} ${name}`);
}
