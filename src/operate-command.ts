/** `roombridge operate`: does something with a meeting and its conference, by its number, and says what came of it. */
import { randomUUID } from 'node:crypto';
import type { ParticipantView, Picture } from './conference/attendance/picture.ts';
import { meetingAt } from './meeting-at.ts';
import { operations, usages } from './operate-usages.ts';
import { askRunning, NotDone, type Reach } from './running.ts';

export interface OperateOptions {
  readonly by: string;
  readonly all?: boolean | undefined;
  /** The number of the conference that participants are moved to. */
  readonly to?: string | undefined;
  readonly pastLobby?: boolean | undefined;
  readonly seconds?: string | undefined;
}

interface OutcomeJson {
  readonly state: 'done' | 'partly' | 'refused' | 'failed' | 'waiting';
  readonly detail?: string;
  readonly participants?: readonly {
    readonly participant: string;
    readonly detail?: string;
    readonly now?: string;
  }[];
}

/** Milliseconds between two questions for an outcome that takes its time. */
const askAgain = 500;
/** Milliseconds after which somebody at a terminal is told that it still waits. */
const patience = 60_000;

/** What may be wanted of a meeting that has no number: then its key stands in place of it. */
const byKey: ReadonlySet<string> = new Set(['place-again', 'tell-again']);

function isKey(given: string): boolean {
  return !/^\d{1,15}$/.test(given);
}

/** @returns whether it was done for all, for the exit code. @throws NotDone */
export async function tellOperation(
  reach: Reach,
  number: string,
  what: string,
  words: readonly string[],
  options: OperateOptions,
): Promise<{ readonly text: string; readonly well: boolean }> {
  const { key } = byKey.has(what) && isKey(number) ? { key: number } : await meetingAt(reach, number);
  const path = `/api/meetings/${encodeURIComponent(key)}`;
  const { participants } = (await askRunning(reach, `${path}/participants`)) as Picture;
  const present = participants.filter(({ state }) => state !== 'left');
  const operation = await operationOf(reach, { number, what, words }, options, present);
  const order = { request: randomUUID(), by: options.by, ...operation };
  for (const until = Date.now() + patience; ; ) {
    const outcome = (await askRunning(reach, `${path}/operations`, order)) as OutcomeJson;
    if (outcome.state !== 'waiting') return { text: told(outcome, present), well: outcome.state === 'done' };
    if (Date.now() > until)
      throw new NotDone(`it is still waiting to be done; the request is ${order.request}`);
    await new Promise((resolve) => setTimeout(resolve, askAgain));
  }
}

async function operationOf(
  reach: Reach,
  {
    number,
    what,
    words,
  }: { readonly number: string; readonly what: string; readonly words: readonly string[] },
  options: OperateOptions,
  present: readonly ParticipantView[],
): Promise<Record<string, unknown>> {
  const [first = '', ...rest] = words;
  if (!Object.hasOwn(usages, what)) throw new NotDone(`${what} is none of ${operations.join(', ')}`);
  const wrong = () => new NotDone(`usage: roombridge operate NUMBER ${usages[what as keyof typeof usages]}`);
  const oneOf = (names: readonly string[]) => {
    if (names.length === 0) throw wrong();
    return names.map((name) => idOf(name, present));
  };
  const many = (names: readonly string[]) => {
    // Who names some has not meant everybody.
    if (options.all && names.length > 0) throw wrong();
    return options.all ? 'all' : oneOf(names);
  };
  const one = () => {
    if (first === '' || rest.length > 0) throw wrong();
    return first;
  };
  const none = () => {
    if (first !== '') throw wrong();
    return {};
  };
  const onOrOff = () => {
    if (one() !== 'on' && first !== 'off') throw wrong();
    return { on: first === 'on' };
  };
  switch (what as keyof typeof usages) {
    case 'dial':
      return { do: 'dial', address: one() };
    case 'redial':
      return { do: 'redial', room: one() };
    case 'drop':
      return { do: 'drop', who: many(words) };
    case 'mute':
    case 'unmute':
      return { do: 'mute', who: many(words), audio: what === 'mute' };
    case 'stop-video':
    case 'start-video':
      return { do: 'mute', who: many(words), video: what === 'stop-video' };
    case 'extend':
      if (!/^\d+$/.test(one())) throw wrong();
      return { do: 'extend', minutes: Number(first) };
    case 'layout':
      if (first === '') throw wrong();
      return { do: 'layout', layout: first, who: many(rest) };
    case 'importance':
      if (!/^\d+$/.test(first)) throw wrong();
      return { do: 'importance', importance: Number(first), who: oneOf(rest) };
    case 'lock':
    case 'unlock':
      return { do: 'lock', locked: what === 'lock', ...none() };
    case 'admit':
      return { do: 'admit', who: many(words) };
    case 'send-to-lobby':
      return { do: 'send-to-lobby', who: oneOf(words) };
    case 'message':
      if (words.length === 0) throw wrong();
      return { do: 'message', text: words.join(' '), seconds: Number(options.seconds ?? 30) };
    case 'record':
    case 'stream':
      return { do: what, ...onOrOff() };
    case 'start':
    case 'end':
    case 'tell-again':
      return { do: what, ...none() };
    case 'place-again':
      return { do: what, ...(isKey(number) ? {} : { number }), ...none() };
    case 'move-bridge':
      return { do: what, ...(first === '' ? {} : { to: one() }) };
    case 'move': {
      if (options.to === undefined) throw wrong();
      const { key } = await meetingAt(reach, options.to);
      const pastLobby = options.pastLobby ? { pastLobby: true } : {};
      return { do: 'move', who: oneOf(words), to: key, number: options.to, ...pastLobby };
    }
    default:
      throw wrong();
  }
}

/** By id, name, address or a room's mailbox; only one may be meant. */
function idOf(given: string, present: readonly ParticipantView[]): string {
  const wanted = given.toLowerCase();
  const isMeant = (text: string | null) => text?.toLowerCase() === wanted;
  const found = present.filter(({ id, name, address, room }) => [id, name, address, room].some(isMeant));
  const [one, another] = found;
  if (one === undefined) {
    const names = present.map(({ room, name, address, id }) => room ?? name ?? address ?? id);
    throw new NotDone(`${given} is not in; in are: ${names.length === 0 ? 'nobody' : names.join(', ')}`);
  }
  if (another !== undefined)
    throw new NotDone(`${given} is more than one; say which: ${found.map(({ id }) => id).join(', ')}`);
  return one.id;
}

function told(
  { state, detail, participants = [] }: OutcomeJson,
  present: readonly ParticipantView[],
): string {
  const nameOf = (id: string) => {
    const { room, name, address } = present.find((one) => one.id === id) ?? {};
    return room ?? name ?? address ?? id;
  };
  const lines = participants.map(
    ({ participant, detail: why }) => `  ${nameOf(participant)}: ${why ?? 'done'}`,
  );
  return [`${state}${detail === undefined ? '' : `: ${detail}`}`, ...lines].join('\n');
}
