// What was said of a practice without a network: it lies among this browser's recordings, and follows its note.

import { fileOf, keep, keptAs, throwAway } from "../kept-recordings.js";
import { forget, Sending } from "../tus.js";

const BREAKS = 4; // so many times the line may break; then the next page tries again

// Sees to it that the whole of it lies here. Refused by the browser (private windows), it throws.
export async function hold({ id, file }) {
  const about = await keptAs(id);
  if (about && (await fileOf(about)).size === file.size) return;
  const { name, type: mime, lastModified: begun } = file;
  await keep({ id, person: "", place: "", name, mime, begun, levels: [], seconds: 0 }, file, 0); // a chosen file
}

// Sends it. Resolves to the number of its upload; to null when it must be tried later; to false when that is no use.
export async function sendRecording({ id, begin, end, url }) {
  const about = await keptAs(id);
  if (!about) return false;
  const file = await fileOf(about);
  return new Promise((done) => {
    let breaks = 0;
    const sending = new Sending(file, { url, purpose: "voice", begin, end, key: id, once: true, changed });
    function changed() {
      if (sending.state === "kept") done(sending.id);
      if (sending.state === "refused") done(false);
      if (sending.state === "pausing") breaks += 1;
      if (sending.state !== "signed-out" && breaks < BREAKS && (!breaks || navigator.onLine)) return;
      sending.stop();
      done(null);
    }
    sending.start();
  });
}

// The server has it.
export async function letGo(id) {
  forget(id);
  await throwAway(id);
}
