// What was said without a network: what was heard and what was noted. It waits in this browser, for the person who
// said it, until the server has it. Each carries an identity of its own, so that sending twice keeps it once.

import { freshId } from "../fresh-id.js";

export const who = document.documentElement.dataset.who ?? "";
export const isKept = "kept" in document.documentElement.dataset; // this page comes from the phone

const REPORTS = `reports:${who}`;
const FORMS = `forms:${who}`;
const PLACES = `places:${who}`;
const OF_A_PERSON = /^(?:reports|forms|places|listen|kit|notes):(.+)$/;
const WAITED = 60 * 24 * 3600 * 1000; // ms: what waited for longer is given up

// A network that takes longer than this is none: what was said waits, and nobody waits for it.
const patience = () => AbortSignal.timeout?.(10_000);

const tabs = "BroadcastChannel" in window ? new BroadcastChannel(`phone:${who}`) : null;

// Calls `act` whenever something that was noted has come to the house, from whichever tab.
export function whenNoted(act) {
  tabs?.addEventListener("message", act);
  addEventListener("phone:noted", act);
}

let token = isKept ? "" : document.querySelector("[name=csrfmiddlewaretoken]")?.value;

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name)) ?? {};
  } catch {
    return {}; // refused by the browser, or broken: then nothing was kept
  }
}

function write(name, values) {
  try {
    if (Object.keys(values).length) localStorage.setItem(name, JSON.stringify(values));
    else localStorage.removeItem(name);
  } catch {
    // A full or forbidden store: what is sent at once still arrives.
  }
}

function change(name, key, value) {
  const { [key]: _before, ...others } = read(name);
  write(name, value === undefined ? others : { ...others, [key]: value });
}

// Of other people nothing stays in this browser once somebody else has come in.
export function forgetOthers() {
  if (!who) return;
  for (const name of Object.keys(localStorage)) {
    const [, person] = OF_A_PERSON.exec(name) ?? [];
    if (person && person !== who) localStorage.removeItem(name);
  }
}

// What the house says just now: who is signed in, a token for forms, and which lessons still run. Null without network.
export async function askHouse() {
  try {
    const answer = await fetch("/phone/", { cache: "no-store", redirect: "manual", signal: patience() });
    const said = answer.ok ? await answer.json() : null;
    if (said) token = said.token;
    return said;
  } catch {
    return null;
  }
}

// Sends a form as this person. Null: no network, or somebody else is signed in. With an outdated token once more.
export async function post(url, fields) {
  if (!navigator.onLine) return null;
  for (const isSecond of [false, true]) {
    if ((isSecond || !token) && (await askHouse())?.who !== who) return null;
    const body = new FormData();
    for (const [name, value] of [...fields, ["csrfmiddlewaretoken", token]]) body.append(name, value);
    const answer = await fetch(url, {
      method: "POST", body, redirect: "manual", keepalive: true, headers: { Accept: "application/json" }, signal: patience(),
    }).catch(() => null);
    if (!answer || answer.type === "opaqueredirect" || answer.status >= 500) return null;
    if (answer.status !== 403) return answer;
  }
  return null;
}

const seconds = (since) => String(Math.max(0, (Date.now() - since) / 1000));

// --- what was heard -----------------------------------------------------------------------------------

export function keepReport({ url, lesson, position, fields }) {
  const at = Date.now();
  change(REPORTS, fields.uuid, { url, fields, at });
  change(PLACES, lesson, { position, at });
}

// Where this browser knows that listening stopped: { position, at } or nothing.
export function placeIn(lesson) {
  return read(PLACES)[lesson];
}

export function hasUnsent() {
  return Object.keys(read(REPORTS)).length > 0;
}

export async function sendReport(uuid, { leaving = false } = {}) {
  const report = read(REPORTS)[uuid];
  if (!report) return;
  const fields = [...Object.entries(report.fields), ["ago", seconds(report.at)]];
  if (leaving && token) {
    const body = new FormData();
    for (const [name, value] of [...fields, ["csrfmiddlewaretoken", token]]) body.append(name, value);
    navigator.sendBeacon(report.url, body); // the next page asks whether it came: it sends it again
    return;
  }
  const answer = await post(report.url, fields);
  if (answer && read(REPORTS)[uuid]?.fields.told === report.fields.told) change(REPORTS, uuid);
}

// --- what was noted -----------------------------------------------------------------------------------

// `voice`: the recording that goes with it, {id, begin, end, url, name of its field}.
export function keepForm(url, fields, voice) {
  change(FORMS, freshId(), { url, fields, at: Date.now(), voice });
}

// Whether a recording waits here to follow what was noted.
export function isOnItsWay(id) {
  return Object.values(read(FORMS)).some(({ voice }) => voice?.id === id);
}

// The words go first. What was said follows under the same token, so that it is one note. True: it is there now.
async function sendForm(key, form) {
  if (form.isSaid) return false;
  const answer = await post(form.url, [...form.fields, ["ago", seconds(form.at)]]);
  if (answer) change(FORMS, key, answer.ok && form.voice ? { ...form, isSaid: true } : undefined);
  return Boolean(answer);
}

async function sendVoice(key) {
  const { url, fields, at, voice, isSaid } = read(FORMS)[key] ?? {};
  if (!isSaid) return;
  const { letGo, sendRecording } = await import("./voices.js");
  const upload = await sendRecording(voice);
  if (upload === false) change(FORMS, key); // it is offered where it was recorded
  if (!upload || (await askHouse())?.who !== who) return;
  const answer = await post(url, [...fields, [voice.name, upload], ["ago", seconds(at)]]);
  if (answer) change(FORMS, key);
  if (answer?.ok) await letGo(voice.id);
}

// Sends all that waits, in one tab at a time.
export async function flush() {
  if (!who || !navigator.onLine) return;
  if (navigator.locks) await navigator.locks.request(`phone:${who}`, sendAll);
  else await sendAll();
}

async function sendAll() {
  const [forms, reports] = [Object.entries(read(FORMS)), Object.entries(read(REPORTS))];
  const waits = [...forms, ...reports].some(([, each]) => Date.now() - each.at < WAITED);
  if (!waits || (await askHouse())?.who !== who) return;
  let isNews = false;
  for (const [key, form] of forms) isNews = (await sendForm(key, form)) || isNews;
  for (const [uuid] of reports) await sendReport(uuid);
  if (isNews) {
    tabs?.postMessage("noted");
    dispatchEvent(new Event("phone:noted")); // a channel does not tell whoever speaks
  }
  for (const [key] of forms) await sendVoice(key);
}
