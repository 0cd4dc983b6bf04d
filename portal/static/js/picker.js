// Free times: says the choice in full beside the button, and changes the day without loading the page anew.
// Without this module the page does the same with links, radios and the browser's own words.

class SlotPicker extends HTMLElement {
  connectedCallback() {
    if (this.hasAttribute("data-zone-unknown") && this.askForOwnZone()) return;
    this.addEventListener("change", (event) => {
      if (event.target.name === "start") this.say(event.target);
    });
    this.addEventListener("click", (event) => this.followDay(event));
    this.addEventListener("submit", (event) => this.send(event));
    addEventListener("pageshow", () => this.wake());
    this.say(this.querySelector("input[name=start]:checked"));
  }

  // A visitor's zone is the browser's: the server learns it from the address, and names it on the page.
  askForOwnZone() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const address = new URL(location.href);
    if (!zone || address.searchParams.has("zone") || this.querySelector(".notice")) return false;
    address.searchParams.set("zone", zone);
    location.replace(address);
    return true;
  }

  say(radio) {
    const when = this.querySelector("[data-choice] [data-when]");
    const below = this.querySelector("[data-choice] [data-below]");
    if (!radio || !when) return;
    when.textContent = radio.dataset.when;
    const theirs = below.dataset.there?.replace("%s", radio.dataset.theirs);
    below.textContent = theirs ? `${below.dataset.here}; ${theirs}` : below.dataset.here;
  }

  async followDay(event) {
    const link = event.target.closest(".month a, .month-head a");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    this.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(link.href, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.statusText);
      this.show(await answer.text(), link);
      history.replaceState(null, "", link.href);
    } catch {
      location.assign(link.href);
    } finally {
      this.removeAttribute("aria-busy");
    }
  }

  show(html, link) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const chosen = this.querySelector("input[name=start]:checked")?.value;
    for (const part of [".days", ".times"]) {
      const fresh = page.querySelector(`slot-picker ${part}`);
      if (!fresh) throw new Error("the page has changed");
      this.querySelector(part).replaceWith(document.adoptNode(fresh));
    }
    for (const radio of this.querySelectorAll("input[name=start]")) {
      if (radio.value === chosen) radio.checked = true;
    }
    const turned = !link.closest(".month");
    const focus = turned ? this.querySelector(".days a") : this.querySelector("#times");
    focus?.focus({ preventScroll: turned });
    if (!turned) this.querySelector("#times").scrollIntoView({ block: "nearest" });
  }

  send(event) {
    const button = this.querySelector("button[type=submit]");
    if (button.getAttribute("aria-disabled") === "true") return event.preventDefault();
    button.dataset.label = button.textContent;
    button.textContent = this.dataset.sending;
    button.setAttribute("aria-disabled", "true");
    return undefined;
  }

  // Coming back with the browser's own button must not find a dead form.
  wake() {
    const button = this.querySelector("button[type=submit]");
    if (button?.dataset.label) button.textContent = button.dataset.label;
    button?.removeAttribute("aria-disabled");
  }
}

customElements.define("slot-picker", SlotPicker);
