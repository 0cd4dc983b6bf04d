// The worker of this site. Pages come from the network; only when there is none, from the lessons that are kept on
// this phone (phone/shelf.js keeps them), or the page that says so. VERSION is set by who serves this file.
/* global VERSION */

const HOUSE = `house-${VERSION}`;
const KEPT = "kept-";
const OFFLINE = "/offline/";
const PATIENCE = 4_000; // ms that a page which is on this phone waits for the network
const STATIC = /["'(](\/static\/[^"')\s]+)["')]/g;
const IMPORTED = /(?:from|import)\s*\(?["'](\.{1,2}\/[^"']+)["']/g;
const FILE = /^\/practice\/[0-9a-f-]{36}\/(?:sound|captions\.vtt)$/;
const LESSON = /^\/practice\/[0-9a-f-]{36}\//;

self.addEventListener("install", (event) => { event.waitUntil(prepare()); });
self.addEventListener("activate", (event) => { event.waitUntil(takeOver()); });
self.addEventListener("message", (event) => { if (event.data === "claim") event.waitUntil(self.clients.claim()); });
self.addEventListener("push", (event) => { event.waitUntil(show(event.data)); });
self.addEventListener("notificationclick", (event) => { event.waitUntil(open(event.notification)); });
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(event, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(keptOr(request, url.pathname));
  else if (FILE.test(url.pathname)) event.respondWith(file(request, url));
});

// What the portal tells this phone: a line, and the page that it leads to. Of what has the same tag the newest shows.
async function show(data) {
  const { title, body, url, tag } = data?.json() ?? {};
  await self.registration.showNotification(title ?? "", { body: body ?? "", tag, data: { url } });
}

async function open(notification) {
  notification.close();
  const url = new URL(notification.data?.url ?? "/", location.origin);
  if (url.origin !== location.origin) return;
  for (const client of await self.clients.matchAll({ type: "window" })) {
    if (new URL(client.url).pathname === url.pathname) {
      await client.focus();
      return;
    }
  }
  await self.clients.openWindow(url.href);
}

async function prepare() {
  const cache = await caches.open(HOUSE);
  const answer = await fetch(OFFLINE, { credentials: "omit" }); // nobody's page: it is for whoever holds the phone
  const text = await answer.text();
  await cache.put(OFFLINE, asKept(text, answer));
  const needed = new Set([...text.matchAll(STATIC)].map(([, found]) => found));
  for (const url of needed) {
    const each = await fetch(url);
    if (url.endsWith(".js")) {
      for (const [, found] of (await each.clone().text()).matchAll(IMPORTED)) {
        needed.add(new URL(found, new URL(url, location.href)).pathname);
      }
    }
    if (each.ok) await cache.put(url, each);
  }
  self.skipWaiting();
}

// Marked as a page of the phone's: it says nothing about who is signed in.
function asKept(text, answer) {
  const headers = new Headers(answer.headers);
  for (const name of ["content-encoding", "content-length", "vary"]) headers.delete(name);
  return new Response(text.replace("<html ", "<html data-kept "), { headers });
}

async function takeOver() {
  const old = (await caches.keys()).filter((name) => name.startsWith("house-") && name !== HOUSE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
  await self.registration.navigationPreload?.enable();
}

async function page(event, url) {
  const kept = await match(url.pathname);
  const coming = fromNetwork(event, url);
  event.waitUntil(coming.catch(() => {}));
  try {
    const answer = await (kept ? Promise.race([coming, after(PATIENCE)]) : coming);
    return kept && answer.status >= 500 ? kept : answer;
  } catch {
    return kept ?? (await caches.match(OFFLINE)) ?? Response.error();
  }
}

async function fromNetwork(event, url) {
  const answer = (await event.preloadResponse) ?? (await fetch(event.request));
  const reader = answer.headers.get("Portal-Reader");
  if (reader !== null) await forgetBut(`${KEPT}${reader}`);
  if (answer.status === 404 || answer.status === 410) await forgetLesson(url.pathname);
  return answer;
}

const after = (ms) => new Promise((_done, refuse) => { setTimeout(refuse, ms); });

async function shelves() {
  return (await caches.keys()).filter((name) => name.startsWith(KEPT));
}

// The page says who reads it: what was kept for anybody else goes before it is shown.
async function forgetBut(theirs) {
  await Promise.all((await shelves()).filter((name) => name !== theirs).map((name) => caches.delete(name)));
}

// A lesson that is not there any more is not kept either.
async function forgetLesson(path) {
  const [lesson] = LESSON.exec(path) ?? [];
  if (!lesson) return;
  for (const name of await shelves()) {
    const cache = await caches.open(name);
    const urls = (await cache.keys()).map((request) => new URL(request.url).pathname);
    await Promise.all(urls.filter((each) => each.startsWith(lesson)).map((each) => cache.delete(each)));
  }
}

async function match(path) {
  for (const name of await shelves()) {
    const found = await (await caches.open(name)).match(path, { ignoreVary: true });
    if (found) return found;
  }
  return undefined;
}

async function keptOr(request, path) {
  return (await match(path)) ?? (await caches.match(path)) ?? fetch(request);
}

// Players ask for parts (RFC 9110, 14.2), also of what lies here.
async function file(request, url) {
  const found = await match(url.pathname);
  if (!found) return fetch(request);
  const asked = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  if (!asked || (!asked[1] && !asked[2])) return found;
  const whole = await found.blob();
  const [from, to] = bounds(asked, whole.size);
  if (from > to) return new Response(null, { status: 416, headers: { "Content-Range": `bytes */${whole.size}` } });
  const headers = new Headers(found.headers);
  headers.set("Content-Range", `bytes ${from}-${to}/${whole.size}`);
  headers.set("Content-Length", String(to - from + 1));
  return new Response(whole.slice(from, to + 1), { status: 206, headers });
}

function bounds([, first, last], size) {
  if (!first) return [Math.max(0, size - Number(last)), size - 1];
  return [Number(first), last ? Math.min(Number(last), size - 1) : size - 1];
}
