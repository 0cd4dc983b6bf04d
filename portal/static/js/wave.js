// Loudness drawn as upright lines, for what was just recorded and for voice notes.

const HEIGHT = 36;
const LEAST = 1.2; // half a line's height where it is silent

// The loudest of each stretch, as many as asked for, 0 to 1.
export function peaks(levels, count) {
  const per = levels.length / count;
  const found = Array.from({ length: count }, (_, n) => Math.max(0, ...levels.slice(Math.floor(n * per), Math.max(Math.floor(n * per) + 1, Math.floor((n + 1) * per)))));
  const loudest = Math.max(...found, 0.02);
  return found.map((level) => Math.sqrt(level / loudest));
}

// The lines of those `heights` that lie within `from` to `to` (0 to 1), in a picture `width` wide.
export function bars(heights, width, from = 0, to = 1) {
  const step = width / heights.length;
  return heights
    .map((height, n) => {
      const middle = (n + 0.5) / heights.length;
      if (middle < from || middle >= to) return "";
      const half = Math.max(LEAST, height * (HEIGHT / 2 - 2));
      const x = ((n + 0.5) * step).toFixed(1);
      return `M${x} ${(HEIGHT / 2 - half).toFixed(1)}V${(HEIGHT / 2 + half).toFixed(1)}`;
    })
    .join("");
}

export const WIDTH = 240;
