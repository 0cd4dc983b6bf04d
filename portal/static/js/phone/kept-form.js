// <kept-form>: a form that is not lost when there is no network. It then waits on this phone and is sent later, once.

import { freshId } from "../fresh-id.js";
import { isKept, keepForm, post, who } from "./queue.js";
import { drop } from "./shelf.js";

class KeptForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.kept = this.querySelector(":scope > [data-part=kept]"); // a recorder inside has parts of its own
    if (isKept) this.asNew();
    if (who) this.addEventListener("submit", (event) => this.send(event)); // here, so that the form has its own say first
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
    if (this.querySelector("take-file")?.isComing) return; // it presses once more when all has come
    this.sending = true;
    const button = this.form.querySelector("[type=submit]");
    button.setAttribute("aria-disabled", "true");
    // A file that did not come in piece by piece before does not wait here: words and numbers do.
    const fields = [...new FormData(this.form)].filter(([name, value]) => name !== "csrfmiddlewaretoken" && typeof value === "string");
    const answer = await post(this.form.action, fields);
    if (answer?.ok) return location.assign((await answer.json()).next);
    if (answer) return this.form.submit(); // something was not understood: the page says what
    keepForm(this.form.action, fields);
    return this.showKept(fields);
  }

  async showKept(fields) {
    const hurts = "hurts" in this.form.dataset || fields.some(([name, value]) => name === "felt" && value === "sharp");
    this.kept.querySelector("[data-part=care]").hidden = !hurts;
    if (hurts) await drop(who, this.form.dataset.lesson); // it is not played before somebody has said a word
    this.form.hidden = true;
    this.kept.hidden = false;
    this.kept.scrollIntoView({ block: "center" });
  }
}

customElements.define("kept-form", KeptForm);
