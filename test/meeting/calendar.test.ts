import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RoomBooking } from '../../src/meeting/booking.ts';
import {
  applyBaseline,
  applyRound,
  bookingsOf,
  entryId,
  type HeldEntry,
  missingMasters,
} from '../../src/meeting/calendar.ts';
import type { CalendarChange } from '../../src/meeting/calendar-event.ts';
import { booking, day, event, exception, hour, master, occurrence, t0 } from './a-room.ts';

const now = t0 - day;
const none: ReadonlyMap<string, RoomBooking> = new Map();
const heldOf = (...entries: HeldEntry[]) => applyRound(new Map(), entries).held;
const read = (held: ReadonlyMap<string, HeldEntry>, before = none, at = now) => bookingsOf(held, before, at);
const nth = (n: number) => `uid-of-m@${new Date(t0 + n * day).toISOString().replace('.000', '')}`;

describe('a series', () => {
  it('is read from bare occurrences, which have everything but their time from their master', () => {
    const bookings = read(heldOf(master('m', { subject: 'Weekly' }), occurrence('m', 0), occurrence('m', 1)));
    expect([...bookings.keys()]).toEqual([nth(0), nth(1)]);
    expect(bookings.get(nth(1))).toEqual({
      key: nth(1),
      uid: 'uid-of-m',
      originalStart: t0 + day,
      start: t0 + day,
      end: t0 + day + hour,
      title: 'Weekly',
      organizer: { name: 'Tim', address: 'tim@example.com' },
      isPrivate: false,
      timesSince: now,
    });
  });

  it("is no booking by itself: its master's times are only those of its first day", () => {
    expect(read(heldOf(master('m'))).size).toBe(0);
  });

  it.each(['declined', 'none', 'tentativelyAccepted', 'notResponded'] as const)(
    'that the room has answered with %s is not booked',
    (response) => {
      expect(read(heldOf(master('m', { response }), occurrence('m', 0))).size).toBe(0);
    },
  );

  it('waits for its master, wherever in the round that comes, or whether at all', () => {
    expect(read(heldOf(occurrence('m', 0), exception('m', 1))).size).toBe(0);
    expect(missingMasters(heldOf(occurrence('m', 0), exception('m', 1), event({ id: 'e' })))).toEqual(['m']);
    expect(missingMasters(heldOf(occurrence('m', 0), master('m')))).toEqual([]);
    expect(read(heldOf(occurrence('m', 0), master('m'))).size).toBe(1);
  });

  it('has an exception in place of the occurrence that it replaces, under the same key', () => {
    // Moved to the next day at the time of its neighbour: both stay.
    const moved = exception('m', 0, { start: t0 + day, end: t0 + day + hour, subject: 'Moved' });
    const bookings = read(heldOf(master('m'), occurrence('m', 1), moved));
    expect(bookings.get(nth(0))).toMatchObject({
      start: t0 + day,
      originalStart: t0,
      title: 'Moved',
      uid: 'uid-of-m',
      exceptionUid: 'uid-of-exception-0',
    });
    expect(bookings.get(nth(1))).toMatchObject({ start: t0 + day, originalStart: t0 + day });
    expect(bookings.get(nth(1))).not.toHaveProperty('exceptionUid');
  });

  it('has no bare occurrence beside an exception that stands for it', () => {
    const stale: HeldEntry = {
      kind: 'occurrence',
      id: 'stale',
      seriesMasterId: 'm',
      start: t0,
      end: t0 + hour,
    };
    for (const fields of [{ isCancelled: true }, { response: 'declined' as const }]) {
      expect(read(heldOf(master('m'), stale, exception('m', 0, fields))).size).toBe(0);
    }
    expect(read(heldOf(master('m'), stale, exception('m', 0))).get(nth(0))?.start).toBe(t0 + 2 * hour);
  });

  it('that is cancelled as a whole takes its exceptions along', () => {
    expect(read(heldOf(master('m', { isCancelled: true }), occurrence('m', 1), exception('m', 0))).size).toBe(
      0,
    );
  });

  it('may have an exception accepted though the series was declined', () => {
    const bookings = read(
      heldOf(master('m', { response: 'declined' }), occurrence('m', 1), exception('m', 0)),
    );
    expect([...bookings.keys()]).toEqual([nth(0)]);
  });
});

describe('a title', () => {
  it.each(['private', 'personal', 'confidential'] as const)('is not kept of what is %s', (sensitivity) => {
    const one = read(heldOf(event({ id: 'e', sensitivity, subject: 'Redundancies' }))).get('uid-of-e');
    expect(one).toMatchObject({ title: '', isPrivate: true });
    const many = read(heldOf(master('m', { sensitivity, subject: 'Redundancies' }), occurrence('m', 0)));
    expect(JSON.stringify([...many])).not.toContain('Redundancies');
  });
});

