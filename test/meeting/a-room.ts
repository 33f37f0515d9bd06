/** Calendar entries of a room as Graph's adapter gives them, for tests: only what matters is named. */
import type { RoomBooking } from '../../src/meeting/booking.ts';
import { applyRound, type Root } from '../../src/meeting/calendar.ts';
import type { CalendarChange, CalendarEvent } from '../../src/meeting/calendar-event.ts';

type Change = Exclude<CalendarChange, { kind: 'removed' }>;

export const hour = 3_600_000;
export const day = 24 * hour;
export const t0 = Date.parse('2026-11-23T09:00:00Z');

export function event(fields: Partial<CalendarEvent> & { readonly id: string }): Change {
  return {
    kind: 'event',
    event: {
      type: 'singleInstance',
      iCalUId: `uid-of-${fields.id}`,
      start: t0,
      end: t0 + hour,
      isAllDay: false,
      subject: 'Budget',
      organizer: { name: 'Tim', address: 'tim@example.com' },
      isOrganizer: false,
      response: 'accepted',
      isCancelled: false,
      sensitivity: 'normal',
      ...fields,
    },
  };
}

export function master(id: string, fields: Partial<CalendarEvent> = {}): Change {
  return event({ id, type: 'seriesMaster', iCalUId: `uid-of-${id}`, ...fields });
}

/** The nth day of a series, bare as delta sends it. */
export function occurrence(seriesMasterId: string, n: number): Change {
  return {
    kind: 'occurrence',
    id: `${seriesMasterId}-${n}`,
    seriesMasterId,
    start: t0 + n * day,
    end: t0 + n * day + hour,
  };
}

export function exception(seriesMasterId: string, n: number, fields: Partial<CalendarEvent> = {}): Change {
  return event({
    id: `${seriesMasterId}-${n}`,
    type: 'exception',
    iCalUId: `uid-of-exception-${n}`,
    seriesMasterId,
    originalStart: t0 + n * day,
    start: t0 + n * day + 2 * hour,
    end: t0 + n * day + 3 * hour,
    ...fields,
  });
}

export function booking(fields: Partial<RoomBooking> = {}): RoomBooking {
  return {
    key: 'uid',
    uid: 'uid',
    eventId: 'e',
    start: t0,
    end: t0 + hour,
    title: 'Budget',
    organizer: { name: 'Tim', address: 'tim@example.com' },
    isPrivate: false,
    timesSince: 1,
    ...fields,
  };
}

/** What a calendar holds after these changes. */
export function rootsOf(...changes: CalendarChange[]): Map<string, Root> {
  const { changes: roots } = applyRound(new Map(), changes);
  return new Map([...roots].flatMap(([id, { after }]) => (after === undefined ? [] : [[id, after]])));
}

export function rootOf(...changes: CalendarChange[]): Root {
  const [root] = rootsOf(...changes).values();
  if (root === undefined) throw new Error('nothing is held');
  return root;
}
