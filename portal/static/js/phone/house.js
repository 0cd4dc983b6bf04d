// On every page: what others left in this browser goes, what waits is sent, and lessons that ended are not kept.

import { askHouse, flush, forgetOthers, isKept, who } from "./queue.js";
import { keepKit, keepsKit } from "./kit.js";
import { canKeep, drop, forgetShelvesBut, keptLessons } from "./shelf.js";

async function tidy() {
  if (!canKeep || isKept) return;
  await forgetShelvesBut(who);
  const kept = Object.keys(await keptLessons());
  const withKit = await keepsKit();
  const said = kept.length || withKit ? await askHouse() : null;
  if (said?.who !== who) return;
  for (const key of kept) if (!said.lessons.includes(key)) await drop(who, key);
  if (withKit) await keepKit(said.kit);
}

// Who signed out, or was followed by somebody else, is told nothing more on this phone.
async function tellNobodyElse() {
  const told = localStorage.getItem("told-here");
  if (!told || told === who || isKept) return;
  const registration = await navigator.serviceWorker.getRegistration("/");
  await (await registration?.pushManager?.getSubscription())?.unsubscribe();
  localStorage.removeItem("told-here");
}

if ("serviceWorker" in navigator && "worker" in document.documentElement.dataset) {
  navigator.serviceWorker.register("/sw.js").catch(() => {}); // forbidden by the browser: then it works as ever
  // A page that was on its way while the worker began has none: it asks for it.
  navigator.serviceWorker.ready.then(({ active }) => navigator.serviceWorker.controller ?? active.postMessage("claim"));
}
forgetOthers();
tellNobodyElse().catch(() => {}); // a forbidden store, or no network
flush();
tidy().catch(() => {}); // no network, or no room: the next page tries again
addEventListener("online", () => { flush(); });
document.addEventListener("visibilitychange", () => document.hidden || flush());
