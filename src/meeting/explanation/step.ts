/** Why an entry of a room's calendar is what it is to us, step by step: words with values, which each reader has in a language of theirs. */
import type { ReasonNotForUs } from '../decision.ts';

/** In the order in which they are told. */
export const explainedParts = ['entry', 'rules', 'bookings', 'slot', 'access', 'organizer'] as const;
export type ExplainedPart = (typeof explainedParts)[number];

export const stepWords = [
  // the entry: `start`, `end` are instants
  'is-single', // start, end
  'is-series', // start, end
  'is-date', // one date of a series; start, end
  'is-all-day',
  'uid', // uid
  'private',
  'hidden-by-room', // its title, or its organizer too: a room of it is configured so
  'hidden-until-known', // the organizer's own copy cannot be asked just now
  'title', // title, as the organizer has it
  'title-of-room', // title, as the room has it
  'no-title',
  'organizer', // organizer
  'copy-unnamed', // no organizer is named
  'copy-own', // booked in the room itself
  'copy-missing', // the organizer has no such event
  'copy-unreadable', // why
  'wiped',
  // the rules, each of which the entry passes or not
  'text-of-organizer', // the room's copy is empty, the organizer's was read
  'text-missing', // and the organizer has no such event
  'text-unreadable',
  'rule-cancelled',
  'rule-not-busy',
  'rule-declined',
  'rule-awaiting-answer',
  'rule-zero-length',
  'rule-never',
  'rule-other-service',
  'rule-not-asked',
  'is-booking',
  // the bookings
  'no-booking',
  'over',
  'beyond-horizon',
  'booking', // start, end, key
  'more-bookings', // count
  // the slot
  'no-slot-needed',
  'slots-not-known', // Redis cannot be reached
  'reserved', // number, cluster
  'reserved-for', // number, cluster, count, of
  'unplaced', // why
  'would-get', // number, cluster
  'each-alone',
  'no-slot',
  // guests and hosts: policy, because
  'nobody-comes',
  'access-open',
  'access-separate-numbers',
  'access-two-pins',
  'access-host-pin',
  'access-host-member',
  // the organizer
  'told-nothing',
  'told-by-first',
  'by-event',
  'by-event-not',
  'by-mail', // from
  'by-mail-not',
  'by-reply',
  'by-reply-not',
] as const;
export type StepWord = (typeof stepWords)[number];

/** What decides on who comes in as what: the value `because` of those steps. */
export type AccessBecause = 'asked' | 'room' | 'usual';

export interface Step {
  readonly part: ExplainedPart;
  readonly says: StepWord;
  /** Of a rule alone: whether the entry passes it. The one that it does not pass decides, and is the last. */
  readonly passes?: boolean;
  readonly values: Readonly<Record<string, string | number>>;
}

/** What an entry comes to: a booking, or why it is none. */
export interface Explanation {
  readonly isBooking: boolean;
  readonly reason?: ReasonNotForUs;
  /** Keys of the meetings that it is, the first of them. */
  readonly meetings: readonly string[];
  readonly steps: readonly Step[];
}

export function step(part: ExplainedPart, says: StepWord, values: Step['values'] = {}): Step {
  return { part, says, values };
}
