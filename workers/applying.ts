/** Tells the meetings what a room's calendar now says, and gives them their slots. Writing what stands changes nothing. */
import type { Logger } from 'pino';
import { type Meeting, openRun } from '../src/conference/meeting.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import {
  mergeBookings,
  type OrganizersTimes,
  type RoomBooking,
  sameBooking,
} from '../src/meeting/booking.ts';
import type { Bookings } from '../src/meeting/room-bookings.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { RoomStore } from '../src/redis/rooms.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import { concerns } from '../src/work.ts';
import type { Placing } from './placing.ts';

export interface ApplyingDeps {
  readonly meetings: MeetingStore;
  readonly rooms: RoomStore;
  readonly placing: Placing;
  readonly slots: SlotStore;
  readonly clusters: readonly { readonly name: string }[];
  readonly log: Logger;
  /** Rings each at its time, epoch ms. */
  ringConferencesAt(rings: readonly { readonly key: string; readonly at: number }[]): Promise<void>;
  /** When a conference that starts then must be looked at first. */
  firstLook(start: number): number;
  /** From when on all that is needed for it should be known. */
  readyBy(start: number): number;
  /** Notes that people have changed these events or series (iCalUIds), before anybody is rung for it. */
  touched(uids: readonly string[]): Promise<void>;
  /** `urgent` does not wait for what else may change in the same moment. */
  invite(uids: readonly string[], urgent?: ReadonlySet<string>): Promise<void>;
}

/** From here on a conference may be being opened. */
const aboutToStart = 600_000;
/** A conference that is booked when it should be open already waits so long for its organizer's word on title and privacy. */
const titleWithin = 1_500;

/** @param touched iCalUIds of what else changed in the room's calendar: the organizer's copy may say something new */
export async function apply(
  deps: ApplyingDeps,
  mailbox: string,
  before: Bookings,
  after: Bookings,
  touched: ReadonlySet<string>,
  now: number,
): Promise<void> {
  const changed = await changedKeys(deps, before, after, now);
  for (const key of changed) concerns(key, [before.get(key)?.eventId, after.get(key)?.eventId]);
  const uids = changed.flatMap((key) => (after.get(key) ?? before.get(key))?.uid ?? []);
  const urgent = await tellMeetings(deps, mailbox, changed, after, now);
  await deps.invite([...new Set([...touched, ...uids])], urgent);
  if (changed.length > 0) deps.log.info({ mailbox, meetings: changed.length }, 'bookings changed');
}

/**
 * Brings these meetings to what the room's bookings say, with their slots; what has none is no longer booked there.
 * @returns iCalUIds of those that should be open already and of which nobody knows yet what their organizer calls them
 */
export async function tellMeetings(
  deps: ApplyingDeps,
  mailbox: string,
  keys: readonly string[],
  bookings: Bookings,
  now: number,
): Promise<ReadonlySet<string>> {
  const meetings = new Map((await deps.meetings.loadMany(keys)).map((meeting) => [meeting.key, meeting]));
  await Promise.all(keys.map((key) => put(deps, mailbox, key, bookings.get(key), meetings.get(key), now)));
  await makeRoom(deps, mailbox, keys, now);
  await deps.placing.place(keys);
  const urgent = new Set<string>();
  const rings = keys.map((key) => {
    const booking = bookings.get(key);
    const { run, organizerCopy } = meetings.get(key) ?? {};
    if (booking === undefined || run !== undefined) return { key, at: now };
    const at = Math.max(now, deps.firstLook(booking.start));
    const isEarly = deps.readyBy(booking.start) > now;
    if (isEarly || organizerCopy !== undefined || booking.organizer === undefined) return { key, at };
    urgent.add(booking.uid);
    return { key, at: now + titleWithin };
  });
  await deps.ringConferencesAt(rings);
  return urgent;
}

async function changedKeys(
  { placing, meetings }: ApplyingDeps,
  before: Bookings,
  after: Bookings,
  now: number,
): Promise<string[]> {
  const changed: string[] = [];
  for (const [key, booking] of after) {
    const known = before.get(key);
    if (known !== undefined && sameBooking(known, booking)) continue;
    // What was over before we first saw it is none of our business, unless it was found running.
    if (known === undefined && booking.end <= now && !(await placing.isFound(key))) continue;
    changed.push(key);
  }
  const gone = [...before.values()].filter(({ key }) => !after.has(key));
  changed.push(...gone.filter(({ end }) => end > now).map(({ key }) => key));
  // What is over, or has slid out of the window, is past and not cancelled; unless others have moved it ahead since, or
  // people are still in its conference.
  const past = gone.filter(({ end }) => end <= now).map(({ key }) => key);
  const ahead = (await meetings.loadMany(past)).filter(
    ({ booked, run }) => (booked?.end ?? 0) > now || openRun(run) !== undefined,
  );
  return [...changed, ...ahead.map(({ key }) => key)];
}

