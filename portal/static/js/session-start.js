// <session-start>: how soon a session begins, and its one button when the time has come. The server's clock is asked
// once, when the page is loaded, so a wrong clock in the device makes nobody late.

const MINUTE = 60_000;
const relative = new Intl.RelativeTimeFormat(document.documentElement.lang || "en", { numeric: "always" });

class SessionStart extends HTMLElement {
  connectedCallback() {
    const [now, starts, opens, ends] = ["now", "starts", "opens", "ends"].map((name) => Date.parse(this.dataset[name]));
    Object.assign(this, { ahead: now - Date.now(), starts, opens, ends });
    this.tick();
  }

  disconnectedCallback() {
    clearTimeout(this.next);
  }

  tick() {
    const now = Date.now() + this.ahead;
    const left = this.starts - now;
    this.querySelector("[data-countdown]").textContent = now < this.ends ? this.words(left) : "";
    this.toggle("[data-open]", now < this.opens || now >= this.ends);
    this.toggle("[data-closed]", now >= this.opens);
    const soon = this.closest("[data-soon]"); // on Today it waits, unseen, until the last hour
    if (soon) soon.hidden = left > 60 * MINUTE || now >= this.ends;
    if (now < this.ends) this.next = setTimeout(() => this.tick(), left > 0 && left < 2 * MINUTE ? 1000 : 10_000);
  }

  words(left) {
    if (left <= 0) return this.dataset.begun;
    if (left > 24 * 60 * MINUTE) return "";
    const [count, unit] =
      left < MINUTE ? [Math.ceil(left / 1000), "second"]
      : left < 59.5 * MINUTE ? [Math.round(left / MINUTE), "minute"]
      : [Math.round(left / MINUTE / 60), "hour"];
    return this.dataset.begins.replace("%s", relative.format(count, unit));
  }

  toggle(part, hidden) {
    const found = this.querySelector(part);
    if (found) found.hidden = hidden;
  }
}

if (!customElements.get("session-start")) customElements.define("session-start", SessionStart);
