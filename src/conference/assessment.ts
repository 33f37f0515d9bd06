/**
 * What a closer look at a conference on the bridge means: what is amiss and must be put right, what somebody has done there
 * on purpose and is respected, and which rooms are in.
 *
 * A call that is gone tells by itself nothing of why. These are told apart:
 * - its call bridge was silent for a while, or has been started anew since we last knew the call (its uptime says so), or
 *   nothing is left there of all that should run on it: the call was lost, with its legs;
 * - the space is gone: whoever deleted it may have meant the space and not the people; the number is in their invitations,
 *   so it is made again;
 * - the call bridge has been up all the time and other calls go on: somebody has ended this call on purpose (an
 *   administrator, a user with the right to). That stands: nobody is called back. The space stays open, so that dialling
 *   in works until the end, and a call is made again when a room is to be dialled.
 * A leg that is gone while its call is there was hung up: by the room, or for it. If the room had been in, it is not called
 * again; if it never was, it was busy or nobody answered, and is, within limits (`rooms.ts`). One that was called in vain
 * and has come in by itself is in.
 */
import { type Amiss, type DialledRoom, isIn, type Run } from './run.ts';
import { nameOn, passcodeOn, type SpaceSeen, unlocksAtMost } from './seen.ts';
import type { TimelineEntry } from './timeline.ts';

export interface LegFound {
  readonly leg: string;
  readonly callBridge: string;
  /** Undefined where it was not asked. */
  readonly connected?: boolean;
}

export interface Found {
  readonly at: number;
  readonly asked: readonly string[];
  /** The calls in its space. */
  readonly calls: readonly { readonly callBridge: string; readonly call: string }[];
  /** By mailbox. */
  readonly legs: ReadonlyMap<string, LegFound>;
  /** Undefined: not asked; null: gone. */
  readonly space?: SpaceSeen | null;
  /** Since when the call bridge that should have the call has been up; epoch ms, to the second. */
  readonly upSince?: number;
  /** Nothing is left there of all that should run on it. */
  readonly emptied?: boolean;
}

export interface Assessment {
  readonly run: Run;
  readonly notes: readonly TimelineEntry[];
}

/** Uptimes are whole seconds. */
const doubtOfUptime = 1_000;

/** What the record should say after this look; the same look again changes nothing. */
export function assess(run: Run, found: Found): Assessment {
  const notes: TimelineEntry[] = [];
  const note = (what: TimelineEntry['what'], details: Record<string, string>) =>
    notes.push({ at: found.at, what, ...details });
  const { lost: _, ...rest } = run;
  let next: Run = { ...rest, checkedAt: found.at };
  let amiss: Amiss | undefined;

  const own = found.calls.filter(({ callBridge }) => callBridge === run.callBridge);
  const present = own.find(({ call }) => call === run.call) ?? own[0];
  const gone = run.call !== undefined && own.every(({ call }) => call !== run.call);
  const knownUntil = Math.max(run.openedAt ?? 0, run.checkedAt ?? 0, run.recoveredAt ?? 0);
  const startedAnew = (found.upSince ?? 0) > knownUntil + doubtOfUptime;
  const restarted = found.emptied === true || run.lost !== undefined || startedAnew;
  const vanished = gone && (found.space === null || restarted);
  if (found.space === null) amiss = 'space-gone';
  else if (vanished) amiss = 'restarted';
  if (present !== undefined) next = { ...next, call: present.call };
  else if (gone) next = withoutCall(next);
  if (gone && !vanished) {
    // Afterwards it comes and goes with the people who dial in: that is no news.
    if (run.callEnded === undefined) note('changed-on-bridge', { change: 'call-ended' });
    next = { ...next, callEnded: run.callEnded ?? found.at };
  }

  const rooms: Record<string, DialledRoom> = {};
  for (const [name, room] of Object.entries(run.rooms)) {
    const after = roomAfter(room, found.legs.get(name), { run, found, vanished });
    rooms[name] = after;
    if (after.state === 'failed' && room.state === 'dialled') {
      note('dial-failed', { room: name, reason: 'it was busy, did not answer, or refused' });
    }
    const hasLeft = after.endedAt !== undefined && room.endedAt === undefined;
    if (hasLeft && (run.call === undefined || !gone))
      note('changed-on-bridge', { change: 'room-left', room: name });
  }
  next = { ...next, rooms };

  if (found.space) {
    const { open, name, passcode } = found.space;
    if (!open && (run.unlocked ?? 0) < unlocksAtMost) amiss ??= 'locked';
    else if (!open && run.unlocked === unlocksAtMost) {
      note('changed-on-bridge', { change: 'locked' });
      next = { ...next, unlocked: unlocksAtMost + 1 };
    }
    // What locks a space also takes its name and its passcode away: that is one change, not three.
    if (open && name !== nameOn(run)) {
      note('changed-on-bridge', { change: 'renamed' });
      next = { ...next, changed: { ...next.changed, name } };
    }
    if (open && passcode !== passcodeOn(run)) {
      note('changed-on-bridge', { change: 'passcode' });
      next = { ...next, changed: { ...next.changed, passcode } };
    }
  }
  return { run: amiss === undefined ? next : { ...next, amiss }, notes };
}

function withoutCall({ call: _, ...run }: Run): Run {
  return run;
}

function roomAfter(
  room: DialledRoom,
  leg: LegFound | undefined,
  { run, found, vanished }: { readonly run: Run; readonly found: Found; readonly vanished: boolean },
): DialledRoom {
  if (room.state === 'intended') return room;
  if (room.state === 'failed') {
    if (leg?.connected !== true) return room;
    const { failedAt: _, dialledAt: __, tries: ___, ...came } = room;
    return { ...came, state: 'dialled', leg: leg.leg, callBridge: leg.callBridge, connectedAt: found.at };
  }
  const { endedAt, ...rest } = room;
  if (leg !== undefined) {
    const connectedAt = room.connectedAt ?? (leg.connected === true ? found.at : undefined);
    return {
      ...{ ...rest, leg: leg.leg, callBridge: leg.callBridge },
      ...(connectedAt === undefined ? { lookedAt: found.at } : { connectedAt }),
    };
  }
  const callBridge = room.callBridge ?? run.callBridge ?? '';
  if (!isIn(room) || !found.asked.includes(callBridge)) return room;
  if (vanished && (found.space === null || callBridge === run.callBridge)) return toBeDialled(room);
  if (room.connectedAt !== undefined || room.dialledAt === undefined) return { ...rest, endedAt: found.at };
  const { leg: _, ...failed } = rest;
  return { ...failed, state: 'failed', failedAt: found.at };
}

/** A room whose leg went with its call bridge: called as if for the first time. */
export function toBeDialled({ sip }: DialledRoom): DialledRoom {
  return { sip, state: 'intended' };
}
