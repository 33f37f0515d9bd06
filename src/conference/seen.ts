/**
 * What a conference has on the bridge: as the regular census of all that run saw it (`Seen`), and as a closer look at the
 * one that may differ from its record has found it (`Found`).
 */
import { isIn, type Run } from './run.ts';

export interface CallSeen {
  readonly callBridge: string;
  readonly call: string;
  /** Connected to this call bridge. */
  readonly people: number;
}

export interface SpaceSeen {
  /** Whether anybody may come in. */
  readonly open: boolean;
  readonly name: string;
  readonly passcode: string;
}

export interface Seen {
  /** When the census began; epoch ms. */
  readonly at: number;
  /** The call bridges that answered: nothing is known of what others have. */
  readonly asked: readonly string[];
  /** Those in its space. */
  readonly calls: readonly CallSeen[];
  /** Mailbox of each room that is in -> the call bridge that it is connected to; empty where that did not answer. */
  readonly rooms: Readonly<Record<string, string>>;
  /** All that are in, on whichever call bridge. */
  readonly people: number;
  /** Left out where this census has not read it; null where it is gone. */
  readonly space?: SpaceSeen | null;
  /** When it was last read; epoch ms. */
  readonly spaceAt?: number;
  /** Call bridges that have nothing left of all that should run on them: started anew, whatever they say. */
  readonly emptied?: readonly string[];
}

/** Whether what was seen cannot be what the record says, so that a closer look is due. */
export function differs(run: Run, seen: Seen, world: { readonly lost: ReadonlySet<string> }): boolean {
  if (!isNews(run, seen)) return false;
  const { callBridge = '' } = run;
  if (seen.asked.includes(callBridge)) {
    const own = seen.calls.filter((call) => call.callBridge === callBridge);
    // One that was ended is made again by whoever dials in.
    if (run.call === undefined ? own.length > 0 : own.every(({ call }) => call !== run.call)) return true;
    if (!world.lost.size && seen.calls.some((call) => isLeftover(run, call))) return true;
  }
  if (Object.keys(run.rooms).some((room) => roomDiffers(run, room, seen))) return true;
  return seen.space !== undefined && (seen.space === null || spaceDiffers(run, seen.space));
}

/** Whether it was seen after all that the record knows of the bridge. */
export function isNews(run: Run, { at }: Pick<Seen, 'at'>): boolean {
  return at > Math.max(run.openedAt ?? 0, run.recoveredAt ?? 0, run.checkedAt ?? 0);
}

/** A call of its space in which nobody is and which is not the one that is meant to stay though it is empty. */
export function isLeftover(run: Run, { callBridge, call, people }: CallSeen): boolean {
  const known = (run.uncleared ?? []).some((one) => one.callBridge === callBridge);
  return people === 0 && call !== run.call && !known;
}

function roomDiffers(run: Run, name: string, seen: Seen): boolean {
  const room = run.rooms[name];
  if (room === undefined || room.state === 'intended') return false;
  // Called in vain, and then it came in by itself.
  if (room.state === 'failed') return !!seen.rooms[name] && seen.at > (room.failedAt ?? 0);
  if (!seen.asked.includes(room.callBridge ?? run.callBridge ?? '')) return false;
  // What was dialled meanwhile the census may have missed; while it rings, it is looked after more closely.
  const unanswered = room.connectedAt === undefined && room.dialledAt !== undefined;
  if (unanswered && seen.at < (room.dialledAt ?? 0) + 90_000) return false;
  const where = seen.rooms[name];
  const elsewhere = where !== undefined && where !== '' && where !== (room.callBridge ?? where);
  return elsewhere || isIn(room) !== (where !== undefined);
}

/** One that locks the space time and again means it. */
export const unlocksAtMost = 2;

function spaceDiffers(run: Run, space: SpaceSeen): boolean {
  if (!space.open) return (run.unlocked ?? 0) <= unlocksAtMost;
  return space.name !== nameOn(run) || space.passcode !== passcodeOn(run);
}

/** What the space is called: somebody's name for it goes before ours. */
export function nameOn(run: Run): string {
  return run.changed?.name ?? run.name;
}

export function passcodeOn(run: Run): string {
  return run.changed?.passcode ?? run.passcode;
}

/** Milliseconds that people who were thrown out with their call bridge are given to come back. */
const comeBackWithin = 60_000;

/** How many are to be taken for present though the bridge may not have them: they were thrown out a moment ago. */
export function expectedBack(run: Run, seen: Seen | undefined, now: number): number {
  if (run.lost !== undefined) return peopleIn(run, seen);
  const { recoveredAt, thrownOut = 0 } = run;
  return recoveredAt !== undefined && now < recoveredAt + comeBackWithin ? thrownOut : 0;
}

/** As many as the last census saw; before the first, its rooms. */
export function peopleIn(run: Run | undefined, seen: Seen | undefined): number {
  return seen?.people ?? Object.values(run?.rooms ?? {}).filter(isIn).length;
}
