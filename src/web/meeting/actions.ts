/** What may be ordered of a conference: what has to be said with it, and whether it harms somebody and so is asked twice. */
import type { Key } from '../catalogue.ts';

export type FieldName =
  | 'address'
  | 'text'
  | 'seconds'
  | 'minutes'
  | 'layout'
  | 'importance'
  | 'room'
  | 'to'
  | 'bridge'
  | 'pastLobby';
export type Said = Readonly<Partial<Record<FieldName, string>>>;

export interface Action {
  readonly id: string;
  readonly title: Key;
  readonly fields?: readonly FieldName[];
  /** What is asked first. */
  readonly harm?: Key;
  /** Of those who are chosen. */
  readonly isOfPeople?: boolean;
  /** What `POST …/operations` is sent beside who orders it. */
  body(who: readonly string[], said: Said): object;
}

const action = (id: string, more: Omit<Action, 'id' | 'title'>): Action => ({
  id,
  title: `do.${id}` as Key,
  ...more,
});

export const ofConference = {
  start: action('start', { body: () => ({ do: 'start' }) }),
  extend: action('extend', {
    fields: ['minutes'],
    body: (_, { minutes }) => ({ do: 'extend', minutes: Number(minutes) }),
  }),
  end: action('end', { harm: 'harm.end', body: () => ({ do: 'end' }) }),
  dial: action('dial', { fields: ['address'], body: (_, { address }) => ({ do: 'dial', address }) }),
  redial: action('redial', { fields: ['room'], body: (_, { room }) => ({ do: 'redial', room }) }),
  lock: action('lock', { body: () => ({ do: 'lock', locked: true }) }),
  unlock: action('unlock', { body: () => ({ do: 'lock', locked: false }) }),
  muteAll: action('mute-all', { body: () => ({ do: 'mute', who: 'all', audio: true }) }),
  message: action('message', {
    fields: ['text', 'seconds'],
    body: (_, { text, seconds }) => ({ do: 'message', text, seconds: Number(seconds) }),
  }),
  layoutAll: action('layout-all', {
    fields: ['layout'],
    body: (_, { layout }) => ({ do: 'layout', who: 'all', layout }),
  }),
  admitAll: action('admit-all', { body: () => ({ do: 'admit', who: 'all' }) }),
  record: action('record', { harm: 'harm.record', body: () => ({ do: 'record', on: true }) }),
  tellAgain: action('tell-again', { body: () => ({ do: 'tell-again' }) }),
  placeNow: action('place-now', { body: () => ({ do: 'place-again' }) }),
  moveBridge: action('move-bridge', {
    ...{ harm: 'harm.move-bridge', fields: ['bridge'] },
    body: (_, { bridge = '' }) => ({ do: 'move-bridge', ...(bridge !== '' && { to: bridge }) }),
  }),
  recordOff: action('record-off', { body: () => ({ do: 'record', on: false }) }),
  stream: action('stream', { harm: 'harm.stream', body: () => ({ do: 'stream', on: true }) }),
  streamOff: action('stream-off', { body: () => ({ do: 'stream', on: false }) }),
} as const;

/** It harms nobody, and needs no more words. */
export function extensionBy(minutes: number): Action {
  return action('extend', { body: () => ({ do: 'extend', minutes }) });
}

/** The number that is given up is the one that is looked at: it is not given up twice. */
export function placingAgain(number: string): Action {
  return action('place-again', {
    harm: 'harm.place-again',
    body: () => ({ do: 'place-again', number }),
  });
}

export const ofPeople = {
  mute: action('mute', { isOfPeople: true, body: (who) => ({ do: 'mute', who, audio: true }) }),
  unmute: action('unmute', { isOfPeople: true, body: (who) => ({ do: 'mute', who, audio: false }) }),
  stopVideo: action('stop-video', { isOfPeople: true, body: (who) => ({ do: 'mute', who, video: true }) }),
  startVideo: action('start-video', { isOfPeople: true, body: (who) => ({ do: 'mute', who, video: false }) }),
  layout: action('layout', {
    ...{ isOfPeople: true, fields: ['layout'] },
    body: (who, { layout }) => ({ do: 'layout', who, layout }),
  }),
  importance: action('importance', {
    ...{ isOfPeople: true, fields: ['importance'] },
    body: (who, { importance = '' }) => ({
      ...{ do: 'importance', who },
      importance: importance === '' ? null : Number(importance),
    }),
  }),
  admit: action('admit', { isOfPeople: true, body: (who) => ({ do: 'admit', who }) }),
  sendToLobby: action('send-to-lobby', {
    ...{ isOfPeople: true, harm: 'harm.send-to-lobby' },
    body: (who) => ({ do: 'send-to-lobby', who }),
  }),
  move: action('move', {
    ...{ isOfPeople: true, harm: 'harm.move', fields: ['to', 'pastLobby'] },
    body: (who, { to = '', pastLobby }) => {
      const [number = '', ...key] = to.split(' ');
      return { do: 'move', who, to: key.join(' '), number, ...(pastLobby === 'true' && { pastLobby: true }) };
    },
  }),
  drop: action('drop', {
    ...{ isOfPeople: true, harm: 'harm.drop' },
    body: (who) => ({ do: 'drop', who }),
  }),
} as const;

/** The target of a move as its field has it: the number that is meant, for certainty, and the key. */
export function targetOf({ number, key }: { readonly number: string | null; readonly key: string }): string {
  return `${number ?? ''} ${key}`;
}
