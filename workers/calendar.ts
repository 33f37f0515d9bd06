/**
 * Brings what we hold of one room to what its mailbox says. At least once; safe because
 * - a delta link is stored in one transaction with what it stands for, after the meetings it changed were written:
 *   killed before, the same round is read and written again, and writing what stands already changes nothing;
 * - the agenda lets one process at a time have a room; two rooms of one meeting write fields of their own.
 */
import type { Logger } from 'pino';
import type { Meeting } from '../src/conference/meeting.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import type { GraphClient } from '../src/graph/client.ts';
import { GraphFault } from '../src/graph/fault.ts';
import { deleteSubscription } from '../src/graph/subscriptions.ts';
import { mergeBookings, type RoomBooking, sameBooking } from '../src/meeting/booking.ts';
import { bookingsOf, type HeldCalendar, type RoundOutcome } from '../src/meeting/calendar.ts';
import type { MeetingStore } from '../src/redis/meetings.ts';
import type { RoomCalendar, RoomStatus, RoomStore } from '../src/redis/rooms.ts';
import type { SlotStore } from '../src/redis/slots.ts';
import type { Placing } from './placing.ts';
import type { Work } from './processor.ts';
import { addMissingMasters, type ReadingDeps, readRound } from './reading.ts';
import { deleteStrangers, ensureSubscription, type SubscribingDeps } from './subscribing.ts';

export interface CalendarDeps extends SubscribingDeps, ReadingDeps {
  readonly graph: GraphClient;
  readonly rooms: RoomStore;
  readonly meetings: MeetingStore;
  readonly placing: Placing;
  readonly slots: SlotStore;
  readonly log: Logger;
  /** Epoch ms. */
  now(): number;
  /** Milliseconds after which a room is read at the latest, notified or not. */
  readonly sweep: number;
  /** Whether this room is still in the configuration. */
  isRoom(mailbox: string): boolean;
  /** Resolves once conferences that run already are known, or cannot be asked for: slots may be given out then. */
  readyToPlace(): Promise<boolean>;
  roomRead(mailbox: string): Promise<void>;
  ringConferences(keys: readonly string[]): Promise<void>;
  invite(uids: readonly string[]): Promise<void>;
}

/** The key under which this queue looks for subscriptions that nobody knows. */
export const strangersKey = '*';
const strangersEvery = 600_000;
/**
 * One that another process is just making is unknown until Graph has answered, which a request waits for at most 30 s:
 * only what stays unknown for longer is deleted.
 */
const strangersAgain = 35_000;

/** The sweeps of many rooms are spread out. */
const sweepAfter = (sweep: number) => sweep * (0.8 + Math.random() * 0.2);
/** Until bridges have been asked what runs on them. */
const waitForBridges = 1_000;
/** From here on a conference may be being opened. */
const aboutToStart = 600_000;

export async function bringRoom(
  deps: CalendarDeps,
  { key: mailbox }: Pick<Work, 'key'>,
): Promise<number | undefined> {
  if (mailbox === strangersKey) return await lookForStrangers(deps);
  if (!deps.isRoom(mailbox)) return undefined;
  if (!(await deps.readyToPlace())) return deps.now() + waitForBridges;
  const status = await deps.rooms.status(mailbox);
  const now = deps.now();
  const trouble = await subscribe(deps, mailbox, status, now);
  try {
    await sync(deps, mailbox, status, now);
    await deps.rooms.putStatus(mailbox, {
      lastSync: deps.now(),
      error: undefined,
      errorSince: undefined,
      failures: undefined,
      missed: undefined,
    });
    const renewAt = (await deps.rooms.subscriptionOf(mailbox))?.renewAt ?? Number.POSITIVE_INFINITY;
    return Math.min(deps.now() + (trouble ?? sweepAfter(deps.sweep)), Math.max(renewAt, deps.now() + 1_000));
  } catch (error) {
    return deps.now() + (await noteFailure(deps, mailbox, status, error));
  }
}

async function lookForStrangers(deps: CalendarDeps): Promise<number> {
  try {
    const now = deps.now();
    const former = await forgetFormerRooms(deps, now);
    const unknown = await deleteStrangers(deps, await deps.rooms.unknownSubscriptions(), now);
    await deps.rooms.putUnknownSubscriptions(unknown);
    return deps.now() + (unknown.size > 0 || former ? strangersAgain : strangersEvery);
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    return deps.now() + (error.retryAfter ?? strangersAgain);
  }
}

/**
 * A room that was taken out of the configuration books nothing any more, and Graph need not tell us of it. One that a
 * process with another configuration still reads is left alone.
 * @returns whether some such room may still be read by somebody
 */
async function forgetFormerRooms(deps: CalendarDeps, now: number): Promise<boolean> {
  let waiting = false;
  for (const { id, mailbox } of await deps.rooms.subscriptions()) {
    if (deps.isRoom(mailbox)) continue;
    const { lastSync = 0 } = await deps.rooms.status(mailbox);
    if (now - lastSync < 3 * deps.sweep) {
      waiting = true;
      continue;
    }
    const before = await deps.rooms.calendar(mailbox);
    const nothing = { held: new Map(), bookings: new Map(), deltaLink: undefined, window: undefined };
    // What is over stays as it was.
    await apply(deps, mailbox, before, nothing.bookings, now, now);
    await deps.rooms.putCalendar(mailbox, before, { ...nothing, baselineAt: 0 });
    await deleteSubscription(deps.graph, id);
    await deps.rooms.dropSubscription(mailbox, id);
    deps.log.info({ mailbox }, 'room is no longer configured');
  }
  return waiting;
}

