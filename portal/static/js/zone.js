// Where is this browser's clock? <zone-guess> asks once, <zone-select> chooses the browser's zone in a list.

const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

class ZoneGuess extends HTMLElement {
  async connectedCallback() {
    const { url, zone, confirmed } = this.dataset;
    if (!here || (confirmed && here === zone) || remembered() === here) return;
    const answer = await fetch(`${url}?${new URLSearchParams({ guess: here, next: location.pathname })}`);
    if (answer.status !== 200) {
      if (answer.status === 204) remember();
      return;
    }
    this.innerHTML = await answer.text();
    this.querySelector("[data-later]")?.addEventListener("click", () => {
      remember();
      this.replaceChildren();
    });
  }
}

// "Not now" holds until this browser is in another zone, or is closed.
function remembered() {
  try {
    return sessionStorage.getItem("zone");
  } catch {
    return null;
  }
}

function remember() {
  try {
    sessionStorage.setItem("zone", here);
  } catch {
    // A browser that keeps nothing asks again.
  }
}

class ZoneSelect extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector("select");
    if (!list || list.value || !here) return;
    const renamed = JSON.parse(this.dataset.renamed || "{}");
    list.value = renamed[here] ?? here;
    if (list.selectedIndex < 0) list.value = "";
  }
}

customElements.define("zone-guess", ZoneGuess);
customElements.define("zone-select", ZoneSelect);
