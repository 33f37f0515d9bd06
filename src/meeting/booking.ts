/** One room's copy of an event or of one occurrence, and what the copies of all rooms mean together. */
export interface RoomBooking {
  readonly key: string;
  /** Id in this room's mailbox of the entry that it was read off: the event, the series' master or the exception. */
  readonly eventId: string;
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
  readonly isAllDay?: true;
  /** The policy of access that its text asks for. */
  readonly access?: string;
  /** What this room hides of every meeting; `organizer` hides the title too. */
  readonly hides?: 'title' | 'organizer';
  /** When we first saw this start and end, epoch ms: the newest word wins while copies of rooms still differ. */
  readonly timesSince: number;
  /** Set for what ran under this key when it became another: the key it would have of itself. */
  readonly continues?: string;
  /** Set for what runs on until its end though the calendar no longer has it. */
  readonly isKept?: true;
  /** Set while the room, which had accepted, is asked again: it keeps what it had until it answers. */
  readonly askedAgainAt?: number;
}

type OfOneRoom = 'eventId' | 'timesSince' | 'askedAgainAt' | 'continues' | 'isKept';

/** What people mean: the bookings of one event or occurrence in any number of rooms. */
export interface Booked extends Omit<RoomBooking, OfOneRoom> {
  /** Mailboxes, sorted. */
  readonly rooms: readonly string[];
}

/** The key of a meeting: the event's iCalUId, and for an occurrence the series' with the original start. */
export function meetingKey(uid: string, originalStart?: number): string {
  return originalStart === undefined
    ? uid
    : `${uid}@${new Date(originalStart).toISOString().replace('.000Z', 'Z')}`;
}

/** The iCalUId in such a key, of the event or of the series. */
export function uidIn(key: string): string {
  return key.replace(/@\d{4}-\d\d-\d\dT[\d:.]+Z$/, '');
}

/** The original start that the key of an occurrence tells; undefined for that of a single event. */
export function originalStartIn(key: string, uid: string): number | undefined {
  const at = key.startsWith(`${uid}@`) ? Date.parse(key.slice(uid.length + 1)) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

/** When the organizer's own copy has a meeting of which rooms say different times; all in epoch ms. */
export interface OrganizersTimes {
  readonly start: number;
  readonly end: number;
  /** When it was looked at. */
  readonly at: number;
}

/**
 * Puts the rooms' copies together. Undefined when no room has it any more.
 * Copies differ for the seconds in which rooms process an update one after the other: the newest times win. Where they
 * differ for longer (one was away when all were told) the organizer's own copy says which hold, and a room that has the
 * meeting at no such time is not in it: somebody else may have it then.
 */
export function mergeBookings(
  bookings: ReadonlyMap<string, RoomBooking>,
  organizer?: OrganizersTimes,
): Booked | undefined {
  const present = organizer === undefined ? bookings : among(bookings, organizer);
  const rooms = [...present.keys()].sort();
  const newest = rooms
    .map((room) => present.get(room))
    .reduce(
      (best, next) => (best && next && next.timesSince > best.timesSince ? next : (best ?? next)),
      undefined,
    );
  if (newest === undefined) return undefined;
  const { eventId: _, timesSince: __, askedAgainAt: ___, continues: ____, isKept: _____, ...rest } = newest;
  const all = [...present.values()];
  const hides = (['organizer', 'title'] as const).find((what) =>
    all.some((booking) => booking.hides === what),
  );
  const access = newest.access ?? all.find((booking) => booking.access !== undefined)?.access;
  return {
    ...rest,
    ...(access === undefined ? {} : { access }),
    isPrivate: all.some((booking) => booking.isPrivate),
    ...(hides === undefined ? {} : { hides }),
    rooms,
  };
}

/** Those which the organizer's copy confirms, or all of them where it confirms none, or a room has said something since. */
function among(
  bookings: ReadonlyMap<string, RoomBooking>,
  { start, end, at }: OrganizersTimes,
): ReadonlyMap<string, RoomBooking> {
  const all = [...bookings];
  const isSo = all.some(([, booking]) => booking.start === start && booking.end === end);
  if (!isSo || all.some(([, { timesSince }]) => timesSince > at)) return bookings;
  const inTime = all.filter(([, booking]) => booking.start < end && booking.end > start);
  // Who has it at exactly these times speaks for all.
  const since = (booking: RoomBooking) => (booking.start === start && booking.end === end ? at + 1 : 0);
  return new Map(inTime.map(([room, booking]) => [room, { ...booking, timesSince: since(booking) }]));
}

/** Since when rooms' copies say different times (epoch ms); undefined while they agree. */
export function differingSince(bookings: ReadonlyMap<string, RoomBooking>): number | undefined {
  const all = [...bookings.values()];
  const [first] = all;
  if (all.every(({ start, end }) => start === first?.start && end === first.end)) return undefined;
  return Math.max(...all.map(({ timesSince }) => timesSince));
}

/** Whether two rooms' copies mean the same, whatever the time at which we learned it. */
export function sameBooking(a: RoomBooking, b: RoomBooking): boolean {
  return meaning(a) === meaning(b);
}

function meaning({ timesSince: _, askedAgainAt: __, isKept: ___, ...booking }: RoomBooking): string {
  return JSON.stringify(Object.entries(booking).sort(([a], [b]) => (a < b ? -1 : 1)));
}
