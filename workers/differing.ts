/**
 * Meetings of which rooms say different times for longer than it takes to tell them all: the organizer's own copy is asked
 * which of them hold. At least once; safe because taking over the same word again changes nothing.
 */
import type { Meeting } from '../src/conference/meeting.ts';
import { differingSince } from '../src/meeting/booking.ts';
import { type Copy, instanceOf, lookAtInstances } from './organizer-copy.ts';
import type { Telling } from './telling.ts';

/** Milliseconds in which rooms process an update one after the other. */
const settleFor = 10_000;

/** @returns when to look again: at once where something was taken over. @throws GraphFault */
export async function settleTimes(
  telling: Telling,
  copy: Copy,
  isTouched: boolean,
): Promise<number | undefined> {
  const { deps, meetings, now } = telling;
  const differing = meetings.flatMap((meeting) => {
    const since = isAhead(meeting, now) ? differingSince(meeting.bookings) : undefined;
    const isAnswered = !isTouched && (meeting.organizersTimes?.at ?? 0) >= (since ?? 0);
    return since === undefined || isAnswered ? [] : [{ meeting, settled: since + settleFor }];
  });
  const young = differing.filter(({ settled }) => settled > now).map(({ settled }) => settled);
  const ripe = differing.filter(({ settled }) => settled <= now).map(({ meeting }) => meeting);
  let taken = false;
  if (copy.kind === 'found' && ripe.length > 0) {
    const says = await timesOf(telling, copy.event, ripe);
    for (const { key, bookings, organizersTimes: known } of ripe) {
      const times = says.get(key);
      const isKnown = known?.start === times?.start && known?.end === times?.end;
      if (times === undefined || (isKnown && (known?.at ?? 0) >= (differingSince(bookings) ?? 0))) continue;
      await deps.takeOrganizersWord(key, { ...times, at: deps.now() });
      taken = true;
    }
  }
  if (taken) return now;
  return young.length === 0 ? undefined : Math.min(...young);
}

function isAhead({ bookings }: Meeting, now: number): boolean {
  return [...bookings.values()].some(({ end }) => end > now);
}

interface Times {
  readonly start: number;
  readonly end: number;
}

/** By the meeting's key; of a series one question for all dates. */
async function timesOf(
  telling: Telling,
  { id, type, times }: Extract<Copy, { kind: 'found' }>['event'],
  meetings: readonly Meeting[],
): Promise<ReadonlyMap<string, Times>> {
  const found = new Map<string, Times>();
  // It stands where one of the rooms says, or nobody can tell.
  const apart = meetings.flatMap(({ last, bookings }) =>
    [...bookings.values()].map(({ start }) => Math.abs(start - last.start)),
  );
  const isSeries = type === 'seriesMaster';
  const dates = isSeries ? await lookAtInstances(telling, id, meetings, Math.max(...apart)) : undefined;
  for (const { key, last } of meetings) {
    const own = dates === undefined ? times : instanceOf(dates, last.originalStart ?? last.start)?.times;
    if (own !== undefined) found.set(key, own);
  }
  return found;
}
