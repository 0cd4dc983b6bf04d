// <device-check>: does the microphone hear, does the camera see, does the loudspeaker sound? All of it stays in the
// page: the picture is shown, the level is drawn as a line, and nothing is sent or recorded.

const POINTS = 80; // how much of the past the line holds
const LOUD = 0.06;

class DeviceCheck extends HTMLElement {
  connectedCallback() {
    this.part("try").addEventListener("click", () => this.begin());
    this.part("play").addEventListener("click", () => this.sound());
    this.part("stop").addEventListener("click", () => { this.end(); this.say("stopped"); this.part("try").focus(); });
    this.closest("details")?.addEventListener("toggle", ({ target }) => target.open || this.end());
    addEventListener("pagehide", this.end);
    this.part("try").hidden = this.part("play").hidden = false;
  }

  disconnectedCallback() {
    removeEventListener("pagehide", this.end);
    this.end();
  }

  part(name) { return this.querySelector(`[data-${name}]`); }

  say(name) { this.part("words").textContent = this.dataset[name]; }

  async begin() {
    this.end();
    try {
      this.stream = await this.devices();
    } catch (problem) {
      this.say(this.why(problem));
      return;
    }
    const camera = this.stream.getVideoTracks().length > 0;
    const picture = this.part("picture");
    picture.hidden = !camera;
    picture.srcObject = camera ? this.stream : null;
    if (camera) picture.play().catch(() => {});
    this.part("seen").hidden = this.part("stop").hidden = false;
    this.part("try").hidden = true;
    this.say(camera ? "quiet" : "noCamera");
    this.listen();
  }

  // Without a camera the microphone alone is worth trying.
  async devices() {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("", "NotSupportedError");
    try {
      return await navigator.mediaDevices.getUserMedia({ audio: true, video: { facingMode: "user" } });
    } catch (problem) {
      if (problem.name !== "NotFoundError" && problem.name !== "OverconstrainedError") throw problem;
      return navigator.mediaDevices.getUserMedia({ audio: true });
    }
  }

  why({ name }) {
    if (name === "NotAllowedError" || name === "SecurityError") return "denied";
    if (name === "NotFoundError" || name === "OverconstrainedError") return "missing";
    if (name === "NotReadableError" || name === "AbortError") return "taken";
    return "unable";
  }

  listen() {
    this.context = new AudioContext();
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 1024;
    this.context.createMediaStreamSource(this.stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const levels = new Array(POINTS).fill(0);
    let heard = 0;
    const draw = () => {
      if (!this.stream) return;
      analyser.getFloatTimeDomainData(samples);
      const level = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      levels.push(level);
      levels.shift();
      this.line(levels);
      heard = level > LOUD ? heard + 1 : heard;
      if (heard === 6 && this.part("words").textContent === this.dataset.quiet) this.say("heard");
      this.frame = requestAnimationFrame(draw);
    };
    draw();
  }

  line(levels) {
    const step = 320 / (POINTS - 1);
    const points = levels.map((level, n) => `${(n * step).toFixed(1)} ${(34 - Math.min(level * 4, 1) * 30).toFixed(1)}`);
    this.part("level").setAttribute("d", `M${points.join("L")}`);
  }

  async sound() {
    const context = new AudioContext();
    await context.resume().catch(() => {});
    [330, 495].forEach((pitch, n) => {
      const [tone, loudness] = [context.createOscillator(), context.createGain()];
      const from = context.currentTime + n * 0.7;
      tone.frequency.value = pitch;
      loudness.gain.setValueAtTime(0, from);
      loudness.gain.linearRampToValueAtTime(0.25, from + 0.05);
      loudness.gain.exponentialRampToValueAtTime(0.001, from + 0.65);
      tone.connect(loudness).connect(context.destination);
      tone.start(from);
      tone.stop(from + 0.7);
      if (n === 1) tone.addEventListener("ended", () => context.close());
    });
    this.say("tone");
  }

  end = () => {
    this.stream?.getTracks().forEach((track) => track.stop());
    this.stream = null;
    cancelAnimationFrame(this.frame);
    this.context?.close();
    this.context = null;
    this.part("picture").srcObject = null;
    this.part("seen").hidden = this.part("stop").hidden = true;
    this.part("try").hidden = false;
  };
}

customElements.define("device-check", DeviceCheck);
