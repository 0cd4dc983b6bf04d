// <theme-choice>: light or dark is kept as soon as it is chosen; without this script there is a button.

customElements.define(
  "theme-choice",
  class extends HTMLElement {
    connectedCallback() {
      const form = this.querySelector("form");
      form.querySelector("button")?.remove();
      form.addEventListener("change", () => {
        const chosen = new FormData(form);
        const theme = chosen.get("theme");
        if (theme === "auto") delete document.documentElement.dataset.theme;
        else document.documentElement.dataset.theme = theme;
        fetch(form.action, { method: "POST", body: chosen, redirect: "manual" });
      });
    }
  },
);
