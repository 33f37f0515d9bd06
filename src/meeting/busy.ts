/** When a room is taken by what stands in its calendar, with a conference or without one. */
import type { Root } from './calendar.ts';
import type { CalendarEvent } from './calendar-event.ts';

/** Epoch ms. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * What the room has not answered yet does not count: whoever answers for it sees what else stands there.
 * @returns what overlaps the window, by start
 */
export function busyTimes(roots: Iterable<Root>, from: number, to: number): Span[] {
  const spans: Span[] = [];
  for (const { event, exceptions, occurrences } of roots) {
    const isCancelled = event?.isCancelled === true;
    const single = event === undefined || event.type === 'seriesMaster' ? [] : [event];
    for (const one of [...single, ...exceptions]) if (!isCancelled && takesTime(one)) spans.push(one);
    if (event === undefined || !takesTime(event)) continue;
    for (const [, start, end] of occurrences) spans.push({ start, end });
  }
  return spans
    .filter(({ start, end }) => start < to && end > from && end > start)
    .map(({ start, end }) => ({ start, end }))
    .sort((a, b) => a.start - b.start);
}

/** As free/busy has it: tentative time is time that somebody counts on, once it is in the room's own hand. */
function takesTime({ isCancelled, isOrganizer, response, showAs }: CalendarEvent): boolean {
  if (isCancelled || showAs === 'free' || showAs === 'workingElsewhere') return false;
  return isOrganizer || response === 'accepted' || response === 'organizer';
}
