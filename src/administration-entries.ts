/** The entries of a room's calendar as it was last read, each with the meeting that it is, or why it is none. */
import { type Meeting, neutralTitle, organizerShown, stateOf, titleOf } from './conference/meeting.ts';
import { iso, isoOrNull } from './conference/view.ts';
import type { Config, RoomConfig } from './config.ts';
import { meetingKey, type RoomBooking } from './meeting/booking.ts';
import type { CalendarEvent } from './meeting/calendar-event.ts';
import { decide, type ReasonNotForUs } from './meeting/decision.ts';
import type { HeldRoot } from './meeting/room-bookings.ts';
import type { MeetingStore } from './redis/meetings.ts';
import type { RoomStore } from './redis/rooms.ts';
import { roomRules } from './room-rules.ts';

interface Deps {
  readonly config: Config;
  readonly meetings: Pick<MeetingStore, 'loadMany'>;
  readonly rooms: RoomStore;
  /** Epoch ms. */
  now(): number;
}

/** An entry, or one date of a series. */
interface Found {
  readonly event: CalendarEvent;
  readonly kind: 'single' | 'date' | 'exception';
  readonly start: number;
  readonly end: number;
  /** Its whole series is. */
  readonly isCancelled: boolean;
  readonly booking: RoomBooking | undefined;
  /** Under which other rooms may have it. */
  readonly key: string;
}

/** More than one can choose from. */
const most = 300;

export async function listEntries(
  deps: Deps,
  room: RoomConfig,
  { from, to }: { readonly from: number; readonly to: number },
) {
  const { rooms, meetings, config } = deps;
  const [held, { lastSync }] = await Promise.all([
    rooms.calendars.all(room.mailbox),
    rooms.status(room.mailbox),
  ]);
  const found = [...held.values()]
    .flatMap(entriesOf)
    .filter(({ start, end }) => start < to && end > from)
    .sort((a, b) => a.start - b.start || a.end - b.end);
  const shown = found.slice(0, most);
  const known = await meetings.loadMany([...new Set(shown.map(({ key }) => key))]);
  const byKey = new Map(known.map((meeting) => [meeting.key, meeting]));
  const rules = roomRules(room, config).view;
  const now = deps.now();
  return {
    entries: shown.map((one) => entryView(one, room, byKey.get(one.key), reasonOf(one, rules, now))),
    more: found.length - shown.length,
    lastSync: isoOrNull(lastSync),
  };
}

function entriesOf({ root, bookings }: HeldRoot): Found[] {
  if (root === undefined) return [];
  const { event: master, occurrences, exceptions } = root;
  const booked = new Map([...bookings.values()].map((one) => [`${one.eventId} ${one.start}`, one]));
  const entry = (event: CalendarEvent, kind: Found['kind'], { start, end }: Times, key: string): Found => {
    const booking = booked.get(`${event.id} ${start}`);
    const isCancelled = event.isCancelled || master?.isCancelled === true;
    return { event, kind, start, end, isCancelled, booking, key: booking?.key ?? key };
  };
  if (master !== undefined && master.type !== 'seriesMaster')
    return [entry(master, 'single', master, master.iCalUId)];
  const dates = master === undefined ? [] : occurrences;
  return [
    ...exceptions.map((one) =>
      entry(
        one,
        'exception',
        one,
        meetingKey(master?.iCalUId ?? one.iCalUId, one.originalStart ?? one.start),
      ),
    ),
    ...dates.flatMap(([, start, end]) =>
      master === undefined ? [] : [entry(master, 'date', { start, end }, meetingKey(master.iCalUId, start))],
    ),
  ];
}

interface Times {
  readonly start: number;
  readonly end: number;
}

/** Null for what is a meeting, or is just becoming one. */
function reasonOf(
  { event, booking, start, end, isCancelled }: Found,
  rules: Parameters<typeof decide>[1],
  now: number,
): ReasonNotForUs | null {
  if (booking !== undefined) return null;
  const decision = decide({ ...event, start, end, isCancelled }, rules);
  if (decision.kind === 'not-for-us') return decision.reason;
  return end <= now ? 'past' : null;
}

/** Of what is no meeting the organizer's own copy is not known: it is called by a neutral name, as meetings are until then. */
function entryView(
  found: Found,
  room: RoomConfig,
  meeting: Meeting | undefined,
  reason: ReasonNotForUs | null,
) {
  const { event, kind, start, end, booking } = found;
  const shown = meeting ?? { last: bookedAlone(found, room) };
  const isPrivate = event.sensitivity !== 'normal';
  const isNamed = !isPrivate && room.privacy !== 'organizer';
  return {
    ...{ event: event.id, kind, start: iso(start), end: iso(end), isAllDay: event.isAllDay },
    title: isPrivate || room.privacy !== 'none' ? neutralTitle : titleOf(shown),
    organizer: (isNamed ? organizerShown(shown) : undefined) ?? null,
    meeting: booking === undefined || meeting === undefined ? null : meeting.key,
    state: booking === undefined || meeting === undefined ? null : stateOf(meeting).state,
    reason,
  };
}

/** As if this room alone had it. */
function bookedAlone({ event, start, end, key }: Found, { mailbox, privacy }: RoomConfig): Meeting['last'] {
  const { organizer, subject: title } = event;
  return {
    ...{ key, uid: key, start, end, title, isPrivate: event.sensitivity !== 'normal', rooms: [mailbox] },
    ...(organizer && { organizer: { ...organizer, address: organizer.address.toLowerCase() } }),
    ...(privacy === 'none' ? {} : { hides: privacy }),
  };
}
