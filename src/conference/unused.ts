/** When a conference that nobody is in is given back. All instants in epoch ms. */
import type { Booked } from '../meeting/booking.ts';
import type { Run } from './run.ts';

/** What was found when it was last looked whether anybody is in. */
export interface Emptiness {
  readonly lookedAt: number;
  /** Since when nobody is; undefined while somebody is. */
  readonly since?: number;
}

export interface ReleaseSettings {
  /** Milliseconds without anybody; 0 for never. */
  readonly after: number;
  /** Whether its rooms are given back as well. */
  readonly room: boolean;
}

/** Whoever comes and goes between two looks is not seen: the last look decides. */
const longestPause = 60_000;
const shortestPause = 5_000;

function begunAt({ start }: Pick<Booked, 'start'>, { openedAt = 0 }: Run): number {
  return Math.max(start, openedAt);
}

/** When to look next; infinity for never, as what is near its end is not given back. */
export function nextLookForAnybody(
  booked: Pick<Booked, 'start' | 'end'>,
  run: Run,
  { after }: Pick<ReleaseSettings, 'after'>,
): number {
  if (after === 0) return Number.POSITIVE_INFINITY;
  const begun = begunAt(booked, run);
  const { lookedAt, since } = run.emptiness ?? { lookedAt: begun, since: begun };
  const pause = Math.min(longestPause, Math.max(shortestPause, after / 4));
  const next = Math.min(lookedAt + pause, Math.max(lookedAt, (since ?? Number.POSITIVE_INFINITY) + after));
  return next < booked.end ? next : Number.POSITIVE_INFINITY;
}

/** What a look leaves known. */
export function emptinessAfter(
  booked: Pick<Booked, 'start'>,
  run: Run,
  isAnybodyIn: boolean,
  now: number,
): Emptiness {
  if (isAnybodyIn) return { lookedAt: now };
  return {
    lookedAt: now,
    since: run.emptiness === undefined ? begunAt(booked, run) : (run.emptiness.since ?? now),
  };
}

export function isUnused(
  { since }: Emptiness,
  { after }: Pick<ReleaseSettings, 'after'>,
  now: number,
): boolean {
  return since !== undefined && now >= since + after;
}

/**
 * Rooms that are still to give back their booking of a conference that was given back, and those of which it is not known
 * whether they have: they may have no booking any more for that very reason.
 */
export function roomsToGiveBack(run: Run, booked: Booked | undefined, now: number): readonly string[] {
  if (run.closeReason !== 'unused') return [];
  const { givenBack = {} } = run;
  const stands = booked !== undefined && booked.end === run.end && now < booked.end;
  const rooms = new Set(stands ? booked.rooms.filter((room) => givenBack[room] === undefined) : []);
  for (const [room, said] of Object.entries(givenBack)) if (said === 'asked') rooms.add(room);
  return [...rooms];
}
