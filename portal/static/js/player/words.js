// The words that are said: the line of now over the field, and the whole of them to follow or to play from.

export class Words {
  #current = -1;
  #follows = true;

  // `list` holds <li data-start data-end> with a button each; `over` is the line on the field.
  constructor({ media, list, over }) {
    Object.assign(this, { media, list, over });
    this.isOver = false;
    this.lines = [...(list?.children ?? [])].map((item) => ({
      item, start: Number(item.dataset.start), end: Number(item.dataset.end), words: item.querySelector("[data-said]").textContent,
    }));
    list?.addEventListener("click", (event) => this.#pressed(event));
    this.frame = list?.parentElement;
    for (const name of ["wheel", "touchmove", "keydown"]) {
      this.frame?.addEventListener(name, () => { this.#follows = false; }, { passive: true });
    }
    for (const name of ["move", "seek"]) media.addEventListener(name, () => this.draw());
  }

  draw() {
    const now = this.media.now + 0.05;
    const place = this.lines.findLastIndex((line) => line.start <= now);
    const line = this.lines[place];
    const said = this.isOver && line && now < line.end ? line.words : "";
    if (this.over && this.over.textContent !== said) this.over.textContent = said;
    if (place === this.#current) return;
    this.lines[this.#current]?.item.querySelector("button").removeAttribute("aria-current");
    line?.item.querySelector("button").setAttribute("aria-current", "true");
    this.#current = place;
    if (line) this.#follow(line.item);
  }

  // It scrolls by itself as long as its reader has not, and again once the line of now is in sight.
  #follow(item) {
    const [frame, box] = [this.frame.getBoundingClientRect(), item.getBoundingClientRect()];
    if (box.top >= frame.top && box.bottom <= frame.bottom) this.#follows = true;
    if (!this.#follows || !frame.height) return;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
    this.frame.scrollTo({ top: this.frame.scrollTop + box.top - frame.top - frame.height / 3, behavior });
  }

  #pressed(event) {
    const item = event.target.closest("li");
    if (!item) return;
    this.#follows = true;
    this.media.seek(Number(item.dataset.start));
    this.media.play();
  }
}
