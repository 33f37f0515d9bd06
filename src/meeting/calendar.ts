/** A room's calendar as we hold it: changes are applied to it, and bookings are read off it. */
import { isAccepted, isPending, meetingKey, type RoomBooking } from './booking.ts';
import type { CalendarChange, CalendarEvent } from './calendar-event.ts';

/** What is held of one calendar entry: a whole event, or an occurrence of which only the time is known. */
export type HeldEntry = Exclude<CalendarChange, { kind: 'removed' }>;
export type HeldCalendar = ReadonlyMap<string, HeldEntry>;

export function entryId(entry: HeldEntry): string {
  return entry.kind === 'event' ? entry.event.id : entry.id;
}

function masterOf(entry: HeldEntry): string | undefined {
  return entry.kind === 'event' ? entry.event.seriesMasterId : entry.seriesMasterId;
}

/** What a delta round does to a calendar. */
export interface RoundOutcome {
  readonly held: Map<string, HeldEntry>;
  /** Ids that changed, came or went. */
  readonly touched: ReadonlySet<string>;
  /**
   * True when a series was sent again without some of the occurrences we hold, and nothing said that they are gone.
   * Exchange marks a deleted occurrence in some versions and leaves it out in others: only a new baseline can tell.
   */
  readonly inDoubt: boolean;
}

/** Applies a round to what is held; the last word on an id wins, unknown removals mean nothing. */
export function applyRound(before: HeldCalendar, changes: readonly CalendarChange[]): RoundOutcome {
  const held = new Map(before);
  const touched = new Set<string>();
  const sent = new Set<string>();
  const mastersSent = new Set<string>();
  for (const change of changes) {
    if (change.kind === 'removed') {
      removeWithOccurrences(held, change.id, touched);
      continue;
    }
    const id = entryId(change);
    sent.add(id);
    touched.add(id);
    if (change.kind === 'event' && change.event.type === 'seriesMaster') mastersSent.add(id);
    held.set(id, change);
  }
  const inDoubt = [...held].some(([id, entry]) => {
    const master = masterOf(entry);
    return master !== undefined && mastersSent.has(master) && !sent.has(id);
  });
  return { held, touched, inDoubt };
}

/** A baseline replaces everything: what it did not bring is gone. */
export function applyBaseline(before: HeldCalendar, changes: readonly CalendarChange[]): RoundOutcome {
  const { held } = applyRound(new Map(), changes);
  const touched = new Set<string>();
  for (const id of new Set([...before.keys(), ...held.keys()])) {
    if (JSON.stringify(before.get(id)) !== JSON.stringify(held.get(id))) touched.add(id);
  }
  return { held, touched, inDoubt: false };
}

function removeWithOccurrences(held: Map<string, HeldEntry>, id: string, touched: Set<string>): void {
  if (!held.delete(id)) return;
  touched.add(id);
  for (const [otherId, entry] of held) {
    if (masterOf(entry) === id) {
      held.delete(otherId);
      touched.add(otherId);
    }
  }
}

/** Ids of series masters that occurrences name but the calendar does not hold. */
export function missingMasters(held: HeldCalendar): string[] {
  const missing = new Set<string>();
  for (const entry of held.values()) {
    const master = masterOf(entry);
    if (master !== undefined && !held.has(master)) missing.add(master);
  }
  return [...missing];
}

/** How long a room that is asked again keeps its booking without an answer. */
const patience = 120_000;

/**
 * The bookings that a room's calendar holds, by meeting key. An occurrence takes everything but its time from its
 * master; an exception stands for itself and for the occurrence it replaces. `now` stamps times not seen before.
 */
export function bookingsOf(
  held: HeldCalendar,
  before: ReadonlyMap<string, RoomBooking>,
  now: number,
): Map<string, RoomBooking> {
  const bookings = new Map<string, RoomBooking>();
  const replaced = new Set<string>();
  const add = (booking: Omit<RoomBooking, 'timesSince'>) => {
    const known = before.get(booking.key);
    const same = known !== undefined && known.start === booking.start && known.end === booking.end;
    bookings.set(booking.key, { ...booking, timesSince: same ? known.timesSince : now });
  };
  /** A room that had accepted and is asked again answers within seconds; until then it has what it had. */
  const keep = (key: string) => {
    const known = before.get(key);
    const askedAgainAt = known?.askedAgainAt ?? now;
    if (known !== undefined && now - askedAgainAt < patience) bookings.set(key, { ...known, askedAgainAt });
  };
  for (const entry of held.values()) {
    if (entry.kind !== 'event' || entry.event.type === 'seriesMaster') continue;
    const { event } = entry;
    const master = masterEvent(held, event.seriesMasterId);
    if (event.seriesMasterId !== undefined && master === undefined) continue;
    const uid = master?.iCalUId ?? event.iCalUId;
    const originalStart = master === undefined ? undefined : (event.originalStart ?? event.start);
    const key = meetingKey(uid, originalStart);
    if (originalStart !== undefined) replaced.add(key);
    if (master?.isCancelled) continue;
    if (isPending(event)) keep(key);
    if (!isAccepted(event)) continue;
    add({
      key,
      uid,
      ...(originalStart === undefined ? {} : { originalStart }),
      ...(event.type === 'exception' ? { exceptionUid: event.iCalUId } : {}),
      ...detailsOf(event, event),
    });
  }
  for (const entry of held.values()) {
    if (entry.kind !== 'occurrence') continue;
    const master = masterEvent(held, entry.seriesMasterId);
    if (master === undefined) continue;
    const key = meetingKey(master.iCalUId, entry.start);
    if (replaced.has(key)) continue;
    if (isPending(master)) keep(key);
    if (!isAccepted(master)) continue;
    add({ key, uid: master.iCalUId, originalStart: entry.start, ...detailsOf(master, entry) });
  }
  return bookings;
}

function masterEvent(held: HeldCalendar, id: string | undefined): CalendarEvent | undefined {
  const entry = id === undefined ? undefined : held.get(id);
  return entry?.kind === 'event' ? entry.event : undefined;
}

function detailsOf(event: CalendarEvent, times: { readonly start: number; readonly end: number }) {
  const isPrivate = event.sensitivity !== 'normal';
  return {
    start: times.start,
    end: times.end,
    title: isPrivate ? '' : event.subject,
    ...(event.organizer === undefined
      ? {}
      : { organizer: { name: event.organizer.name, address: event.organizer.address.toLowerCase() } }),
    isPrivate,
  };
}
