// Messages with files, kept in this browser until the server has all of them: a closed tab or a cut network loses
// neither the files nor the words. Each belongs to one conversation of one person.
//
// A parcel is {uuid, key, words, about, wanted, said, files: [{id, name, type, lastModified, bytes}]}.

const NAME = "parcels";
let opened = null;

function asked(request) {
  return new Promise((done, failed) => {
    request.addEventListener("success", () => done(request.result));
    request.addEventListener("error", () => failed(request.error));
  });
}

function open() {
  opened ??= new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(NAME, { keyPath: "uuid" }));
    request.addEventListener("success", () => done(request.result));
    request.addEventListener("error", () => failed(request.error));
  });
  return opened;
}

async function store(mode) {
  return (await open()).transaction(NAME, mode).objectStore(NAME);
}

export async function keep(parcel) {
  await asked((await store("readwrite")).put(parcel));
}

export async function keptFor(key) {
  return (await asked((await store("readonly")).getAll())).filter((each) => each.key === key);
}

export async function throwAway(uuid) {
  await asked((await store("readwrite")).delete(uuid));
}

export const asKept = async (id, file) => ({ id, name: file.name, type: file.type, lastModified: file.lastModified, bytes: await file.arrayBuffer() });

export const asFile = ({ name, type, lastModified, bytes }) => new File([bytes], name, { type, lastModified });
