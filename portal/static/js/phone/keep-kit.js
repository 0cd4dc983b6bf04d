// <keep-kit>: "Keep them on this phone". From then on the kit is kept by itself.

import { keepKit, keepsKit, wish } from "./kit.js";
import { askHouse, isKept, who } from "./queue.js";
import { canKeep, keptLessons } from "./shelf.js";

class KeepKit extends HTMLElement {
  async connectedCallback() {
    if (!canKeep || !who) return;
    this.parts = Object.fromEntries([...this.querySelectorAll("[data-part]")].map((part) => [part.dataset.part, part]));
    this.parts.keep.addEventListener("click", () => { wish(); this.keep(); });
    const isThere = Object.values(await keptLessons()).some(({ place }) => place !== undefined);
    this.show(isThere ? "kept" : "offer");
    this.hidden = false;
    if (!isKept && !isThere && (await keepsKit())) await this.keep();
  }

  async keep() {
    if (this.keeping) return;
    this.keeping = true;
    this.parts.keep.setAttribute("aria-disabled", "true");
    this.say("keeping");
    navigator.storage?.persist?.().catch(() => {});
    try {
      const said = await askHouse();
      if (said?.who !== who) throw new Error("nobody answers");
      await keepKit(said.kit);
      this.show("kept");
    } catch {
      this.show("failed");
    }
    this.keeping = false;
    this.parts.keep.removeAttribute("aria-disabled");
  }

  show(state) {
    this.parts.keep.hidden = state === "kept";
    this.say(state);
  }

  say(state) {
    this.parts.says.textContent = this.parts.says.dataset[state];
  }
}

customElements.define("keep-kit", KeepKit);
