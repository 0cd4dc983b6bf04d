// Microphone and camera: asked for, listened to, recorded. What is shown of it is the business of recorder.js.

const SOUND = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const FILM = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
const FILM_RATE = 2_500_000; // bits a second
const EVERY = 100; // ms between two levels
const PART = 1000; // ms

export const canRecord = () => Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder && window.AudioContext);

// Why the device did not come: a word for a sentence of the page.
export function why({ name }) {
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
  if (name === "NotReadableError" || name === "AbortError") return "taken";
  return "unable";
}

// One recording. `on` holds what is called: level(0 to 1), part(Blob), end().
export class Microphone {
  #paused = 0;
  #pausedAt = 0;

  constructor({ film, pure, rate, on }) {
    Object.assign(this, { film, pure, rate, on });
  }

  async begin() {
    // A lesson is recorded as it sounds; what makes a call clearer makes a quiet voice pump and hiss.
    const sound = this.pure ? { echoCancellation: false, noiseSuppression: false, autoGainControl: false } : true;
    const picture = this.film ? { facingMode: "user", width: { ideal: 1280 }, height: { ideal: 720 } } : false;
    this.stream = await navigator.mediaDevices.getUserMedia({ audio: sound, video: picture });
    this.mime = (this.film ? FILM : SOUND).find((each) => MediaRecorder.isTypeSupported(each)) ?? "";
    const rates = { audioBitsPerSecond: this.rate, ...(this.film && { videoBitsPerSecond: FILM_RATE }) };
    this.recorder = new MediaRecorder(this.stream, { ...(this.mime && { mimeType: this.mime }), ...rates });
    this.mime = this.recorder.mimeType || this.mime;
    this.recorder.addEventListener("dataavailable", ({ data }) => data.size && this.on.part(data));
    this.recorder.addEventListener("stop", () => { this.#release(); this.on.end(); });
    this.stream.getAudioTracks()[0].addEventListener("ended", () => this.stop()); // unplugged, or a call came in
    this.#listen();
    this.recorder.start(PART);
    this.began = performance.now();
    this.lock = await navigator.wakeLock?.request("screen").catch(() => null);
    if (!this.stream) this.lock?.release();
  }

  #listen() {
    this.context = new AudioContext();
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 2048;
    this.context.createMediaStreamSource(this.stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.ticking = setInterval(() => {
      if (this.isPaused) return;
      analyser.getFloatTimeDomainData(samples);
      this.on.level(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
    }, EVERY);
  }

  get isPaused() { return this.recorder?.state === "paused"; }

  get seconds() {
    const now = this.isPaused ? this.#pausedAt : (this.ended ?? performance.now());
    return (now - this.began - this.#paused) / 1000;
  }

  pause() {
    this.#pausedAt = performance.now();
    this.recorder.pause();
  }

  goOn() {
    this.#paused += performance.now() - this.#pausedAt;
    this.recorder.resume();
  }

  stop() {
    if (this.recorder?.state === "paused") this.goOn();
    if (this.recorder && this.recorder.state !== "inactive") this.recorder.stop();
    this.ended ??= performance.now();
  }

  #release() {
    clearInterval(this.ticking);
    this.stream.getTracks().forEach((track) => track.stop());
    this.stream = null;
    this.context.close();
    this.lock?.release();
  }
}
