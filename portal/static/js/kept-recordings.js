// Recordings in the making, kept in this browser second by second: a tab that crashes or closes loses nothing.
// Each belongs to one person and one place (a lesson, a conversation); nobody else who uses this browser is shown it.

const NAME = "recordings";

function asked(request) {
  return new Promise((done, failed) => {
    request.addEventListener("success", () => done(request.result));
    request.addEventListener("error", () => failed(request.error));
  });
}

let opened = null;

function open() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.addEventListener("upgradeneeded", () => {
      request.result.createObjectStore("recordings", { keyPath: "id" });
      request.result.createObjectStore("parts", { keyPath: ["id", "n"] });
    });
    request.addEventListener("success", () => done(request.result));
    request.addEventListener("error", () => failed(request.error));
  });
  return opened;
}

async function store(name, mode) {
  return (await open()).transaction(name, mode).objectStore(name);
}

// `about` is {id, person, place, begun, mime, seconds, levels, ...}; `part` is a Blob, the `n`th of them.
export async function keep(about, part, n) {
  const content = part && { id: about.id, n, bytes: await part.arrayBuffer() };
  const transaction = (await open()).transaction(["recordings", "parts"], "readwrite");
  transaction.objectStore("recordings").put(about);
  if (content) transaction.objectStore("parts").put(content);
  return new Promise((done, failed) => {
    transaction.addEventListener("complete", () => done());
    transaction.addEventListener("error", () => failed(transaction.error));
  });
}

export async function keptFor(person, place) {
  const all = await asked((await store("recordings", "readonly")).getAll());
  return all.filter((each) => each.person === person && each.place === place).sort((one, other) => one.begun - other.begun);
}

// One of them, whatever it is for; undefined when it is not here.
export async function keptAs(id) {
  return asked((await store("recordings", "readonly")).get(id));
}

export async function fileOf(about) {
  const parts = await asked((await store("parts", "readonly")).getAll(IDBKeyRange.bound([about.id, 0], [about.id, Infinity])));
  return new File(parts.map(({ bytes }) => bytes), about.name, { type: about.mime, lastModified: about.begun });
}

export async function throwAway(id) {
  await asked((await store("recordings", "readwrite")).delete(id));
  await asked((await store("parts", "readwrite")).delete(IDBKeyRange.bound([id, 0], [id, Infinity])));
}
