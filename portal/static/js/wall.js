// Clock times, as minutes after midnight, and what another clock says at the same moment.

export const clock = (minute) =>
  `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

const formats = new Map();
const format = (zone) => {
  if (!formats.has(zone)) {
    const parts = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
    formats.set(zone, new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...parts }));
  }
  return formats.get(zone);
};

// The wall clock of a zone at an instant, as if it were UTC: two of these can be subtracted.
function wall(instant, zone) {
  const part = Object.fromEntries(format(zone).formatToParts(instant).map(({ type, value }) => [type, value]));
  return Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute);
}

// "22:00": what the clock `there` says when the clock `here` says `minute` on `date` ("2026-12-02").
export function there(date, minute, here, elsewhere) {
  const wanted = Date.parse(`${date}T00:00Z`) + minute * 60_000;
  let instant = wanted;
  for (let tries = 0; tries < 2; tries += 1) instant += wanted - wall(instant, here);
  const moment = new Date(wall(instant, elsewhere));
  return clock(moment.getUTCHours() * 60 + moment.getUTCMinutes());
}
