// <pass-key do="create|get">: makes or asks for a passkey (WebAuthn) and sends the form inside with it.
// The options come from the JSON script element that `data-options` names, or are fetched from `data-from`.

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const withBytes = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));

async function create(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: withBytes(options.excludeCredentials),
    // A passkey that can be found without a name, and that asks for a finger, a face or a PIN.
    authenticatorSelection: {
      ...options.authenticatorSelection,
      residentKey: "required",
      requireResidentKey: true,
      userVerification: "required",
    },
  };
  return navigator.credentials.create({ publicKey });
}

async function get(options) {
  const publicKey = {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: withBytes(options.allowCredentials),
  };
  return navigator.credentials.get({ publicKey });
}

function asJson(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  if (credential.response.getTransports) response.transports = credential.response.getTransports();
  return JSON.stringify({
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response,
  });
}

class PassKey extends HTMLElement {
  connectedCallback() {
    if (!window.PublicKeyCredential) return this.say(this.dataset.unsupported);
    this.hidden = false;
    this.form = this.querySelector("form");
    this.form.addEventListener("submit", (event) => this.ask(event));
  }

  async ask(event) {
    const field = this.form.elements.credential;
    if (field.value) return;
    event.preventDefault();
    if (this.asking) return;
    this.asking = true;
    try {
      const { publicKey } = await this.options();
      field.value = asJson(await (this.getAttribute("do") === "create" ? create(publicKey) : get(publicKey)));
      this.form.submit();
    } catch {
      this.say(this.dataset.failed);
    } finally {
      this.asking = false;
    }
  }

  async options() {
    if (this.dataset.from) {
      const answer = await fetch(this.dataset.from, { headers: { Accept: "application/json" } });
      return (await answer.json()).request_options;
    }
    const found = JSON.parse(document.getElementById(this.dataset.options).textContent);
    return found.creation_options ?? found.request_options;
  }

  say(words) {
    const place = this.querySelector("[role=status]");
    if (!place || !words) return;
    place.textContent = words;
    place.hidden = false;
  }
}

customElements.define("pass-key", PassKey);
