/** The bookings that a room's calendar holds, read off its roots; and what goes on though a round took it away. */
import { meetingKey, originalStartIn, type RoomBooking } from './booking.ts';
import type { Root, RootChange, RoundOutcome } from './calendar.ts';
import type { CalendarEvent } from './calendar-event.ts';
import { decide, type RoomPolicy } from './decision.ts';
import { seriesOf } from './global-object-id.ts';

export interface RoomView extends RoomPolicy {
  /** What the room hides of every meeting. */
  readonly hides: 'none' | 'title' | 'organizer';
  /** Epoch ms. */
  readonly now: number;
  /** Keys of meetings whose conference goes on beyond their end: Outlook's word still counts for them. */
  readonly extended?: ReadonlySet<string>;
}

/** By meeting key. */
export type Bookings = ReadonlyMap<string, RoomBooking>;

/** How long a room that is asked again keeps its booking without an answer. */
const patience = 120_000;

/**
 * The bookings of one root. An occurrence takes everything but its time from its master; an exception stands for itself
 * and for the occurrence it replaces. `known` are the bookings that were read off the root before.
 */
export function bookingsOf(root: Root, known: Bookings, view: RoomView): Map<string, RoomBooking> {
  const bookings = new Map<string, RoomBooking>();
  const { event: master, occurrences, exceptions } = root;
  const add = (booking: Omit<RoomBooking, 'timesSince'>, event: CalendarEvent) => {
    const before = known.get(booking.key);
    const decision = decide({ ...event, start: booking.start, end: booking.end }, view);
    if (decision.kind === 'booking') {
      const same = before !== undefined && before.start === booking.start && before.end === booking.end;
      bookings.set(booking.key, { ...booking, timesSince: same ? before.timesSince : view.now });
    } else if (decision.reason === 'awaiting-answer' && before !== undefined) {
      // A room that had accepted and is asked again answers within seconds; until then it has what it had, and what
      // runs in it goes on.
      const askedAgainAt = before.askedAgainAt ?? view.now;
      const isRunning = before.start <= view.now && before.end > view.now;
      if (isRunning || view.now - askedAgainAt < patience) {
        bookings.set(booking.key, { ...before, askedAgainAt });
      }
    }
  };
  if (master !== undefined && master.type !== 'seriesMaster') {
    add({ ...namesOf(master), eventId: master.id, ...detailsOf(master, master, view) }, master);
    return bookings;
  }
  for (const event of exceptions) {
    const uid = master?.iCalUId ?? seriesOf(event.iCalUId)?.iCalUId ?? event.iCalUId;
    const originalStart = event.originalStart ?? event.start;
    const named = { key: meetingKey(uid, originalStart), uid, originalStart, exceptionUid: event.iCalUId };
    const isCancelled = event.isCancelled || master?.isCancelled === true;
    add({ ...named, eventId: event.id, ...detailsOf(event, event, view) }, { ...event, isCancelled });
  }
  if (master === undefined) return bookings;
  for (const [, start, end] of occurrences) {
    const { iCalUId: uid, id: eventId } = master;
    const named = { key: meetingKey(uid, start), uid, originalStart: start, eventId };
    add({ ...named, ...detailsOf(master, { start, end }, view) }, master);
  }
  return bookings;
}

/** A room that was asked to one occurrence has it as a single event, whose iCalUId tells the series and the day. */
function namesOf({ iCalUId, originalStart }: CalendarEvent) {
  const series = seriesOf(iCalUId);
  if (series === undefined || originalStart === undefined) return { key: iCalUId, uid: iCalUId };
  const uid = series.iCalUId;
  return { key: meetingKey(uid, originalStart), uid, originalStart, exceptionUid: iCalUId };
}

function detailsOf(
  event: CalendarEvent,
  { start, end }: { readonly start: number; readonly end: number },
  { hides }: RoomView,
) {
  const { organizer } = event;
  const isPrivate = event.sensitivity !== 'normal';
  const isTold = !isPrivate && hides === 'none' && event.subject !== organizer?.name;
  return {
    ...{ start, end, title: isTold ? event.subject : '', isPrivate },
    ...(organizer === undefined
      ? {}
      : { organizer: { ...organizer, address: organizer.address.toLowerCase() } }),
    ...(event.isAllDay ? { isAllDay: true as const } : {}),
    ...(event.access === undefined ? {} : { access: event.access }),
    ...(hides === 'none' ? {} : { hides }),
  };
}

/** One root and its bookings as they were, and as a round leaves them. */
export interface BookingsChange {
  readonly roots: RootChange;
  readonly before: Bookings;
  readonly after: Map<string, RoomBooking>;
}

/**
 * What runs now is ended by nothing but its own cancellation: when its series is edited, cut short or deleted around it,
 * it stays booked until its end. What is over stays as it was.
 */
