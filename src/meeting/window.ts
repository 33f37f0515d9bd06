/** Which time of a room's calendar is read, and when in the night it is read whole. */
import { createHash } from 'node:crypto';

export interface Window {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
}

const hour = 3_600_000;
const day = 24 * hour;
/** What ran over midnight, or was changed just after its end, is still seen. */
const back = day;
/** A window stays as it is until the next night's reading: it reaches further, so that the horizon is always held. */
const untilExtended = day + hour;
/** Over so many hours the rooms' nightly readings are spread. */
const night = 4 * hour;

/**
 * A fresh window. What lay in the one before stays in it: a shorter horizon takes nothing away that was booked.
 * @param horizon milliseconds ahead
 */
export function windowAt(now: number, horizon: number, before?: Window): Window {
  return { from: now - back, to: Math.max(now + horizon + untilExtended, before?.to ?? 0) };
}

/**
 * When a room that was looked at now is swept: each has its own moment of every `sweep` milliseconds, so that they are
 * spread evenly whenever they were rung, and none is left for longer.
 */
export function nextSweep(mailbox: string, sweep: number, now: number): number {
  const phase = shareOf(mailbox) * sweep;
  return (Math.floor((now - phase) / sweep) + 1) * sweep + phase;
}

/**
 * The latest instant at which the room's nightly reading was due. Each room has its own minute in the hours after `at`.
 * @param at `HH:MM`, UTC
 */
export function lastNight(mailbox: string, at: string, now: number): number {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const phase = hours * hour + minutes * 60_000 + shareOf(mailbox) * night;
  return Math.floor((now - phase) / day) * day + phase;
}

/** A number from 0 to 1 that stays a room's own, and is spread evenly over rooms. */
function shareOf(mailbox: string): number {
  return createHash('sha256').update(mailbox).digest().readUInt32BE() / 2 ** 32;
}
