/** One room's copy of an event or of one occurrence, and what the copies of all rooms mean together. */
import type { CalendarEvent } from './calendar-event.ts';

export interface RoomBooking {
  readonly key: string;
  /** iCalUId of the series (its master), or of the event itself. */
  readonly uid: string;
  /** Set for an occurrence: the instant at which the series has it, wherever it was moved. */
  readonly originalStart?: number;
  /** Set for an exception: its own iCalUId, by which the organizer's copy of it is found. */
  readonly exceptionUid?: string;
  readonly start: number;
  readonly end: number;
  /** As the room's copy has it; empty for a private meeting. */
  readonly title: string;
  /** Needed to write the invitation; of a private meeting nobody is shown it. */
  readonly organizer?: { readonly name: string; readonly address: string };
  readonly isPrivate: boolean;
  /** When we first saw this start and end, epoch ms: the newest word wins while copies of rooms still differ. */
  readonly timesSince: number;
  /** Set while the room, which had accepted, is asked again: it keeps what it had until it answers. */
  readonly askedAgainAt?: number;
}

/** What people mean: the bookings of one event or occurrence in any number of rooms. */
export interface Booked extends Omit<RoomBooking, 'timesSince' | 'askedAgainAt'> {
  /** Mailboxes, sorted. */
  readonly rooms: readonly string[];
}

/** The key of a meeting: the event's iCalUId, and for an occurrence the series' with the original start. */
export function meetingKey(uid: string, originalStart?: number): string {
  return originalStart === undefined
    ? uid
    : `${uid}@${new Date(originalStart).toISOString().replace('.000Z', 'Z')}`;
}

/** Whether the mailbox has this entry as an accepted booking, now. */
export function isAccepted(event: CalendarEvent): boolean {
  return !event.isCancelled && (event.response === 'accepted' || event.isOrganizer);
}

/** Whether the room has yet to answer: the first of the two phases in which Exchange processes an update. */
export function isPending({ isCancelled, response }: CalendarEvent): boolean {
  return (
    !isCancelled && (response === 'none' || response === 'notResponded' || response === 'tentativelyAccepted')
  );
}

/**
 * Puts the rooms' copies together. Undefined when no room has it any more.
 * Copies differ for the seconds in which rooms process an update one after the other: the newest times win.
 */
export function mergeBookings(bookings: ReadonlyMap<string, RoomBooking>): Booked | undefined {
  const rooms = [...bookings.keys()].sort();
  const newest = rooms
    .map((room) => bookings.get(room))
    .reduce(
      (best, next) => (best && next && next.timesSince > best.timesSince ? next : (best ?? next)),
      undefined,
    );
  if (newest === undefined) return undefined;
  const { timesSince: _, askedAgainAt: __, ...rest } = newest;
  return { ...rest, isPrivate: [...bookings.values()].some((booking) => booking.isPrivate), rooms };
}

/** Whether two rooms' copies mean the same, whatever the time at which we learned it. */
export function sameBooking(a: RoomBooking, b: RoomBooking): boolean {
  return meaning(a) === meaning(b);
}

function meaning({ timesSince: _, askedAgainAt: __, ...booking }: RoomBooking): string {
  return JSON.stringify(booking);
}
