// <this-phone key="...">: "Tell me on this phone". The browser is asked for leave only when the button is pressed.
// Without a worker or without push the words say why there is no button.

const TOLD = "told-here"; // whose phone this browser is: on their signing out nothing more is told here (phone/house.js)

class ThisPhone extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.words = this.querySelector("[role=status]");
    this.button = this.form.querySelector("button");
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.#begin(); });
    this.#look();
  }

  async #look() {
    if (!("serviceWorker" in navigator && "PushManager" in window)) {
      this.#say(isApple() && !isInstalled() ? "home" : "cannot");
      return;
    }
    if (Notification.permission === "denied") this.#say("denied");
    const registration = await navigator.serviceWorker.getRegistration("/");
    const subscribed = await registration?.pushManager.getSubscription();
    const told = subscribed && isTold() && this.dataset.known.includes(await mark(subscribed.endpoint));
    this.form.hidden = told || Notification.permission === "denied";
  }

  async #begin() {
    this.button.setAttribute("aria-disabled", "true");
    try {
      if ((await Notification.requestPermission()) !== "granted") return this.#say("denied");
      await navigator.serviceWorker.register("/sw.js");
      const { pushManager } = await navigator.serviceWorker.ready;
      await (await pushManager.getSubscription())?.unsubscribe(); // of another key, or of another person
      const applicationServerKey = bytes(this.getAttribute("key"));
      const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
      await this.#tell(subscription);
      location.reload();
    } catch {
      this.#say("failed");
    } finally {
      this.button.removeAttribute("aria-disabled");
    }
    return undefined;
  }

  async #tell(subscription) {
    const { endpoint, keys } = subscription.toJSON();
    const body = new URLSearchParams(new FormData(this.form));
    for (const [name, value] of Object.entries({ endpoint, ...keys })) body.set(name, value);
    const answer = await fetch(this.form.action, { method: "POST", body, redirect: "error" });
    if (!answer.ok) {
      await subscription.unsubscribe();
      throw new Error(String(answer.status));
    }
    try {
      localStorage.setItem(TOLD, document.documentElement.dataset.who);
    } catch {
      // a forbidden store: then it is not known later whose phone it was
    }
  }

  #say(what) {
    this.words.textContent = this.getAttribute(`data-says-${what}`);
    this.words.hidden = false;
  }
}

async function mark(words) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(words));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const isTold = () => localStorage.getItem(TOLD) === document.documentElement.dataset.who;
const isApple = () => /iPhone|iPad/.test(navigator.userAgent) || (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
const isInstalled = () => matchMedia("(display-mode: standalone)").matches;

function bytes(words) {
  const plain = atob(words.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

customElements.define("this-phone", ThisPhone);
