// Seconds as people read them: "8:58", or "1:02:03" from an hour on.

export function minutes(seconds) {
  const whole = Math.max(0, Math.floor((seconds || 0) + 0.05));
  const [hours, rest] = [Math.floor(whole / 3600), whole % 3600];
  const tail = `${String(rest % 60).padStart(2, "0")}`;
  return hours ? `${hours}:${String(Math.floor(rest / 60)).padStart(2, "0")}:${tail}` : `${Math.floor(rest / 60)}:${tail}`;
}
