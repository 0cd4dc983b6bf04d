// <copy-field>: a button that copies the text of the field inside. Without this script one copies by hand.

customElements.define(
  "copy-field",
  class extends HTMLElement {
    connectedCallback() {
      const field = this.querySelector("input");
      const button = this.querySelector("button");
      if (!navigator.clipboard) return;
      const label = button.textContent;
      button.hidden = false;
      button.setAttribute("aria-live", "polite");
      button.addEventListener("click", async () => {
        field.select();
        await navigator.clipboard.writeText(field.value);
        button.textContent = button.dataset.done;
        setTimeout(() => (button.textContent = label), 4000);
      });
      field.addEventListener("focus", () => field.select());
    }
  },
);
