// What arrives in a conversation: the server draws it, in its order. New messages are put at the end, and those that
// changed take the place of what they were.

export class Arriving {
  #fetching = null;
  #again = false;
  #held = new Map(); // id -> a message that changed while somebody listens to it or writes in it

  constructor(thread, { outgoing }) {
    Object.assign(this, { thread, outgoing, log: thread.log });
    for (const kind of ["pause", "focusout", "ended"]) this.log.addEventListener(kind, () => setTimeout(() => this.#letGo()), true);
  }

  get last() {
    const shown = this.log.querySelectorAll("[data-message]");
    return shown.length ? Number(shown[shown.length - 1].dataset.message) : 0;
  }

  // One question at a time; whoever asks meanwhile gets one more question after it.
  async catchUp() {
    if (!this.thread.isNewest) return;
    if (this.#fetching) { this.#again = true; await this.#fetching; return; }
    this.#fetching = this.#fetchNews().finally(() => { this.#fetching = null; });
    await this.#fetching;
    if (this.#again) { this.#again = false; await this.catchUp(); }
  }

  async #fetchNews() {
    const { dataset } = this.thread;
    let answer;
    try {
      answer = await fetch(`${dataset.news}?after=${this.last}&changes=${dataset.changes}`, { redirect: "error", cache: "no-store" });
    } catch {
      return; // no network: the line tells when it is back
    }
    if (!answer.ok) return;
    this.#insert(await answer.text());
    dataset.changes = answer.headers.get("X-Changes");
    this.showSeen(Number(answer.headers.get("X-Seen")));
    this.markSeen();
  }

  #insert(html) {
    const arrived = new DOMParser().parseFromString(html, "text/html").body;
    if (!arrived.querySelector("[data-message]")) return;
    const atEnd = this.thread.isAtEnd();
    let added = false;
    let fromOther = false;
    this.log.querySelector(".first-word")?.remove();
    for (const each of [...arrived.children]) {
      if (this.#takesPlace(each)) continue;
      this.#place(each, atEnd && !document.hidden);
      added ||= "message" in each.dataset;
      fromOther ||= each.matches("[data-message]:not(.mine)");
    }
    if (!added) return;
    if (fromOther) this.thread.writing.hide();
    for (const unsent of this.log.querySelectorAll(".unsent")) this.log.append(unsent);
    if (atEnd) this.thread.toTheEnd();
    else if (fromOther) this.thread.below.hidden = false;
  }

  // A message that is shown already is drawn anew where it stands; so are the quotes of it.
  #takesPlace(each) {
    const { message } = each.dataset;
    const before = message && this.log.querySelector(`[data-message="${message}"]`);
    if (!before) return Boolean(message) && Number(message) <= this.last; // it stands on an older page
    if (this.#isBusy(before) && !each.matches(".removed")) this.#held.set(message, each);
    else this.#replace(before, each);
    return true;
  }

  #isBusy(message) {
    const plays = [...message.querySelectorAll("audio, video")].some((each) => !each.paused);
    const written = [...message.querySelectorAll("textarea")].some((each) => each.value !== each.defaultValue);
    return plays || (written && !message.querySelector("form[data-done]")) || message.querySelector("video:fullscreen") !== null;
  }

  #replace(before, each) {
    const now = document.importNode(each, true);
    for (const [n, opened] of [...before.querySelectorAll("details")].entries()) {
      const same = now.querySelectorAll("details")[n];
      if (same && opened.open && opened.matches(".written")) same.open = true;
    }
    before.replaceWith(now);
    const words = now.dataset.short ?? now.querySelector(".prose").textContent.trim().slice(0, 160);
    for (const quote of this.log.querySelectorAll(`a.quote[data-to="${each.dataset.message}"] span`))
      quote.textContent = words;
  }

  #letGo() {
    for (const [message, each] of this.#held) {
      const before = this.log.querySelector(`[data-message="${message}"]`);
      if (before && this.#isBusy(before)) continue;
      this.#held.delete(message);
      if (before) this.#replace(before, each);
    }
  }

  #place(each, watched) {
    const { uuid, day } = each.dataset;
    if (day && this.log.querySelector(`[data-day="${day}"]`)) return;
    if (each.classList.contains("new") && (watched || this.log.querySelector(".new"))) return;
    if (uuid) {
      this.log.querySelector(`.unsent[data-uuid="${uuid}"]`)?.remove();
      this.outgoing.remove(uuid);
      this.thread.enclosing?.sent(uuid);
    }
    this.log.append(document.importNode(each, true));
  }

  showSeen(upTo) {
    for (const each of this.log.querySelectorAll(".mine[data-message] .state"))
      if (Number(each.closest(".mine").dataset.message) <= upTo) each.textContent = this.thread.dataset.saysSeen;
  }

  // Tell that what is shown has been seen, once it is on a screen that somebody looks at.
  markSeen() {
    const others = this.log.querySelectorAll("[data-message]:not(.mine)");
    const last = others.length ? Number(others[others.length - 1].dataset.message) : 0;
    if (document.hidden || !this.thread.isNewest || last <= (this.marked ?? 0)) return;
    this.marked = last;
    const body = new URLSearchParams({ csrfmiddlewaretoken: this.thread.token, up_to: last });
    const headers = { Accept: "application/json" };
    fetch(this.thread.dataset.seen, { method: "POST", body, headers, keepalive: true }).catch(() => { this.marked = 0; });
  }
}
