/** What an audit finds: the differences between what was held of a room and what its mailbox says. */
import type { Root, RootChange } from './calendar.ts';
import type { CalendarEvent } from './calendar-event.ts';
import type { Window } from './window.ts';

export const differenceKinds = [
  // Between the mailbox and what was held of it.
  'missed', // an entry of the mailbox was not held
  'ghost', // an entry was held that the mailbox does not have
  'other-times', // an entry was held at other times
  'other-details', // a title, an answer, an organizer or the like was held differently
  // Between what is held of the room, the meetings and the slots.
  'meeting-missing', // a booking without its meeting
  'meeting-differs', // a meeting that says something else of the room than its booking
  'meeting-left', // a meeting names the room, which has no such booking
  'unheld-slot', // a meeting has a number that is not reserved for it, or not for its time
  'no-slot-unsaid', // a meeting has no number, and nothing says why
  'slot-left', // a reservation without a meeting
  'slot-twice', // two reservations of one slot overlap
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** Named by ids and keys: nothing of what people wrote. */
export interface Difference {
  readonly kind: DifferenceKind;
  /** Id of the entry, or key of the meeting. */
  readonly of: string;
}

/** Of one root, in the time that both readings cover: what has slid out at one end or come in at the other is none. */
export function differencesOf({ before, after }: RootChange, window: Window): Difference[] {
  const [held, found] = [entriesOf(before, window), entriesOf(after, window)];
  const differences: Difference[] = [];
  for (const [id, entry] of found) {
    const known = held.get(id);
    if (known === undefined) differences.push({ kind: 'missed', of: id });
    else if (known.start !== entry.start || known.end !== entry.end) {
      differences.push({ kind: 'other-times', of: id });
    } else if (known.details !== entry.details) differences.push({ kind: 'other-details', of: id });
  }
  for (const id of held.keys()) if (!found.has(id)) differences.push({ kind: 'ghost', of: id });
  const [was, is] = [before?.event, after?.event];
  if (was?.type === 'seriesMaster' && is?.type === 'seriesMaster' && detailsOf(was) !== detailsOf(is)) {
    differences.push({ kind: 'other-details', of: is.id });
  }
  return differences;
}

interface Entry {
  readonly start: number;
  readonly end: number;
  readonly details: string;
}

function entriesOf(root: Root | undefined, { from, to }: Window): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  const add = (id: string, start: number, end: number, details: string) => {
    if (end > from && start < to) entries.set(id, { start, end, details });
  };
  if (root === undefined) return entries;
  const { event, exceptions, occurrences } = root;
  for (const [id, start, end] of occurrences) add(id, start, end, '');
  for (const whole of event === undefined || event.type === 'seriesMaster' ? exceptions : [event]) {
    add(whole.id, whole.start, whole.end, detailsOf(whole));
  }
  return entries;
}

/**
 * Whether a change may be nothing but the echo of ours: all else is said as before, and whatever was changed tells our
 * number. Of a copy that the mailbox empties or retitles nothing is known: another hand may have changed the organizer's.
 */
export function mayBeOurs({ before, after }: RootChange): boolean {
  if (before === undefined || after === undefined || wordsOf(before) !== wordsOf(after)) return false;
  const keys = new Set(eventsOf(before).map(({ changeKey }) => changeKey));
  const changed = eventsOf(after).filter(({ changeKey }) => !keys.has(changeKey));
  return changed.every(({ toldNumber, subject, organizer }) => {
    return toldNumber !== undefined && subject !== organizer?.name;
  });
}

function eventsOf({ event, exceptions }: Root): readonly CalendarEvent[] {
  return event === undefined ? exceptions : [event, ...exceptions];
}

function wordsOf(root: Root): string {
  const events = eventsOf(root).map((one) => [one.start, one.end, detailsOf(one)]);
  return JSON.stringify([root.occurrences, events]);
}

/** What an entry says but for its times, and for the text that is not held. */
function detailsOf(event: CalendarEvent): string {
  const { changedAt: _, changeKey: __, start: ___, end: ____, ...words } = event;
  const { toldNumber: _____, ...details } = words;
  return JSON.stringify(details);
}