it("an organizer's address is compared in lower case, and may be missing", () => {
  const organizer = { name: 'Tim', address: 'Tim@Example.COM' };
  expect(read(heldOf(event({ id: 'e', organizer }))).get('uid-of-e')?.organizer?.address).toBe(
    'tim@example.com',
  );
  const held = heldOf(event({ id: 'e' }));
  const [entry] = held.values();
  if (entry?.kind !== 'event') throw new Error('an event is held');
  const { organizer: _, ...anonymous } = entry.event;
  expect(read(heldOf({ kind: 'event', event: anonymous })).get('uid-of-e')).not.toHaveProperty('organizer');
});

describe('a tombstone', () => {
  const held = heldOf(
    master('m'),
    occurrence('m', 0),
    exception('m', 1),
    event({ id: 'e' }),
    occurrence('other', 0),
  );

  it('takes what it names', () => {
    const after = applyRound(held, [{ kind: 'removed', id: 'm-0' }]);
    expect(after.held.has('m-0')).toBe(false);
    expect(after.touched).toEqual(new Set(['m-0']));
  });

  it('of an id that nobody knows means nothing', () => {
    const after = applyRound(held, [{ kind: 'removed', id: 'of another calendar' }]);
    expect(after.held).toEqual(held);
    expect(after.touched.size).toBe(0);
    expect(after.inDoubt).toBe(false);
  });

  it('of a series takes its occurrences and exceptions, and nobody else', () => {
    const after = applyRound(held, [{ kind: 'removed', id: 'm' }]);
    expect([...after.held.keys()]).toEqual(['e', 'other-0']);
    expect(after.touched).toEqual(new Set(['m', 'm-0', 'm-1']));
  });
});

