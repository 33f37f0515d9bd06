/**
 * Shows in the rooms' own calendars how long an extended conference goes on, so that nobody books the room into the talk:
 * the room's copy of the meeting ends later, and as in Outlook again once the conference is over. The organizer's event is
 * never touched. A separate entry would be in the way of the meeting's own next update: Exchange would have the room
 * decline a later end, because the room is taken by that entry.
 *
 * At least once; safe because a copy is read before it is written, over the version that was read; what is being written is
 * said before (`RoomStore.putShownLonger`), so that rounds of changes know it for ours even when this process dies between
 * the write and the record. A copy that has become another's since is left alone.
 */
import type { InCalendar } from '../src/conference/extension.ts';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import { GraphFault } from '../src/graph/fault.ts';
import { endRoomCopyAt, type RoomCopy, readRoomCopy } from '../src/graph/room-copy.ts';
import type { ShownLonger } from '../src/meeting/shown-longer.ts';
import { echo } from './bodies.ts';
import { type Hand, mustBeOurs, record } from './hand.ts';

/** Milliseconds until a mailbox that could not be written is tried again. */
const again = 30_000;
/** One that refuses is asked once a day. */
const day = 86_400_000;

type Outcome =
  | { readonly kind: 'done'; readonly said: InCalendar; readonly notes: readonly TimelineEntry[] }
  | { readonly kind: 'later'; readonly at: number };

export async function showInRooms(
  hand: Hand,
  ends: ReadonlyMap<string, number>,
): Promise<number | undefined> {
  const { deps, meeting } = hand;
  if (meeting.run === undefined) return undefined;
  mustBeOurs(hand);
  const outcomes = await Promise.all(
    [...ends].map(async ([room, end]) => [room, await show(hand, room, end)] as const),
  );
  const said: Record<string, InCalendar> = { ...meeting.run.inCalendar };
  const notes: TimelineEntry[] = [];
  let at: number | undefined;
  for (const [room, outcome] of outcomes) {
    if (outcome.kind === 'later') at = Math.min(at ?? Number.POSITIVE_INFINITY, outcome.at);
    else {
      said[room] = outcome.said;
      notes.push(...outcome.notes);
    }
  }
  const { inCalendarAt: _, ...run } = meeting.run;
  await record(hand, { ...run, inCalendar: said, ...(at === undefined ? {} : { inCalendarAt: at }) }, notes);
  deps.log.debug({ key: meeting.key, rooms: ends.size }, "rooms' calendars were written");
  return undefined;
}

async function show(hand: Hand, room: string, end: number): Promise<Outcome> {
  const { deps, meeting, now } = hand;
  const { run, booked } = meeting;
  const before = run?.inCalendar?.[room];
  const isExtended = run?.closedAt === undefined && booked !== undefined && run?.extension?.of === booked.end;
  const of = isExtended && end > booked.end ? booked.end : (before?.of ?? end);
  const left = (reason?: string): Outcome => ({
    kind: 'done',
    said: { of, until: before?.of === of ? before.until : of, isLeft: true },
    notes: reason === undefined ? [] : [{ at: Date.now(), what: 'not-shown-in-room', room, reason }],
  });
  const { calendarRefusedAt } = await deps.rooms.status(room);
  if (calendarRefusedAt !== undefined && now < calendarRefusedAt + day) return left();
  try {
    const entry = await entryOf(hand, room);
    if (entry === undefined) return left();
    const copy = await readRoomCopy(deps.graph, room, entry.id);
    const known = (await deps.rooms.shownLonger(room)).get(entry.id);
    const shown: ShownLonger =
      known?.bookedEnd === of ? known : { bookedEnd: of, versions: [], isOccurrence: entry.isOccurrence };
    if (copy.isCancelled || !isAsLeft(copy, shown)) return left();
    const written = copy.end === end ? copy : await write(hand, room, copy, shown, end);
    const versions = [...new Set([...shown.versions, written.version])].slice(-8);
    const { bookedEnd, isOccurrence } = shown;
    await deps.rooms.putShownLonger(room, entry.id, { bookedEnd, isOccurrence, versions }, now);
    if (calendarRefusedAt !== undefined) await permitted(hand, room);
    const until = new Date(end).toISOString();
    const notes = end === of ? [] : [{ at: Date.now(), what: 'shown-in-room' as const, room, until }];
    return { kind: 'done', said: { of, until: end }, notes };
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error;
    if (error.kind === 'absent') return left();
    if (error.kind === 'refused' && error.status !== 401) {
      await refused(hand, room);
      return left('the mailbox may not be written');
    }
    deps.log.warn(
      { key: meeting.key, kind: error.kind, status: error.status },
      "a room's calendar is written later",
    );
    return { kind: 'later', at: Date.now() + (error.kind === 'stale' ? 1_000 : (error.retryAfter ?? again)) };
  }
}

/** Nobody but us and the organizer, whose end it is, has written it. */
function isAsLeft({ end, version }: RoomCopy, { bookedEnd, writing, versions }: ShownLonger): boolean {
  return end === bookedEnd || end === writing || versions.includes(version);
}

async function write(
  hand: Hand,
  room: string,
  copy: RoomCopy,
  shown: ShownLonger,
  end: number,
): Promise<RoomCopy> {
  const { deps, now } = hand;
  await deps.rooms.putShownLonger(room, copy.id, { ...shown, writing: end }, now);
  await deps.rooms.expectEcho(room, copy.id, Date.now() + echo.within, echo.count);
  return await endRoomCopyAt(deps.graph, room, copy, end);
}

/** The room's entry for the meeting; of a series the one date. */
export async function entryOf(
  { deps, meeting }: Hand,
  room: string,
): Promise<{ readonly id: string; readonly isOccurrence: boolean } | undefined> {
  const booking = meeting.bookings.get(room);
  if (booking === undefined) return undefined;
  const { eventId, originalStart, exceptionUid } = booking;
  if (originalStart === undefined || exceptionUid !== undefined) return { id: eventId, isOccurrence: false };
  const { root } = (await deps.rooms.calendars.roots(room, { roots: [eventId] })).get(eventId) ?? {};
  const occurrence = root?.occurrences.find(([, start]) => start === booking.start);
  return occurrence === undefined ? undefined : { id: occurrence[0], isOccurrence: true };
}

/** Said once, to administrators: nothing fails by it. */
async function refused({ deps, now }: Hand, room: string): Promise<void> {
  await deps.rooms.putStatus(room, { calendarRefusedAt: now });
  const detail = 'the application may read this mailbox, and not write it';
  await deps.tickets.settle(scopeOf(room), [{ code: 'room-calendar-refused', about: room, detail }], now);
  deps.log.info({ room }, "the room's calendar cannot show that a conference goes on");
}

async function permitted({ deps, now }: Hand, room: string): Promise<void> {
  await deps.rooms.putStatus(room, { calendarRefusedAt: undefined });
  await deps.tickets.settle(scopeOf(room), [], now);
}

function scopeOf(room: string): string {
  return `room-calendar ${room}`;
}
