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

/** The access for hosts of a conference that runs, by the meeting's key. */
export function hostsScope(key: string): string {
  return `${hostsAccess}${key}`;
}

export const hostsAccess = 'hosts ';

export function hostsRefused(key: string, why: string): Condition {
  return { code: 'hosts-access-refused', about: `meeting ${key}`, detail: why };
}

export type MoveTrouble =
  | 'participant-not-moved'
  | 'participant-lost-in-move'
  | 'participant-in-wrong-meeting';

/** The move of one participant out of a meeting. */
export function movingScope(key: string, participant: string): string {
  return `${movings}${participant} ${key}`;
}

export const movings = 'moving ';

/** The key of the meeting that they were moved out of. */
export function movedOutOf(scope: string): string {
  return scope.slice(movings.length).replace(/^\S+ /, '');
}

/** @param number of the conference that they were on the way to */
export function moveFailed(code: MoveTrouble, key: string, participant: string, number: string): Condition {
  return { code, about: `meeting ${key}`, detail: `participant ${participant} on the way to ${number}` };
}

/** Whether a meeting that could not be opened waits to be opened no longer: it is open, over, or booked no more. */
export function isOpenedOrOver(meeting: Pick<Meeting, 'booked' | 'run'> | undefined, now: number): boolean {
  return meeting?.booked === undefined || openRun(meeting.run) !== undefined || meeting.booked.end <= now;
}
