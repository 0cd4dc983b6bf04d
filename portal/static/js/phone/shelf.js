// Lessons kept on this phone: each person has a cache of their own, named after them in a way that tells nobody who
// they are. In it lie the lesson's pages, its sound, what they need, and a list of what is kept.

const BEGINS = "kept-";
const LIST = "/phone/kept.json";
const STATIC = /["'(](\/static\/[^"')\s]+)["')]/g;
const IMPORTED = /(?:from|import)\s*\(?["'](\.{1,2}\/[^"']+)["']/g;
const NOT_KEPT = ["content-encoding", "content-length", "vary", "set-cookie", "transfer-encoding"];

export const canKeep = "caches" in window && "serviceWorker" in navigator;

const nameFor = (who) => `${BEGINS}${who}`;

async function shelves() {
  return canKeep ? (await caches.keys()).filter((name) => name.startsWith(BEGINS)) : [];
}

// Whoever is here now: the shelves of everybody else go.
export async function forgetShelvesBut(who) {
  await Promise.all((await shelves()).filter((name) => name !== nameFor(who)).map((name) => caches.delete(name)));
}

async function listIn(cache) {
  return (await (await cache.match(LIST))?.json()) ?? {};
}

// { key of the lesson: { title, bytes, page, plays, tag, urls, place, words, at } }, of whoever's shelf is here.
export async function keptLessons() {
  const [name] = await shelves();
  return name ? listIn(await caches.open(name)) : {};
}

export async function drop(who, key) {
  const cache = await caches.open(nameFor(who));
  const { [key]: gone, ...others } = await listIn(cache);
  if (!gone) return;
  const needed = new Set(Object.values(others).flatMap((lesson) => lesson.urls));
  await Promise.all(gone.urls.filter((url) => !needed.has(url)).map((url) => cache.delete(url)));
  if (Object.keys(others).length) await cache.put(LIST, Response.json(others));
  else await caches.delete(nameFor(who));
}

// Keeps or renews a lesson: { key, title, pages, captions, sound, tag, bytes }, of the kit with its `place` in it and
// `words` when to take it. `told` hears how much has come, 0 to 1.
export async function keep(who, lesson, told = () => {}) {
  const cache = await caches.open(nameFor(who));
  const before = (await listIn(cache))[lesson.key];
  if (before?.tag !== lesson.tag) await cache.put(lesson.sound, await whole(lesson.sound, told));
  await cache.put(lesson.captions, await whole(lesson.captions));
  const needed = new Set();
  for (const page of lesson.pages) await cache.put(page, await asKept(page, who, needed));
  for (const url of needed) await keepStatic(cache, url, needed);
  const urls = [lesson.sound, lesson.captions, ...lesson.pages, ...needed];
  const { key, title, bytes, tag } = lesson;
  const list = await listIn(cache);
  const { place, words } = lesson.place === undefined ? list[key] ?? {} : lesson;
  const entry = { title, bytes, tag, page: lesson.pages[0], plays: lesson.pages[1], urls, place, words, at: Date.now() };
  await cache.put(LIST, Response.json({ ...list, [key]: entry }));
}

async function whole(url, told = () => {}) {
  const answer = await fetch(url, { redirect: "error" });
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status}`);
  const [parts, all] = [[], Number(answer.headers.get("Content-Length"))];
  let got = 0;
  for (const reader = answer.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    got += value.byteLength;
    told(all ? got / all : 0);
  }
  return new Response(new Blob(parts), { headers: headersOf(answer) });
}

function headersOf(answer) {
  const headers = new Headers(answer.headers);
  for (const name of NOT_KEPT) headers.delete(name);
  return headers;
}

// A page as it was told to `who`, marked as coming from the phone. A page of anybody else is not kept.
async function asKept(url, who, needed) {
  const answer = await fetch(url, { redirect: "error" });
  if (!answer.ok || answer.headers.get("Portal-Reader") !== who) throw new Error(`${url}: ${answer.status}`);
  const text = await answer.text();
  for (const [, found] of text.matchAll(STATIC)) needed.add(found);
  return new Response(text.replace("<html ", "<html data-kept "), { headers: headersOf(answer) });
}

// Static files have names that change with their content: one that is there is the right one.
async function keepStatic(cache, url, needed) {
  const there = await cache.match(url);
  const answer = there ?? (await whole(url));
  const isScript = /\.js$/.test(url);
  const text = isScript || /\.css$/.test(url) ? await answer.clone().text() : "";
  if (!there) await cache.put(url, answer);
  for (const [, found] of isScript ? text.matchAll(IMPORTED) : []) {
    needed.add(new URL(found, new URL(url, location.href)).pathname); // a set grows while it is walked: these come next
  }
}
