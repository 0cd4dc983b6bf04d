// <kept-form>: a form that is not lost when there is no network. It then waits on this phone and is sent later, once.

import { freshId } from "../fresh-id.js";
import { flush, isKept, keepForm, post, whenNoted, who } from "./queue.js";
import { drop } from "./shelf.js";
import { hold } from "./voices.js";

class KeptForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.kept = this.querySelector(":scope > [data-part=kept]"); // a recorder inside has parts of its own
    if (isKept) this.asNew();
    if (who) this.addEventListener("submit", (event) => this.send(event)); // here, so that the form has its own say first
    if (who) this.addEventListener("files:stuck", ({ target }) => this.keepSpoken(target));
    for (const name of ["online", "offline"]) addEventListener(name, () => this.sayWho());
    this.sayWho();
  }

  // Who can see it: at once, or when there is a network.
  sayWho() {
    const isAway = isKept || !navigator.onLine;
    for (const part of this.querySelectorAll("[data-when]")) part.hidden = (part.dataset.when === "away") !== isAway;
  }

  // A page from the phone was made once for many notes: each gets an identity of its own, and the numbers that were
  // said before beginning come with the address.
  asNew() {
    if (this.form.elements.token) this.form.elements.token.value = freshId();
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = this.form.querySelector(`[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
      if (field?.type === "radio") field.checked = true;
    }
  }

  async send(event) {
    if (event.defaultPrevented) return; // a voice note is still coming in: it sends the form itself
    event.preventDefault();
    if (this.sending) return;
    const files = this.querySelector("take-file");
    if (files?.isComing) return; // it presses once more when all has come
    this.sending = true;
    const button = this.form.querySelector("[type=submit]");
    button.setAttribute("aria-disabled", "true");
    const answer = await post(this.form.action, this.fields);
    if (answer) files?.left?.();
    if (answer?.ok) return location.assign((await answer.json()).next);
    if (answer) return this.form.submit(); // something was not understood: the page says what
    return this.keep(files, await this.hold(files));
  }

  // What was said does not come through. Where it cannot lie here (private windows), the page waits, as it says.
  async keepSpoken(files) {
    if (this.sending) return;
    this.sending = true;
    const voice = await this.hold(files);
    if (voice) await this.keep(files, voice);
    else this.sending = false;
  }

  // What was said, once the whole of it lies in this browser.
  async hold(files) {
    const [spoken] = files?.held ?? [];
    if (!spoken || !(await hold(spoken).then(() => true, () => false))) return undefined;
    const { id, begin, end } = spoken;
    return { id, begin, end, url: files.dataset.url, name: `${files.input.name}_upload` };
  }

  // Numbers and words wait at once, and what was said of them follows: of what has come the house forgets what nobody
  // takes within a day, so that it is sent from here.
  async keep(files, voice) {
    const fields = this.fields.filter(([name]) => name !== voice?.name);
    keepForm(this.form.action, fields, voice);
    if (voice) files.letGo();
    this.kept.querySelector("[data-part=spoken]").hidden = !voice;
    await this.showKept(fields);
    if (navigator.onLine) flush(); // the line may have come back meanwhile
  }

  sayCome() {
    this.kept.querySelector("[data-part=waits]").hidden = true;
    this.kept.querySelector("[data-part=came]").hidden = false;
  }

  // A file that did not come in piece by piece before does not wait here: words and numbers do.
  get fields() {
    return [...new FormData(this.form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
  }

  async showKept(fields) {
    const hurts = "hurts" in this.form.dataset || fields.some(([name, value]) => name === "felt" && value === "sharp");
    this.kept.querySelector("[data-part=care]").hidden = !hurts;
    if (hurts) await drop(who, this.form.dataset.lesson); // it is not played before somebody has said a word
    this.form.hidden = true;
    this.kept.hidden = false;
    whenNoted(() => this.sayCome());
    this.kept.scrollIntoView({ block: "center" });
  }
}

customElements.define("kept-form", KeptForm);
