/**
 * A place that a meeting has left while its invitation may still be read with the old number: nobody else gets the
 * number meanwhile, its space is locked and says by its name where the meeting is now, and what may have been begun
 * there is hung up. Once the time of the meeting has passed, or it is not to be held then, the slot is given back.
 */
import type { Placement } from '../slot/slot.ts';
import { isOver, type Meeting } from './meeting.ts';

/** Epoch ms. */
export interface LeftPlace extends Placement {
  /** Id of the slot's space; empty where it is not known. */
  readonly space: string;
  /** When it was left. */
  readonly at: number;
  /** Start and end of the meeting at that time. */
  readonly start: number;
  readonly end: number;
  /** For which its slot was held. */
  readonly from: number;
  readonly to: number;
  /** `left`: the reservation is still the meeting's; `held`: it stands for itself. */
  readonly state: 'left' | 'held';
  /** Where the space's name says the meeting is (`signOf`); left out while it has its placeholder. */
  readonly sign?: string;
  /** Call bridges on which a conference may have begun that is not hung up yet. */
  readonly unclear: readonly string[];
  /** Not before, because no call bridge could be told. */
  readonly again?: number;
}

export type LeaveStep = {
  readonly do: 'leave';
  /**
   * - `hold`: the reservation is made one for itself
   * - `sign`: the space is locked and says where to go
   * - `take-down`: it gets its placeholder again
   * - `give-back`: the reservation ends
   */
  readonly how: 'hold' | 'sign' | 'take-down' | 'give-back';
  readonly place: Placement;
};

/** The next thing to do about places that were left, and when; undefined for nothing. */
export function nextOfLeft(
  meeting: Meeting,
  now: number,
  clearFor: number,
): { readonly at: number; readonly step: LeaveStep } | undefined {
  const steps = (meeting.left ?? []).map((left) => nextOf(left, meeting, now, clearFor));
  return steps.sort((a, b) => a.at - b.at)[0];
}

function nextOf(left: LeftPlace, meeting: Meeting, now: number, clearFor: number) {
  const { cluster, number } = left;
  const step = (how: LeaveStep['how'], at: number) => ({
    at: how === 'sign' || how === 'take-down' ? Math.max(at, left.again ?? at) : at,
    step: { do: 'leave' as const, how, place: { cluster, number } },
  });
  if (!isSignWanted(left, meeting, now)) {
    const untouched = left.sign === undefined && left.unclear.length === 0;
    // A call bridge that stays away is left to the sweep, which knows placeholders.
    const isGivenUp = now >= Math.max(left.to, left.at) + clearFor;
    return step(untouched || isGivenUp ? 'give-back' : 'take-down', now);
  }
  if (left.state === 'left') return step('hold', now);
  if (left.unclear.length > 0) return step('sign', now);
  if (left.sign !== signOf(meeting.placement)) return step('sign', Math.max(now, left.from));
  return step('take-down', left.to - handBack(left));
}

/** Its space is at rest again so long before the next meeting may have it, in milliseconds. */
function handBack({ from, to }: LeftPlace): number {
  return Math.min(10_000, (to - from) / 4);
}

/** What a sign that tells this place is known by. */
export function signOf(placement: Placement | undefined): string {
  return placement === undefined ? '' : `${placement.cluster} ${placement.number}`;
}

/** Whether people may still come to this place for the meeting. */
function isSignWanted(left: LeftPlace, meeting: Meeting, now: number): boolean {
  const { booked, placement } = meeting;
  if (booked === undefined || placement === undefined || now >= left.to - handBack(left) || isOver(meeting))
    return false;
  const isBack = placement.cluster === left.cluster && placement.number === left.number;
  return !isBack && booked.start === left.start && booked.end === left.end;
}

/** Under this key the slot of a place that was left is held. */
export function leftKey(key: string, number: string): string {
  return `${leftPrefix}${number}:${key}`;
}

/** Under this key another slot of the same cluster is held until the meeting has it. */
export function nextKey(key: string): string {
  return `${nextPrefix}${key}`;
}

const leftPrefix = 'moved:';
const nextPrefix = 'next:';

/** Of a key under which a slot is held: the meeting, and as what it has it. */
export function holderOf(held: string): {
  readonly key: string;
  readonly as: 'its own' | 'left' | 'next';
} {
  const left = /^moved:\d+:(.*)$/s.exec(held);
  if (left?.[1] !== undefined) return { key: left[1], as: 'left' };
  if (held.startsWith(nextPrefix)) return { key: held.slice(nextPrefix.length), as: 'next' };
  return { key: held, as: 'its own' };
}
