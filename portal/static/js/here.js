// A form with data-here inside a <live-part> is sent without leaving the page: the part is drawn as the page that
// follows shows it. Where that cannot be, the form is sent as ever.

import { redraw } from "./redraw.js";

async function send(form, submitter) {
  const part = form.closest("live-part");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter) });
    if (!answer.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector(`live-part#${part.id}`);
    if (!fresh) return false;
    show(form, part, fresh, new URL(answer.url));
    sayAbove(page);
    return true;
  } catch {
    return false;
  }
}

function show(form, part, fresh, address) {
  const row = form.closest("[data-client]");
  const place = [...part.querySelectorAll("[data-client]")].indexOf(row);
  // By its name: the part may have been drawn anew while this was on its way, and the form with it.
  const stays = form.closest("details")?.dataset.stays;
  if (stays) part.querySelector(`details[data-stays="${CSS.escape(stays)}"]`)?.removeAttribute("open");
  form.reset();
  document.activeElement?.blur?.();
  // Where something is typed elsewhere in the part, it is drawn anew when that is done.
  if (!redraw(part, fresh)) part.stale = true;
  if (address.pathname === location.pathname) history.replaceState(history.state, "", address.pathname + address.search);
  focusNear(part, row?.dataset.client, place);
}

// Whoever works with the keys goes on where they were: at what is said of it, else at what took its place.
function focusNear(part, client, place) {
  const said = part.querySelector("[data-said]");
  const rows = [...part.querySelectorAll("[data-client]")];
  const row = rows.find((each) => each.dataset.client === client) ?? rows[Math.min(place, rows.length - 1)];
  const found = said?.querySelector("button, a") ?? row?.querySelector("a");
  found?.focus({ preventScroll: true });
}

// What the page that followed says of it stands where this one says such things.
function sayAbove(page) {
  const main = document.getElementById("main");
  for (const old of main.querySelectorAll(":scope > .notice.said")) old.remove();
  main.prepend(...page.querySelectorAll("#main > .notice.said"));
}

document.addEventListener("submit", async (event) => {
  const form = event.target.closest("live-part form[data-here]");
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  event.submitter?.setAttribute("aria-disabled", "true");
  if (await send(form, event.submitter)) return;
  // The same identity is sent again: whatever came through already is not said twice.
  if (event.submitter?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: event.submitter.name, value: event.submitter.value }));
  form.submit();
});