/** A room without a subscription is still read. @returns how soon to try again, when there is none */
async function subscribe(
  deps: CalendarDeps,
  mailbox: string,
  status: RoomStatus,
  now: number,
): Promise<number | undefined> {
  try {
    await ensureSubscription(deps, mailbox, status, now);
    return undefined;
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    deps.log.warn({ mailbox, reason: error.message }, 'no subscription');
    await deps.rooms.putStatus(mailbox, {
      subscriptionError: error.message,
      subscriptionErrorSince: status.subscriptionErrorSince ?? now,
    });
    return error.retryAfter ?? 15_000 + Math.random() * 5_000;
  }
}

/** @returns milliseconds until the next try: what Graph asks for, else longer each time */
async function noteFailure(
  deps: CalendarDeps,
  mailbox: string,
  status: RoomStatus,
  error: unknown,
): Promise<number> {
  if (!(error instanceof GraphFault)) throw error;
  const failures = (status.failures ?? 0) + 1;
  deps.log.warn({ mailbox, reason: error.message, failures }, 'room could not be read');
  const errorSince = status.errorSince ?? deps.now();
  await deps.rooms.putStatus(mailbox, { error: error.message, errorSince, failures });
  return error.retryAfter ?? Math.min(2_000 * 2 ** Math.min(failures - 1, 5), 60_000);
}

async function sync(deps: CalendarDeps, mailbox: string, status: RoomStatus, now: number): Promise<void> {
  const before = await deps.rooms.calendar(mailbox);
  const round = await readRound(deps, mailbox, before, status, now);
  const { outcome } = round;
  await addMissingMasters(deps, mailbox, outcome.held);
  const bookings = bookingsOf(outcome.held, before.bookings, now);
  await apply(deps, mailbox, before, bookings, round.window.from, now);
  await deps.invite(uidsTouched(before.held, outcome));
  const { deltaLink, window, baselineAt } = round;
  await deps.rooms.putCalendar(mailbox, before, {
    held: outcome.held,
    bookings,
    deltaLink,
    window,
    baselineAt,
  });
  await deps.roomRead(mailbox);
  if (outcome.touched.size > 0) await deps.rooms.putStatus(mailbox, { lastChange: now });
}

/** Tells the meetings what the room's calendar now says, and gives them their slots. */
async function apply(
  deps: CalendarDeps,
  mailbox: string,
  before: RoomCalendar,
  after: ReadonlyMap<string, RoomBooking>,
  windowFrom: number,
  now: number,
): Promise<void> {
  const changed: string[] = [];
  for (const [key, booking] of after) {
    const known = before.bookings.get(key);
    if (known !== undefined && sameBooking(known, booking)) continue;
    // What was over before we first saw it is none of our business, unless it was found running.
    if (known === undefined && booking.end <= now && !(await deps.placing.isFound(key))) continue;
    changed.push(key);
  }
  for (const [key, booking] of before.bookings) {
    // What has slid out of the window is past, not cancelled.
    if (!after.has(key) && booking.end >= windowFrom) changed.push(key);
  }
  const meetings = new Map((await deps.meetings.loadMany(changed)).map((meeting) => [meeting.key, meeting]));
  for (const key of changed) await put(deps, mailbox, key, after.get(key), meetings.get(key), now);
  await makeRoom(deps, changed, now);
  await deps.placing.place(changed);
  await deps.ringConferences(changed);
  const uids = new Set(changed.map((key) => (after.get(key) ?? before.bookings.get(key))?.uid ?? ''));
  await deps.invite([...uids]);
  if (changed.length > 0) deps.log.info({ mailbox, meetings: changed.length }, 'bookings changed');
}

/**
 * A series that is moved a little must not find its own number taken by the occurrences it no longer has. What they held
 * is given back before anything new is placed; that they have no slot any more is written by the conference worker.
 */
async function makeRoom(deps: CalendarDeps, changed: readonly string[], now: number): Promise<void> {
  for (const { key, booked, placement, run, last } of await deps.meetings.loadMany(changed)) {
    const untouched = run === undefined && last.start > now + aboutToStart;
    if (booked === undefined && placement !== undefined && untouched) {
      await deps.slots.release(placement.cluster, [key]);
    }
  }
}

/** Two rooms of one meeting may be read at the same moment: whoever comes second builds on what the first has written. */
async function put(
  deps: CalendarDeps,
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
  const merged = mergeBookings(bookings);
  const notes = notesOn(mailbox, meeting?.booked, merged, now);
  if (await deps.meetings.putBooking(mailbox, key, booking, merged, notes, seen)) return;
  await put(deps, mailbox, key, booking, await deps.meetings.load(key), now);
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

/** Events and series whose entries were touched: their organizer's copy may say something else now. */
function uidsTouched(before: HeldCalendar, { held, touched }: RoundOutcome): string[] {
  const uids = new Set<string>();
  for (const id of touched) {
    const entry = held.get(id) ?? before.get(id);
    const masterId = entry?.kind === 'event' ? entry.event.seriesMasterId : entry?.seriesMasterId;
    const top = masterId === undefined ? entry : (held.get(masterId) ?? before.get(masterId));
    if (top?.kind === 'event') uids.add(top.event.iCalUId);
  }
  return [...uids];
}
