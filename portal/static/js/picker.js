// Free times: says the choice in full beside the button, and changes the day without loading the page anew.
// Without this module the page does the same with links, radios and the browser's own words.

// What a page of free times shows on somebody's clock.
const ON_THE_CLOCK = [".head", ".soon", ".days", ".times", "[data-choice]"];

class SlotPicker extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", (event) => {
      if (event.target.name === "start") this.say(event.target);
    });
    this.addEventListener("input", () => this.label());
    this.addEventListener("click", (event) => this.followDay(event));
    this.addEventListener("keydown", (event) => this.walk(event));
    this.addEventListener("submit", (event) => this.send(event));
    addEventListener("pageshow", () => this.wake());
    this.say(this.querySelector("input[name=start]:checked"));
    this.oneStop();
    if (this.hasAttribute("data-zone-unknown")) this.useOwnZone();
  }

  // A visitor's zone is the browser's: the server learns it from the address, and names it on the page.
  useOwnZone() {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const address = new URL(location.href);
    if (!zone || address.searchParams.has("zone") || this.querySelector(".notice.care")) return undefined;
    address.searchParams.set("zone", zone);
    return this.turnTo(address);
  }

  say(radio) {
    this.label();
    const when = this.querySelector("[data-choice] [data-when]");
    const below = this.querySelector("[data-choice] [data-below]");
    if (!when) return;
    if (!radio) {
      when.textContent = when.dataset.none;
      below.textContent = below.dataset.none;
      return;
    }
    when.textContent = radio.dataset.when;
    const theirs = below.dataset.there?.replace("%s", radio.dataset.theirs);
    below.textContent = theirs ? `${below.dataset.here}; ${theirs}` : below.dataset.here;
    const policy = this.querySelector("[data-policy]");
    const until = radio.dataset.until;
    if (policy) {
      policy.firstElementChild.textContent = until ? policy.dataset.until.replace("%s", until) : policy.dataset.late;
    }
  }

  // What is to be filled in before this time can be had: the button leads there first.
  missing() {
    if (!this.querySelector("input[name=start]:checked")) return null;
    return [...this.querySelectorAll(".about [required]")].find((control) => control.validity.valueMissing);
  }

  label() {
    const button = this.querySelector(".decide button");
    if (!button || button.getAttribute("aria-disabled") === "true") return;
    const { label, next } = button.dataset;
    const words = this.missing() ? next : label;
    if (button.textContent !== words) button.textContent = words;
  }

  // The arrow keys go from day to day over those that have free times; page up and down turn the weeks.
  walk(event) {
    const day = event.target.closest?.(".month a");
    const turn = { PageUp: "prev", PageDown: "next" }[event.key];
    if (!day || event.altKey || event.ctrlKey || event.metaKey) return;
    if (turn) {
      const link = this.querySelector(`.month-head a[rel="${turn}"]`);
      event.preventDefault();
      if (link) this.turnWeeks(link, ".month a[tabindex='0']");
      return;
    }
    const goal = this.neighbour(day, event.key);
    if (!goal) return;
    event.preventDefault();
    this.oneStop(goal);
    goal.focus();
  }

  // The tab key stops at one day; from there the arrow keys go on.
  oneStop(stop = this.querySelector(".month a[aria-current]") ?? this.querySelector(".month a")) {
    for (const day of this.querySelectorAll(".month a")) {
      day.tabIndex = day === stop ? 0 : -1;
      day.setAttribute("aria-describedby", "arrows");
    }
  }

  neighbour(day, key) {
    const days = [...this.querySelectorAll(".month a")];
    const cell = day.closest("td");
    const sideways = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[key];
    if (sideways) {
      const at = days.indexOf(day) + sideways;
      return days[Math.min(Math.max(at, 0), days.length - 1)];
    }
    const step = { ArrowUp: "previousElementSibling", ArrowDown: "nextElementSibling" }[key];
    if (!step) return null;
    let row = cell.parentElement[step];
    while (row && !row.cells[cell.cellIndex].querySelector("a")) row = row[step];
    return row?.cells[cell.cellIndex].querySelector("a");
  }

  async followDay(event) {
    const link = event.target.closest(".month a, .month-head a, .times a[href*='day=']");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return undefined;
    event.preventDefault();
    if (link.closest(".month-head")) return this.turnWeeks(link, `.month-head a[rel="${link.rel}"]`);
    await this.fetch(link.href, [".days", ".times"]);
    this.querySelector("#times").focus();
    this.querySelector("#times").scrollIntoView({ block: "nearest" });
    return undefined;
  }

  // Other four weeks: who presses "Later" can press it again, who turns by key is on a day again.
  async turnWeeks(link, goal) {
    await this.fetch(link.href, [".days", ".times"]);
    const day = this.querySelector(".month a[tabindex='0']") ?? this.querySelector("#times");
    (this.querySelector(goal) ?? day).focus({ preventScroll: true });
  }

  // Another clock changes every time on the page, and nothing that was typed.
  async changeZone(form) {
    const address = new URL(location.href);
    for (const [name, value] of new FormData(form)) address.searchParams.set(name, value);
    await this.turnTo(address);
    this.querySelector(".zone-change summary").focus();
  }

  async turnTo(address) {
    await this.fetch(address.href, ON_THE_CLOCK);
    const carried = this.querySelector(".booking input[name=zone]");
    if (carried) carried.value = address.searchParams.get("zone");
  }

  async fetch(address, parts) {
    this.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { Accept: "text/html" } });
      if (!answer.ok) throw new Error(answer.statusText);
      this.show(await answer.text(), parts);
      history.replaceState(null, "", address);
    } catch {
      location.assign(address);
    } finally {
      this.removeAttribute("aria-busy");
    }
  }

  show(html, parts) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const chosen = this.querySelector("input[name=start]:checked")?.value;
    for (const part of parts) {
      const fresh = page.querySelector(`slot-picker ${part}`);
      if (!fresh) throw new Error("the page has changed");
      this.querySelector(part).replaceWith(document.adoptNode(fresh));
    }
    this.oneStop();
    const radios = [...this.querySelectorAll("input[name=start]")];
    const still = radios.find((radio) => radio.value === chosen);
    if (still) still.checked = true;
    this.say(still);
  }

  send(event) {
    if (event.target.matches("[data-zone]")) {
      event.preventDefault();
      this.changeZone(event.target);
      return undefined;
    }
    const button = this.querySelector(".decide button");
    if (button.getAttribute("aria-disabled") === "true") return event.preventDefault();
    const missing = this.missing();
    if (missing) {
      event.preventDefault();
      missing.scrollIntoView({ block: "center" });
      missing.focus({ preventScroll: true });
      return undefined;
    }
    button.textContent = this.dataset.sending;
    button.setAttribute("aria-disabled", "true");
    return undefined;
  }

  // Coming back with the browser's own button must not find a dead form.
  wake() {
    this.querySelector(".decide button")?.removeAttribute("aria-disabled");
    this.label();
  }
}

customElements.define("slot-picker", SlotPicker);
