/** The rooms of a conference: which are to be dialled, and when; which are to be looked after. */
import type { PlanSettings } from './plan.ts';
import { type DialledRoom, isIn, type Run } from './run.ts';

/**
 * Milliseconds between a dial that came to nothing (busy, no answer, refused) and the next. A room whose last conference
 * runs over is free a few minutes later; one that has not answered by then is left to people.
 */
const pauses = [5_000, 20_000, 60_000, 180_000];

/** How long after a dial its leg is looked at, and how long after that again, in milliseconds. */
const lookAfter = 6_000;
/** A bridge lets an address ring for a minute or so; what still rings then is left to the sweep. */
const ringsFor = 90_000;

/** For so long after a dial one that was given up before it may still be carried out, in milliseconds. */
const lateFor = 30_000;
/** When that is looked at first; then after twice the time, and so on. */
const lookForLate = 2_000;

/** Rooms with a SIP address that were not dialled yet, or whose dial came to nothing and is to be repeated now. */
export function roomsToDial(
  rooms: readonly string[],
  run: Run,
  settings: Pick<PlanSettings, 'sip'>,
  now: number,
): string[] {
  return rooms.filter((room) => settings.sip.has(room) && (dueAt(run.rooms[room]) ?? now + 1) <= now);
}

/** When the next room is to be dialled again whose dial came to nothing. */
export function nextDial(rooms: readonly string[], run: Run, settings: Pick<PlanSettings, 'sip'>): number {
  const due = rooms.flatMap((room) => (settings.sip.has(room) ? [dueAt(run.rooms[room])] : []));
  return Math.min(...due.map((at) => at ?? Number.POSITIVE_INFINITY));
}

/** Undefined for never. */
function dueAt(room: DialledRoom | undefined): number | undefined {
  if (room === undefined || room.state === 'intended') return 0;
  if (room.state === 'dialled') return undefined;
  const pause = pauses[(room.tries ?? 1) - 1];
  return pause === undefined ? undefined : (room.failedAt ?? 0) + pause;
}

/** Rooms whose leg is to be looked at: nobody has answered yet as far as we know, or a second leg may come late. */
export function roomsToLookAt(run: Run, now: number): string[] {
  return Object.keys(run.rooms).filter((room) => (lookAt(run.rooms[room]) ?? now + 1) <= now);
}

export function nextLook(run: Run): number {
  const looks = Object.values(run.rooms).map((room) => lookAt(room) ?? Number.POSITIVE_INFINITY);
  return Math.min(Number.POSITIVE_INFINITY, ...looks);
}

/** Whether the dial that was given up before this one is not to be expected any more. */
export function isPastLate({ dialledAt = 0 }: DialledRoom, now: number): boolean {
  return now >= dialledAt + lateFor;
}

function lookAt(room: DialledRoom | undefined): number | undefined {
  if (room === undefined || !isIn(room) || room.dialledAt === undefined) return undefined;
  const last = Math.max(room.dialledAt, room.lookedAt ?? 0);
  if (room.lateOn !== undefined) return last + Math.max(lookForLate, last - room.dialledAt);
  if (room.connectedAt !== undefined) return undefined;
  const at = last + lookAfter;
  return at < room.dialledAt + ringsFor ? at : undefined;
}
