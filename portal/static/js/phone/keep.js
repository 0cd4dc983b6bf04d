// <keep-lesson>: "Keep on this phone". The lesson then plays without a network, and can be noted.

import { isKept, who } from "./queue.js";
import { canKeep, drop, keep, keptLessons } from "./shelf.js";

class KeepLesson extends HTMLElement {
  async connectedCallback() {
    if (!canKeep || !who) return;
    this.parts = Object.fromEntries([...this.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    const { key, title, sound, captions, tag, bytes } = this.dataset;
    this.lesson = { key, title, sound, captions, tag, bytes: Number(bytes), pages: JSON.parse(this.dataset.pages) };
    this.parts.keep.addEventListener("click", () => this.keep());
    this.parts.remove.addEventListener("click", () => this.remove());
    const there = key in (await keptLessons());
    this.show(there ? "kept" : "offer");
    this.hidden = false;
    if (there && !isKept && navigator.onLine) keep(who, this.lesson).catch(() => {}); // its pages may have changed
  }

  async keep() {
    if (this.keeping) return;
    this.keeping = true;
    this.parts.keep.setAttribute("aria-disabled", "true");
    navigator.storage?.persist?.().catch(() => {});
    try {
      this.say("keeping", { n: 0 });
      await keep(who, this.lesson, (share) => this.say("keeping", { n: Math.round(share * 100) }));
      this.show("kept");
      this.parts.remove.focus();
    } catch (problem) {
      await drop(who, this.lesson.key);
      this.show(problem.name === "QuotaExceededError" ? "full" : "failed");
    }
    this.keeping = false;
    this.parts.keep.removeAttribute("aria-disabled");
  }

  async remove() {
    await drop(who, this.lesson.key);
    this.show("offer");
    this.parts.keep.focus();
  }

  show(state) {
    this.parts.keep.hidden = state === "kept";
    this.parts.remove.hidden = state !== "kept";
    this.say(state);
  }

  say(state, values = {}) {
    const words = this.parts.says.dataset[state].replace("{n}", values.n);
    if (this.parts.says.textContent !== words) this.parts.says.textContent = words;
  }
}

customElements.define("keep-lesson", KeepLesson);