export function keepRunning(change: BookingsChange, view: RoomView): void {
  const { before, after } = change;
  const { now } = view;
  for (const [key, booking] of before) {
    const isOver = booking.end <= now && view.extended?.has(key) !== true;
    const heir = booking.continues === undefined ? undefined : after.get(booking.continues);
    if (heir !== undefined && heir.start === booking.start && !isOver) {
      after.delete(heir.key);
      after.set(key, under(booking, heir));
    }
    const next = after.get(key);
    if (next !== undefined && isOver && next.end <= now) after.set(key, booking);
    if (next !== undefined || isOver || booking.start > now) continue;
    if (!isItsOwnEnd(booking, change, view)) after.set(key, { ...booking, isKept: true });
  }
}

/**
 * One delta round brings the end of one occurrence and the end of its series in the same form: a tombstone, or silence.
 * The occurrence itself is meant when its series goes on and nothing that lies ahead of it was taken away or moved in
 * the same round, or when the mailbox keeps an exception in its place that says so.
 */
function isItsOwnEnd(
  booking: RoomBooking,
  { roots, before, after }: BookingsChange,
  view: RoomView,
): boolean {
  const was = roots.before?.event;
  const { continues, originalStart: own } = booking;
  const originalStart = continues === undefined ? own : originalStartIn(continues, was?.iCalUId ?? '');
  if (originalStart === undefined || was === undefined) return true;
  // Its series had become a single event, which it was.
  if (was.type !== 'seriesMaster' && was.start === booking.start) return true;
  const master = roots.after?.event;
  if (master === undefined || decide(master, view).kind !== 'booking') return false;
  if (roots.after?.exceptions.some((exception) => exception.originalStart === originalStart)) return true;
  return [...before].every(([key, { start, end }]) => {
    const next = after.get(key);
    return start <= view.now || (next !== undefined && next.start === start && next.end === end);
  });
}

/** A root as it is held. Without `root` only what still runs of it is left. */
export interface HeldRoot {
  readonly root: Root | undefined;
  readonly bookings: Bookings;
}

/**
 * What is held after a round: the roots that it changed, and those whose answer is waited for, with their bookings.
 * @param before the roots that the round names, those waited for, and those of which only a running meeting is left
 */
export function heldAfter(
  before: ReadonlyMap<string, HeldRoot>,
  changes: RoundOutcome['changes'],
  view: RoomView,
): Map<string, HeldRoot> {
  const held = new Map<string, HeldRoot>();
  for (const id of new Set([...before.keys(), ...changes.keys()])) {
    const known = before.get(id);
    const roots = changes.get(id) ?? { before: known?.root, after: known?.root };
    const bookings = new Map(
      roots.after === undefined ? [] : bookingsOf(roots.after, known?.bookings ?? none, view),
    );
    keepRunning({ roots, before: known?.bookings ?? none, after: bookings }, view);
    if (roots.after !== undefined || bookings.size > 0) held.set(id, { root: roots.after, bookings });
  }
  return held;
}

const none: Bookings = new Map();

/** The bookings of several roots together. Of an event that stands in the calendar twice, the later word counts. */
export function bookingsIn(held: ReadonlyMap<string, HeldRoot>): Map<string, RoomBooking> {
  const latest = ({ root }: HeldRoot) => root?.event?.changedAt ?? 0;
  const roots = [...held.values()].sort((a, b) => latest(a) - latest(b));
  return new Map(roots.flatMap(({ bookings }) => [...bookings]));
}

/** Puts what goes on under another key (`continueUnder`) in the place of what it would be by itself. */
export function replaceBooking(held: Map<string, HeldRoot>, key: string, instead: RoomBooking): void {
  for (const [id, { root, bookings }] of held) {
    if (!bookings.has(key) && !bookings.has(instead.key)) continue;
    const others = [...bookings].filter(([other]) => other !== key && other !== instead.key);
    const next = new Map(bookings.has(key) ? [...others, [instead.key, instead] as const] : others);
    if (root === undefined && next.size === 0) held.delete(id);
    else held.set(id, { root, bookings: next });
  }
}

type Running = Pick<RoomBooking, 'key' | 'uid' | 'originalStart' | 'start' | 'end' | 'organizer'>;

/**
 * A meeting first seen in the middle of its time may be another one's continuation: a single event made a series, or a
 * series that was split while it ran. It goes on under the key under which it runs.
 * @param running what the room has now, of any root
 */
export function continueUnder(
  booking: RoomBooking,
  running: readonly Running[],
  now: number,
): RoomBooking | undefined {
  if (booking.start > now || booking.end <= now) return undefined;
  const same = running.find(
    ({ key, start, end, organizer }) =>
      key !== booking.key &&
      start === booking.start &&
      end > now &&
      organizer?.address === booking.organizer?.address,
  );
  return same === undefined ? undefined : under(same, booking);
}

function under({ key, uid, originalStart }: Running, booking: RoomBooking): RoomBooking {
  const { originalStart: _, exceptionUid: __, ...rest } = booking;
  return {
    ...{ ...rest, key, uid, continues: booking.key },
    ...(originalStart === undefined ? {} : { originalStart }),
  };
}
