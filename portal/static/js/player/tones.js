// A low tone for eyes that are closed: lower when it pauses, higher when it goes on.

let context;

export function tone(pitch) {
  if (!window.AudioContext) return;
  context ??= new AudioContext();
  const [sound, volume, now] = [context.createOscillator(), context.createGain(), context.currentTime];
  sound.frequency.value = pitch;
  volume.gain.setValueAtTime(0.0001, now);
  volume.gain.exponentialRampToValueAtTime(0.12, now + 0.02);
  volume.gain.exponentialRampToValueAtTime(0.0001, now + 0.35);
  sound.connect(volume).connect(context.destination);
  sound.start(now);
  sound.stop(now + 0.4);
}
