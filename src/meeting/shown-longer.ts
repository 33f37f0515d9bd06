/**
 * A room's own copy of a meeting that we let last longer than its organizer has it, while people are still in the
 * conference. What the room's calendar says of its end is then our word and not Outlook's: it is read as it is booked.
 */
import type { CalendarChange } from './calendar-event.ts';

export interface ShownLonger {
  /** The end in Outlook. Instants in epoch ms. */
  readonly bookedEnd: number;
  /** The end that is being written, until its version is known. */
  readonly writing?: number;
  /** Versions of the copy that we have written. */
  readonly versions: readonly string[];
  /** The copy was one of its series like any other, and stands for itself only because we wrote it. */
  readonly isOccurrence: boolean;
}

/** The change without our part in it. What anybody else has written since is that one's word. */
export function asBooked(change: CalendarChange, shown: ReadonlyMap<string, ShownLonger>): CalendarChange {
  if (change.kind !== 'event') return change;
  const { event } = change;
  const ours = shown.get(event.id);
  if (ours === undefined) return change;
  const isOurs = event.changeKey !== undefined && ours.versions.includes(event.changeKey);
  if (!isOurs && event.end !== ours.writing) return change;
  const { bookedEnd: end, isOccurrence } = ours;
  const { id, seriesMasterId, start } = event;
  if (isOccurrence && seriesMasterId !== undefined)
    return { kind: 'occurrence', id, seriesMasterId, start, end };
  return { kind: 'event', event: { ...event, end } };
}
