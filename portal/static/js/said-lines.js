// <said-lines>: pressing the time of a line plays from there, and the line that is being said is marked. Without this
// script the times are links that open the page at their second.

class SaidLines extends HTMLElement {
  connectedCallback() {
    this.audio = this.querySelector("audio");
    this.moments = [...this.querySelectorAll("a.moment[data-at]")].map((link) => ({ link, at: Number(link.dataset.at) }));
    this.addEventListener("click", (event) => this.pressed(event));
    this.audio.addEventListener("timeupdate", () => this.mark());
    if (new URLSearchParams(location.search).has("at")) this.audio.play().catch(() => {}); // some browsers want a press
  }

  pressed(event) {
    const link = event.target.closest("a.moment[data-at]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.playFrom(Number(link.dataset.at));
  }

  playFrom(at) {
    const go = () => { this.audio.currentTime = at; };
    if (this.audio.readyState > 0) go();
    else this.audio.addEventListener("loadedmetadata", go, { once: true });
    this.audio.play().catch(() => {});
  }

  // The last line of each list that has begun.
  mark() {
    const now = this.audio.currentTime + 0.05;
    for (const list of this.querySelectorAll("ol.spoken")) {
      const here = this.moments.filter(({ link, at }) => at <= now && list.contains(link)).at(-1)?.link.closest("li");
      for (const line of list.children) {
        if (line === here) line.setAttribute("aria-current", "true");
        else line.removeAttribute("aria-current");
      }
    }
  }
}

customElements.define("said-lines", SaidLines);
