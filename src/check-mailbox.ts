/** What a room's own entries, beside the organizers' copies of them, betray of how its mailbox treats bookings. */
import type { SurveyedEntry } from './graph/survey.ts';

/** The organizer's own copy of an entry. */
export interface OwnCopy {
  readonly subject: string;
  readonly isPrivate: boolean;
  readonly hasText: boolean;
}

export interface Compared {
  readonly entry: SurveyedEntry;
  readonly copy: OwnCopy;
}

/** Settings of Set-CalendarProcessing, as the word for what they do. */
export type Habit =
  | 'replaces-titles'
  | 'adds-organizers'
  | 'deletes-titles'
  | 'deletes-texts'
  | 'clears-private'
  | 'leaves-unanswered'
  | 'keeps-cancelled';

export interface Betrayed {
  readonly habits: ReadonlySet<Habit>;
  /** Accepted bookings of others that were looked at. */
  readonly bookings: number;
  /** Bookings that wait for the room's answer for too long. */
  readonly waiting: number;
}

/** Milliseconds in which Exchange answers for a room, even on a bad day. */
const answersWithin = 600_000;

/** `now` in epoch ms. What nothing betrays is in no habit; it may be set all the same. */
export function betrayed(
  entries: readonly SurveyedEntry[],
  compared: readonly Compared[],
  now: number,
): Betrayed {
  const booked = entries.filter(isBooked);
  const waiting = entries.filter(({ event, changed = now }) => {
    const answered = event.isOrganizer || event.response === 'accepted' || event.response === 'declined';
    return !answered && !event.isCancelled && event.end > now && now - changed > answersWithin;
  }).length;
  const habits = new Set<Habit>(compared.flatMap(shownBy));
  // Without a copy to compare with, one meeting named after its organizer proves nothing; all of them do.
  const subjects = new Set(booked.map(subjectOf));
  if (compared.length === 0 && subjects.size === 1) {
    for (const subject of subjects) if (subject !== undefined) habits.add(subject);
  }
  if (waiting > 0) habits.add('leaves-unanswered');
  if (entries.some(({ event }) => event.isCancelled)) habits.add('keeps-cancelled');
  return { habits, bookings: booked.length, waiting };
}

/** Those whose organizers' copies tell the most: the room's own treatment as it was of late, and single events first. */
export function bestToCompare(
  entries: readonly SurveyedEntry[],
  mayAsk: (organizer: string) => boolean,
): SurveyedEntry[] {
  const rank = ({ event }: SurveyedEntry) => (event.seriesMasterId === undefined ? 0 : 1);
  return (
    entries
      // An exception has a text of its own, which the organizer's series does not show.
      .filter((entry) => isBooked(entry) && entry.event.type !== 'exception')
      .filter(({ event }) => mayAsk(event.organizer?.address ?? ''))
      .sort((a, b) => rank(a) - rank(b) || (b.changed ?? 0) - (a.changed ?? 0))
  );
}

/** By somebody else, and accepted. */
function isBooked({ event }: SurveyedEntry): boolean {
  return event.response === 'accepted' && !event.isOrganizer && !event.isCancelled;
}

function shownBy({ entry, copy }: Compared): Habit[] {
  const subject = same(copy.subject, entry.event.subject) ? undefined : subjectOf(entry);
  return [
    ...(subject === undefined ? [] : [subject]),
    ...(copy.hasText && !entry.hasText ? (['deletes-texts'] as const) : []),
    ...(copy.isPrivate && entry.event.sensitivity === 'normal' ? (['clears-private'] as const) : []),
  ];
}

/** What stands in place of a title, or before it. */
function subjectOf({ event: { subject, organizer } }: SurveyedEntry): Habit | undefined {
  if (subject.trim() === '') return 'deletes-titles';
  const name = organizer?.name.trim() ?? '';
  if (name === '') return undefined;
  if (same(subject, name)) return 'replaces-titles';
  return subject.trim().toLowerCase().startsWith(`${name.toLowerCase()} `) ? 'adds-organizers' : undefined;
}

function same(a: string, b: string): boolean {
  return a.trim().toLowerCase() === b.trim().toLowerCase();
}
