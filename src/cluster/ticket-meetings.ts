/** What is wrong with meetings; without a word of what they are about. */
import { type Meeting, openRun } from '../conference/meeting.ts';
import type { Condition } from './ticket.ts';

/** Meetings to come that have no slot. */
export function unplacedConditions(
  meetings: readonly Pick<Meeting, 'booked' | 'placement' | 'unplaced'>[],
  now: number,
): Condition[] {
  const starts = meetings.flatMap(({ booked, placement, unplaced }) =>
    booked !== undefined && placement === undefined && unplaced !== undefined && booked.end > now
      ? [booked.start]
      : [],
  );
  if (starts.length === 0) return [];
  const first = new Date(Math.min(...starts)).toISOString();
  const detail = `${starts.length} ${starts.length === 1 ? 'meeting has' : 'meetings have'} no slot, the first at ${first}`;
  return [{ code: 'meetings-unplaced', about: 'meetings', detail }];
}

/** The opening of one meeting, by its key. */
export function openingScope(key: string): string {
  return `${openings}${key}`;
}

export const openings = 'opening ';

export function notOpened(key: string, start: number, why: string): Condition {
  const detail = `it begins at ${new Date(start).toISOString()}: ${why}`;
  return { code: 'meeting-not-opened', about: `meeting ${key}`, detail };
}

/** Whether a meeting that could not be opened waits to be opened no longer: it is open, over, or booked no more. */
export function isOpenedOrOver(meeting: Pick<Meeting, 'booked' | 'run'> | undefined, now: number): boolean {
  return meeting?.booked === undefined || openRun(meeting.run) !== undefined || meeting.booked.end <= now;
}
