// Draws a part of the page anew, as the server draws it now, and leaves to people what they hold: what has the focus
// keeps it, what is open stays open, and where somebody types nothing is drawn at all.

const FIELDS = "input:not([type=hidden]), textarea, select";
const REACHED = "a[href], button, summary";

// Whether somebody listens here, types, or has typed what is not sent yet.
export function isHeld(part) {
  if ([...part.querySelectorAll("audio, video")].some((sound) => !sound.paused)) return true;
  const typed = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked !== field.defaultChecked
    : field.localName !== "select" && field.value !== field.defaultValue);
  return part.contains(document.activeElement) && document.activeElement.matches(FIELDS)
    || [...part.querySelectorAll(FIELDS)].some(typed);
}

// False when somebody holds it: whoever asked tries again later.
export function redraw(part, fresh) {
  if (isHeld(part)) return false;
  const open = [...part.querySelectorAll("details[open][data-stays]")].map((each) => each.dataset.stays);
  const back = wayBack(part);
  part.replaceChildren(...fresh.childNodes);
  for (const name of open) part.querySelector(`details[data-stays="${CSS.escape(name)}"]`)?.setAttribute("open", "");
  back?.();
  return true;
}

// The page as it is now; null when it cannot be had: no network, or somebody else's page.
export async function pageNow(address = location.href, options = {}) {
  try {
    const answer = await fetch(address, { redirect: "error", cache: "no-store", ...options });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
}

// How to give the focus back to what has it: the same thing of the same client, else the same link, else the row that
// took its place.
function wayBack(part) {
  const held = document.activeElement;
  if (!part.contains(held) || held === part) return null;
  if (held.closest("[data-said]")) return () => part.querySelector("[data-said] :is(button, a)")?.focus({ preventScroll: true });
  const row = held.closest("[data-client]");
  const href = held.getAttribute("href");
  if (!row) return href ? () => part.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus({ preventScroll: true }) : null;
  const place = [...part.querySelectorAll("[data-client]")].indexOf(row);
  const index = [...row.querySelectorAll(REACHED)].indexOf(held);
  return () => {
    const rows = [...part.querySelectorAll("[data-client]")];
    const same = rows.find((each) => each.dataset.client === row.dataset.client);
    const found = same ? [...same.querySelectorAll(REACHED)][index] ?? same.querySelector("a")
      : rows[Math.min(place, rows.length - 1)]?.querySelector("a");
    found?.focus({ preventScroll: true });
  };
}
