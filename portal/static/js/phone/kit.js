// The kit, for when it comes back: on a phone that has the portal installed, or was told to keep it, it lies here by
// itself and stays as the house has it.

import { who } from "./queue.js";
import { drop, keep, keptLessons } from "./shelf.js";

const WISH = `kit:${who}`;
const RENEWED = 24 * 3600 * 1000; // ms: the pages around a sound may have changed by then

export function wish() {
  try {
    localStorage.setItem(WISH, "yes");
  } catch {
    // A forbidden store: it is kept now, and not renewed by itself.
  }
}

function isWished() {
  try {
    return localStorage.getItem(WISH) === "yes";
  } catch {
    return false;
  }
}

// Installed, allowed to stay, or wished for; and nobody pays for each byte just now.
export async function keepsKit() {
  if (!who) return false;
  if (isWished()) return true;
  if (navigator.connection?.saveData) return false;
  return matchMedia("(display-mode: standalone)").matches || Boolean(await navigator.storage?.persisted?.());
}

// Makes this phone's kit the one that the house says, in order. A lesson that has left it goes.
export async function keepKit(kit) {
  const inTurn = navigator.locks ? (act) => navigator.locks.request(WISH, act) : (act) => act();
  await inTurn(async () => {
    const kept = await keptLessons();
    const keys = kit.map(({ key }) => key);
    for (const [key, { place }] of Object.entries(kept)) if (place !== undefined && !keys.includes(key)) await drop(who, key);
    for (const [place, lesson] of kit.entries()) {
      if (!isFresh(kept[lesson.key], lesson, place)) await keep(who, { ...lesson, place });
    }
  });
}

function isFresh(kept, { tag, words }, place) {
  return kept && kept.tag === tag && kept.words === words && kept.place === place && Date.now() - kept.at < RENEWED;
}
