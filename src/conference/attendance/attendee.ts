/** One person or room in one call of one call bridge, and what news of whatever order make of them. */
import type { LeavingReason, Traits } from './news.ts';

/** Times are epoch ms. */
export interface Attendee extends Traits {
  /** The participant's id on the call bridge: that of their first leg. */
  readonly id: string;
  readonly group?: string;
  /** Those of their legs that the call bridge has told of and that are not over. */
  readonly legs: readonly string[];
  /** When they were first there, ringing or at the voice menu included. */
  readonly since: number;
  readonly connectedAt?: number;
  readonly leftAt?: number;
  readonly reason?: LeavingReason;
  /** Their end was told by the call bridge itself, which has the last word. */
  readonly isEndTold?: true;
  /** When anything was heard of them last; our time. */
  readonly heardAt: number;
}

/** A moment in which what a call bridge is asked and what it has just told may miss each other. */
const crossing = 1_000;

export function arrived(
  id: string,
  { at, heard }: { readonly at: number; readonly heard: number },
): Attendee {
  return { id, legs: [], since: at, heardAt: heard };
}

/** More is known of them. Who has left for certain stays so, but what is told of them late is kept. */
export function described(
  before: Attendee,
  traits: Traits,
  { at, heard }: { readonly at: number; readonly heard: number },
): Attendee {
  const isIn = traits.isConnected === true || traits.isOnHold === true || traits.isInLobby === true;
  const connectedAt = isIn ? Math.min(before.connectedAt ?? at, at) : before.connectedAt;
  return {
    ...before,
    ...withoutEmpty(traits),
    since: Math.min(before.since, at),
    ...(connectedAt === undefined ? {} : { connectedAt }),
    heardAt: Math.max(before.heardAt, heard),
  };
}

export function withLeg(before: Attendee, leg: string, group: string | undefined): Attendee {
  const legs = before.legs.includes(leg) ? before.legs : [...before.legs, leg];
  return { ...before, legs, ...(group === undefined ? {} : { group }) };
}

/** What was known of them in two places is theirs in one; where both say something, the first has it. */
export function merged(first: Attendee, second: Attendee): Attendee {
  const connected = [first.connectedAt, second.connectedAt].filter((at) => at !== undefined);
  return {
    ...{ ...second, ...first, legs: [...new Set([...first.legs, ...second.legs])] },
    ...(connected.length === 0 ? {} : { connectedAt: Math.min(...connected) }),
    since: Math.min(first.since, second.since),
    heardAt: Math.max(first.heardAt, second.heardAt),
  };
}

/** One of their legs is over; they have left with the last one. */
export function withoutLeg(
  before: Attendee,
  leg: string,
  { at, heard, reason }: { readonly at: number; readonly heard: number; readonly reason: LeavingReason },
): Attendee {
  const legs = before.legs.filter((one) => one !== leg);
  const after = { ...before, legs, heardAt: Math.max(before.heardAt, heard) };
  return legs.length > 0 ? after : left(after, { at, reason, isTold: true });
}

/** What was told by the call bridge itself is not changed by what was found. */
export function left(
  before: Attendee,
  {
    at,
    reason,
    isTold = false,
  }: { readonly at: number; readonly reason: LeavingReason; readonly isTold?: boolean },
): Attendee {
  if (before.isEndTold || (before.leftAt !== undefined && !isTold)) return before;
  const { isSpeaking: _, isPresenting: __, isInLobby: ___, ...rest } = before;
  return {
    ...rest,
    leftAt: Math.max(at, before.since),
    reason,
    ...(isTold ? { isEndTold: true as const } : {}),
  };
}

/** They were found in after they had been missed. */
export function returned(before: Attendee): Attendee {
  if (before.leftAt === undefined || before.isEndTold) return before;
  const { leftAt: _, reason: __, ...rest } = before;
  return rest;
}

/** Whether a look that began then should have found them. */
export function wouldBeFound({ leftAt, heardAt }: Attendee, lookBegan: number): boolean {
  return leftAt === undefined && heardAt < lookBegan - crossing;
}

/** An empty name or address is one that is not said. */
function withoutEmpty(traits: Traits): Traits {
  return Object.fromEntries(
    Object.entries(traits).filter(([, value]) => value !== '' && value !== undefined),
  );
}
