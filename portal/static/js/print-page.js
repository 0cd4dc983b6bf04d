// <print-page>: a button that prints. Without this script one prints with the browser's own.

customElements.define(
  "print-page",
  class extends HTMLElement {
    connectedCallback() {
      this.hidden = false;
      this.querySelector("button").addEventListener("click", () => print());
    }
  },
);
