// The keys of a lock screen, of a headset and of a car do what the keys of the page do.

export function lockScreen({ media, title, artist, artwork, play, pause, back, again, isGoing }) {
  if (!("mediaSession" in navigator)) return;
  const session = navigator.mediaSession;
  session.metadata = new MediaMetadata({ title, artist, artwork });
  const keys = {
    play,
    pause,
    seekbackward: back,
    seekforward: () => media.seek(media.now + 10),
    seekto: ({ seekTime }) => media.seek(seekTime),
    previoustrack: again,
  };
  for (const [name, does] of Object.entries(keys)) {
    try { session.setActionHandler(name, does); } catch { /* an older browser has fewer keys */ }
  }
  const tell = () => {
    session.playbackState = isGoing() ? "playing" : "paused";
    if (!session.setPositionState || !(media.duration > 0)) return;
    const position = Math.min(media.now, media.duration);
    session.setPositionState({ duration: media.duration, playbackRate: media.speed, position });
  };
  for (const name of ["play", "pause", "seek", "end", "change"]) media.addEventListener(name, tell);
}

// A film keeps the screen awake while it plays and is looked at.
export function staysAwake(media) {
  let lock = null;
  const hold = async () => {
    const wanted = media.isSeen && !media.isPaused && !document.hidden;
    if (wanted && !lock) {
      lock = await navigator.wakeLock?.request("screen").catch(() => null);
      lock?.addEventListener("release", () => { lock = null; });
    } else if (!wanted) await lock?.release();
  };
  for (const name of ["play", "pause", "end", "change"]) media.addEventListener(name, hold);
  document.addEventListener("visibilitychange", hold);
}
