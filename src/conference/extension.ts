/** What goes with an extension: how long the rooms' calendars show it, and what people are told before an end. */
import type { Booked } from '../meeting/booking.ts';
import type { Run } from './run.ts';

/** What a room's own copy of the meeting says of the extension. Instants in epoch ms. */
export interface InCalendar {
  /** The end in Outlook that is extended. */
  readonly of: number;
  /** The end that the copy was given; `of` once it is as its organizer has it again. */
  readonly until: number;
  /** Not ours to write any more: somebody else has changed it, or it may not be written. */
  readonly isLeft?: true;
}

/**
 * Which rooms' copies are to end when: as long as the conference goes on, and as in Outlook afterwards. The copy of a
 * room that has booked itself is the organizer's own, and days end by the calendar: those are left alone.
 * @param end the end that holds now
 * @returns room -> epoch ms
 */
export function endsToShow(run: Run, booked: Booked | undefined, end: number): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  const { inCalendar = {}, extension, closedAt } = run;
  const isExtended = closedAt === undefined && booked !== undefined && extension?.of === booked.end;
  const rooms = isExtended && booked.isAllDay !== true ? booked.rooms : [];
  const organizer = booked?.organizer?.address.toLowerCase();
  for (const room of rooms) {
    const said = inCalendar[room];
    const isNews = said?.of !== booked?.end;
    if (organizer === room.toLowerCase() || (!isNews && said?.isLeft)) continue;
    if (isNews || said?.until !== end) ends.set(room, end);
  }
  for (const [room, { of, until, isLeft }] of Object.entries(inCalendar)) {
    const goesOn = isExtended && of === extension?.of && rooms.includes(room);
    if (!goesOn && !isLeft && until !== of && !ends.has(room)) ends.set(room, of);
  }
  return ends;
}

/** Which warnings were considered before an end. */
export interface Warned {
  readonly end: number;
  /** Milliseconds before the end. */
  readonly before: readonly number[];
}

/** Those that lie before the start of a short meeting are none. */
function warningsOf(
  { start }: Pick<Booked, 'start'>,
  end: number,
  { warned }: Run,
  all: readonly number[],
): number[] {
  const done = warned?.end === end ? warned.before : [];
  return all.filter((before) => before < end - start && !done.includes(before));
}

/** Those whose time has come. Where several have, the process was away: one is given, with the time that is left. */
export function warningsDue(
  booked: Pick<Booked, 'start'>,
  end: number,
  run: Run,
  all: readonly number[],
  now: number,
): readonly number[] {
  return now >= end ? [] : warningsOf(booked, end, run, all).filter((before) => end - before <= now);
}

/** When the next one is due, epoch ms; infinity for none. */
export function nextWarningAt(
  booked: Pick<Booked, 'start'>,
  end: number,
  run: Run,
  all: readonly number[],
): number {
  return Math.min(...warningsOf(booked, end, run, all).map((before) => end - before));
}