/**
 * A series that is moved a little must not find its own number taken by the occurrences it no longer has. What they held
 * is given back before anything new is placed; that they have no slot any more is written by the conference worker.
 */
async function makeRoom(deps: ApplyingDeps, mailbox: string, changed: readonly string[], now: number) {
  for (const { key, booked, placement, run, last } of await deps.meetings.loadMany(changed)) {
    if (booked === undefined && placement === undefined && run === undefined) {
      // Whoever had reserved one died before writing it down.
      for (const { name } of deps.clusters) await deps.slots.release(name, [key]);
      continue;
    }
    const untouched = run === undefined && last.start > now + aboutToStart;
    if (booked !== undefined || placement === undefined || !untouched) continue;
    await deps.slots.release(placement.cluster, [key]);
    const { cluster, number } = placement;
    if (last.originalStart !== undefined && last.organizer !== undefined) {
      await deps.rooms.leaveNumber(mailbox, last.organizer.address, { cluster, number }, now);
    }
  }
}

/** Two rooms of one meeting may be read at the same moment: whoever comes second builds on what the first has written. */
async function put(
  deps: Pick<ApplyingDeps, 'meetings'>,
  mailbox: string,
  key: string,
  booking: RoomBooking | undefined,
  meeting: Meeting | undefined,
  now: number,
): Promise<void> {
  const known = meeting?.bookings.get(mailbox);
  if (booking === undefined ? known === undefined : known !== undefined && sameBooking(known, booking))
    return;
  const seen: ReadonlyMap<string, RoomBooking> = meeting?.bookings ?? new Map();
  const bookings = new Map(seen);
  if (booking === undefined) bookings.delete(mailbox);
  else bookings.set(mailbox, booking);
  const merged = mergeBookings(bookings, meeting?.organizersTimes);
  const notes = notesOn(mailbox, meeting?.booked, merged, now);
  if (await deps.meetings.putBooking(mailbox, key, booking, merged, notes, seen)) return;
  await put(deps, mailbox, key, booking, await deps.meetings.load(key), now);
}

/**
 * Takes over what an organizer's own copy says of meetings whose rooms say different times: the meeting as it is written
 * down for lists and indexes, its slot, and its conference.
 */
export async function takeOrganizersWord(
  deps: ApplyingDeps,
  key: string,
  times: OrganizersTimes,
): Promise<void> {
  const meeting = await deps.meetings.load(key);
  const [[mailbox, booking] = []] = meeting?.bookings ?? [];
  if (meeting === undefined || mailbox === undefined || booking === undefined) return;
  const merged = mergeBookings(meeting.bookings, times);
  await deps.meetings.putOrganizersTimes(key, times);
  const rooms = [...meeting.bookings.keys()];
  const notes = rooms.flatMap((room) => notesOn(room, meeting.booked, merged, times.at));
  const once = new Map(notes.map((note) => [JSON.stringify(note), note]));
  // Whoever of the rooms is quicker than this builds on what was just written.
  await deps.meetings.putBooking(mailbox, key, booking, merged, [...once.values()], meeting.bookings);
  await deps.placing.place([key]);
  await deps.ringConferencesAt([{ key, at: times.at }]);
}

/** What the timeline says of the difference that one room made. */
function notesOn(
  room: string,
  before: Meeting['booked'],
  after: Meeting['booked'],
  at: number,
): TimelineEntry[] {
  if (after === undefined)
    return before === undefined
      ? []
      : [
          { at, what: 'room-removed', room },
          { at, what: 'cancelled' },
        ];
  const times = { start: new Date(after.start).toISOString(), end: new Date(after.end).toISOString() };
  if (before === undefined) return [{ at, what: 'booked', room, ...times }];
  const notes: TimelineEntry[] = [];
  if (!before.rooms.includes(room) && after.rooms.includes(room))
    notes.push({ at, what: 'room-added', room });
  if (before.rooms.includes(room) && !after.rooms.includes(room))
    notes.push({ at, what: 'room-removed', room });
  if (before.start !== after.start || before.end !== after.end) notes.push({ at, what: 'moved', ...times });
  if (before.title !== after.title) notes.push({ at, what: 'retitled' });
  return notes;
}