describe('a round', () => {
  it('leaves what it did not touch, and the calendar it was given', () => {
    const before = heldOf(event({ id: 'a' }), event({ id: 'b' }));
    const { held, touched } = applyRound(before, [event({ id: 'b', subject: 'New' })]);
    expect(touched).toEqual(new Set(['b']));
    expect(held.get('a')).toBe(before.get('a'));
    expect(before.get('b')).toEqual(event({ id: 'b' }));
  });

  it('lets the last word on an id win', () => {
    const { held } = applyRound(new Map(), [
      event({ id: 'a', subject: 'Old' }),
      event({ id: 'a', subject: 'New' }),
    ]);
    expect(held.get('a')).toEqual(event({ id: 'a', subject: 'New' }));
  });

  it.each<[string, CalendarChange[], boolean]>([
    ['a series without one of its occurrences', [master('m'), occurrence('m', 0)], true],
    ['a series without its exception', [master('m'), occurrence('m', 0), occurrence('m', 1)], true],
    [
      'a series with all we hold of it',
      [master('m'), occurrence('m', 0), occurrence('m', 1), exception('m', 2)],
      false,
    ],
    [
      'a series of which it says that the missing one is gone',
      [master('m'), { kind: 'removed', id: 'm-1' }, occurrence('m', 0), exception('m', 2)],
      false,
    ],
    ['an exception alone', [exception('m', 2)], false],
    ['another series', [master('n'), occurrence('n', 0)], false],
    ['the end of the series', [{ kind: 'removed', id: 'm' }], false],
    ['nothing', [], false],
  ])('that brings %s leaves doubt: %s', (_, changes, inDoubt) => {
    const held = heldOf(master('m'), occurrence('m', 0), occurrence('m', 1), exception('m', 2));
    expect(applyRound(held, changes as CalendarChange[]).inDoubt).toBe(inDoubt);
  });

  it('means the same in any order and with items sent twice', () => {
    // Of a series that goes, nothing else is sent: that would be two words on one thing.
    const item = fc.oneof(
      fc.integer({ min: 0, max: 4 }).map((n) => event({ id: `e${n}`, subject: `Title ${n}` })),
      fc.integer({ min: 0, max: 4 }).map((n): CalendarChange => ({ kind: 'removed', id: `gone${n}` })),
      fc.constant(master('m', { subject: 'Weekly' })),
      fc.integer({ min: 0, max: 5 }).map((n) => occurrence('m', n)),
      fc.integer({ min: 6, max: 9 }).map((n) => exception('m', n)),
      fc.constant<CalendarChange>({ kind: 'removed', id: 'old' }),
      fc.integer({ min: 10, max: 12 }).map((n): CalendarChange => ({ kind: 'removed', id: `m-${n}` })),
    );
    const before = heldOf(
      ...[0, 1, 2].map((n) => event({ id: `gone${n}` })),
      ...[master('m'), occurrence('m', 1), exception('m', 10), occurrence('m', 11)],
      ...[master('old'), occurrence('old', 0), exception('old', 1)],
    );
    const sorted = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    fc.assert(
      fc.property(
        fc
          .array(item, { maxLength: 20 })
          .chain((items) =>
            fc.tuple(
              fc.constant(items),
              fc.shuffledSubarray([...items, ...items], { minLength: items.length * 2 }),
            ),
          ),
        ([items, mixed]) => {
          const once = applyRound(before, items);
          const other = applyRound(before, mixed);
          expect(sorted(other.held)).toEqual(sorted(once.held));
          expect([...other.touched].sort()).toEqual([...once.touched].sort());
          expect(other.inDoubt).toBe(once.inDoubt);
          expect(sorted(read(other.held))).toEqual(sorted(read(once.held)));
          // Read again, as after a kill, it changes nothing.
          expect(sorted(applyRound(once.held, items).held)).toEqual(sorted(once.held));
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('a baseline', () => {
  it('replaces everything: what it did not bring is gone, and only what differs is touched', () => {
    const before = heldOf(event({ id: 'same' }), event({ id: 'changed' }), event({ id: 'gone' }));
    const { held, touched, inDoubt } = applyBaseline(before, [
      event({ id: 'same' }),
      event({ id: 'changed', subject: 'New' }),
      event({ id: 'new' }),
    ]);
    expect([...held.keys()].sort()).toEqual(['changed', 'new', 'same']);
    expect([...touched].sort()).toEqual(['changed', 'gone', 'new']);
    expect(inDoubt).toBe(false);
  });

  it('of nothing empties the calendar', () => {
    const { held, touched } = applyBaseline(heldOf(event({ id: 'a' })), []);
    expect(held.size).toBe(0);
    expect(touched).toEqual(new Set(['a']));
  });
});

describe('a room that had accepted and is asked again', () => {
  const accepted = read(heldOf(event({ id: 'e' })));
  const asked = heldOf(event({ id: 'e', response: 'none', start: t0 + hour, end: t0 + 2 * hour }));

  it('keeps what it had for two minutes, and no longer', () => {
    const first = read(asked, accepted, now + 1_000);
    expect(first.get('uid-of-e')).toEqual({ ...accepted.get('uid-of-e'), askedAgainAt: now + 1_000 });
    const still = read(asked, first, now + 120_999);
    expect(still).toEqual(first);
    expect(read(asked, still, now + 121_000).size).toBe(0);
    expect(read(asked, none, now + 122_000).size).toBe(0);
  });

  it('has the new times once it accepts, and nothing once it declines', () => {
    const waiting = read(asked, accepted, now + 1_000);
    const yes = read(heldOf(event({ id: 'e', start: t0 + hour, end: t0 + 2 * hour })), waiting, now + 5_000);
    expect(yes.get('uid-of-e')).toMatchObject({ start: t0 + hour, timesSince: now + 5_000 });
    expect(yes.get('uid-of-e')).not.toHaveProperty('askedAgainAt');
    expect(read(heldOf(event({ id: 'e', response: 'declined' })), waiting, now + 5_000).size).toBe(0);
  });

  it('keeps the occurrences of its series and its exceptions likewise', () => {
    const before = read(heldOf(master('m'), occurrence('m', 0), exception('m', 1)));
    const again = heldOf(
      master('m', { response: 'notResponded' }),
      occurrence('m', 0),
      exception('m', 1, { response: 'tentativelyAccepted' }),
    );
    expect([...read(again, before, now + 1).keys()].sort()).toEqual([nth(0), nth(1)]);
    expect(read(again, none, now + 1).size).toBe(0);
  });

  it('keeps nothing of what is cancelled', () => {
    expect(read(heldOf(event({ id: 'e', response: 'none', isCancelled: true })), accepted).size).toBe(0);
  });
});

it('times keep the moment at which they were first seen, and get a new one when they change', () => {
  const before = new Map([['uid-of-e', booking({ key: 'uid-of-e', uid: 'uid-of-e', timesSince: 7 })]]);
  const since = (entry: HeldEntry) => read(heldOf(entry), before).get('uid-of-e')?.timesSince;
  expect(since(event({ id: 'e', subject: 'New title' }))).toBe(7);
  expect(since(event({ id: 'e', end: t0 + 2 * hour }))).toBe(now);
});

it('an entry goes by its id', () => {
  expect([entryId(event({ id: 'e' })), entryId(occurrence('m', 3))]).toEqual(['e', 'm-3']);
});
