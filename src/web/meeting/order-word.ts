/** By which key of the catalogue (`do.<word>`) an order is called: taking something back has a word of its own. */

/** @param said what was ordered, as the timeline and the audit log have it: flags may be texts there */
export function orderWord(said: Readonly<Record<string, unknown>>): string {
  const what = String(said.do);
  const isOff = (flag: string) => String(said[flag]) === 'false';
  switch (what) {
    case 'mute':
      if (said.audio !== undefined || said.video === undefined) return isOff('audio') ? 'unmute' : 'mute';
      return isOff('video') ? 'start-video' : 'stop-video';
    case 'lock':
      return isOff('locked') ? 'unlock' : 'lock';
    case 'record':
    case 'stream':
      return isOff('on') ? `${what}-off` : what;
    default:
      return what;
  }
}

/** What of an order its word says already. */
export const inOrderWord: readonly string[] = ['do', 'audio', 'video', 'locked', 'on'];
