/** What `roombridge operate` can do, by its words: the help and the completion of a shell want no more of it. */

/** What the words after the number mean; each says how it is used. */
export const usages = {
  dial: 'dial ADDRESS',
  redial: 'redial ROOM',
  drop: 'drop WHO... | --all',
  mute: 'mute WHO... | --all',
  unmute: 'unmute WHO... | --all',
  'stop-video': 'stop-video WHO... | --all',
  'start-video': 'start-video WHO... | --all',
  layout: 'layout LAYOUT WHO... | --all',
  importance: 'importance VALUE WHO...',
  lock: 'lock',
  unlock: 'unlock',
  admit: 'admit WHO... | --all',
  'send-to-lobby': 'send-to-lobby WHO...',
  message: 'message TEXT [--seconds N]',
  record: 'record on|off',
  stream: 'stream on|off',
  start: 'start',
  end: 'end',
  extend: 'extend MINUTES',
  move: 'move WHO... --to NUMBER [--past-lobby]',
  'move-bridge': 'move-bridge [ADDRESS]',
  'place-again': 'place-again',
  'tell-again': 'tell-again',
} as const;
export const operations = Object.keys(usages) as (keyof typeof usages)[];
