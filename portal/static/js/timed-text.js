// The lines of a lesson as text and as data: cues, chapters and captions. The server reads the same text, and decides.

const STAMP = /^(?:(\d{1,3}):)?(\d{1,3}):([0-5]\d)(?:[.,](\d{1,3}))?$/;
const TIMES = /^\s*([\d:.]+)\s+-->\s+([\d:.]+)/;

// Seconds of "1:05.5" or "1:02:03"; null when it is no time.
export function seconds(text) {
  const found = STAMP.exec(text.trim());
  if (!found) return null;
  const [, hours = "0", minutes, second, fraction = "0"] = found;
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(second) + Number(`0.${fraction}`);
}

export function clock(time) {
  const tenths = Math.round(Math.max(0, time) * 10);
  const fraction = tenths % 10 ? `.${tenths % 10}` : "";
  return `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, "0")}${fraction}`;
}

// Each kind reads its text into lines (null when a line is not clear) and writes them again.
export const KINDS = {
  cues: {
    read: (text) => each(text, /^(\S+)\s+(contract|release|rest)\b\s*(.*)$/i, ([, at, kind, words]) => ({ start: seconds(at), kind: kind.toLowerCase(), words })),
    write: (lines) => lines.map(({ start, kind, words }) => `${exact(start)} ${kind} ${words}`.trim()).join("\n"),
  },
  chapters: {
    read: (text) => each(text, /^(\S+)\s*(.*)$/, ([, at, words]) => ({ start: seconds(at), words })),
    write: (lines) => lines.map(({ start, words }) => `${exact(start)} ${words}`.trim()).join("\n"), // the server names those without a name
  },
  captions: { read: readCaptions, write: writeCaptions },
};

function each(text, shape, make) {
  const lines = text.split("\n").map((line) => line.trim()).filter(Boolean).map((line) => shape.exec(line));
  const made = lines.map((found) => found && make(found));
  return made.every((line) => line && line.start !== null) ? made : null;
}

function readCaptions(text) {
  if (!text.trim()) return [];
  if (!/^\uFEFF?WEBVTT/.test(text)) return null;
  const blocks = text.replace(/\r\n?/g, "\n").split(/\n[ \t]*\n/).slice(1).map((block) => block.trim().split("\n"));
  const made = [];
  for (const block of blocks) {
    if (!block[0] || /^(NOTE|STYLE|REGION)\b/.test(block[0])) continue;
    const place = block[0].includes("-->") ? 0 : 1;
    const found = TIMES.exec(block[place] ?? "");
    const [start, end] = found ? [seconds(found[1]), seconds(found[2])] : [null, null];
    if (start === null || end === null) return null;
    made.push({ start, end, words: plain(block.slice(place + 1).join(" ")) });
  }
  return made;
}

function writeCaptions(lines) {
  const blocks = lines.map(({ start, end, words }) => `${stamp(start)} --> ${stamp(end)}\n${escaped(words)}`);
  return blocks.length ? `WEBVTT\n\n${blocks.join("\n\n")}\n` : "";
}

// Words without marks: parsed as a document that nothing is run in.
function plain(words) {
  return new DOMParser().parseFromString(words, "text/html").body.textContent.replace(/\s+/g, " ").trim();
}

function escaped(words) {
  return words.replace(/\s+/g, " ").trim().replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function stamp(time) {
  const millis = Math.round(time * 1000);
  const part = (size, most, digits) => String(Math.floor(millis / size) % most).padStart(digits, "0");
  return `${part(3_600_000, 1000, 2)}:${part(60_000, 60, 2)}:${part(1000, 60, 2)}.${part(1, 1000, 3)}`;
}

// As `clock`, to a thousandth: what was there is not moved by being read.
function exact(time) {
  const millis = Math.round(time * 1000);
  const fraction = millis % 1000 ? `.${String(millis % 1000).padStart(3, "0").replace(/0+$/, "")}` : "";
  return `${Math.floor(millis / 60_000)}:${String(Math.floor(millis / 1000) % 60).padStart(2, "0")}${fraction}`;
}
