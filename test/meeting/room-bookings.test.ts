import { describe, expect, it } from 'vitest';
import { meetingKey, type RoomBooking } from '../../src/meeting/booking.ts';
import { applyRound, withInstances } from '../../src/meeting/calendar.ts';
import type { CalendarChange } from '../../src/meeting/calendar-event.ts';
import {
  bookingsIn,
  bookingsOf,
  continueUnder,
  type HeldRoot,
  heldAfter,
  type RoomView,
  replaceBooking,
} from '../../src/meeting/room-bookings.ts';
import { booking, day, event, exception, hour, master, occurrence, rootOf, rootsOf, t0 } from './a-room.ts';

const now = t0 - day;
const always: RoomView = { conference: 'always', onlineMeetings: 'also', hides: 'none', now };
const none: ReadonlyMap<string, RoomBooking> = new Map();
const read = (changes: CalendarChange[], known = none, view: Partial<RoomView> = {}) =>
  bookingsOf(rootOf(...changes), known, { ...always, ...view });
const nth = (n: number) => `uid-of-m@${new Date(t0 + n * day).toISOString().replace('.000', '')}`;

const uid = `040000008200E00074C5B7101A82E00807EA0B17${'A'.repeat(40)}`;
const seriesUid = `040000008200E00074C5B7101A82E00800000000${'A'.repeat(40)}`;

it('one occurrence to which the room alone was asked is booked as the occurrence of its series', () => {
  const single = event({ id: 'e', iCalUId: uid, originalStart: t0, start: t0 + hour, end: t0 + 2 * hour });
  expect([...read([single]).values()]).toEqual([
    expect.objectContaining({
      ...{ key: meetingKey(seriesUid, t0), uid: seriesUid, exceptionUid: uid },
      ...{ originalStart: t0, start: t0 + hour, eventId: 'e' },
    }),
  ]);
});

describe('a series', () => {
  it('is read from bare occurrences, which have everything but their time from their master', () => {
    const bookings = read([master('m', { subject: 'Weekly' }), occurrence('m', 0), occurrence('m', 1)]);
    expect([...bookings.keys()]).toEqual([nth(0), nth(1)]);
    expect(bookings.get(nth(1))).toEqual({
      ...{ key: nth(1), uid: 'uid-of-m', eventId: 'm', originalStart: t0 + day },
      ...{ start: t0 + day, end: t0 + day + hour, title: 'Weekly', isPrivate: false, timesSince: now },
      organizer: { name: 'Tim', address: 'tim@example.com' },
    });
  });

  it("is no booking by itself: its master's times are only those of its first day", () => {
    expect(read([master('m')]).size).toBe(0);
  });

  it('has an exception in place of the occurrence that it replaces, under the same key', () => {
    // Moved to the next day at the time of its neighbour: both stay.
    const moved = exception('m', 0, { start: t0 + day, end: t0 + day + hour, subject: 'Moved' });
    const bookings = read([master('m'), occurrence('m', 1), moved]);
    expect(bookings.get(nth(0))).toMatchObject({
      ...{ start: t0 + day, originalStart: t0, title: 'Moved', uid: 'uid-of-m' },
      ...{ exceptionUid: 'uid-of-exception-0', eventId: 'm-0' },
    });
    expect(bookings.get(nth(1))).toMatchObject({ start: t0 + day, originalStart: t0 + day, eventId: 'm' });
    expect(bookings.get(nth(1))).not.toHaveProperty('exceptionUid');
  });

  it('that is cancelled as a whole takes its exceptions along', () => {
    expect(read([master('m', { isCancelled: true }), occurrence('m', 1), exception('m', 0)]).size).toBe(0);
  });

  it('may have an exception accepted though the series was declined, and the other way round', () => {
    const declined = { response: 'declined' } as const;
    expect([...read([master('m', declined), occurrence('m', 1), exception('m', 0)]).keys()]).toEqual([
      nth(0),
    ]);
    expect([...read([master('m'), occurrence('m', 1), exception('m', 0, declined)]).keys()]).toEqual([
      nth(1),
    ]);
  });

  it('that the mailbox does not have leaves exceptions standing for themselves, under its own name', () => {
    const bookings = read([exception('m', 0, { iCalUId: uid })]);
    expect([...bookings.values()]).toEqual([
      expect.objectContaining({ uid: seriesUid, exceptionUid: uid, originalStart: t0 }),
    ]);
    expect(bookingsOf(rootOf(occurrence('m', 0)), none, always).size).toBe(0);
  });
});

describe('a title', () => {
  it.each(['private', 'personal', 'confidential'] as const)('is not kept of what is %s', (sensitivity) => {
    const one = read([event({ id: 'e', sensitivity, subject: 'Redundancies' })]).get('uid-of-e');
    expect(one).toMatchObject({ title: '', isPrivate: true });
    const many = read([master('m', { sensitivity, subject: 'Redundancies' }), occurrence('m', 0)]);
    expect(JSON.stringify([...many])).not.toContain('Redundancies');
  });

  it('is none where the mailbox has put the name of the organizer in its place', () => {
    expect(read([event({ id: 'e', subject: 'Tim' })]).get('uid-of-e')).toMatchObject({ title: '' });
  });

  it.each(['title', 'organizer'] as const)('is not kept where the room hides the %s', (hides) => {
    expect(read([event({ id: 'e' })], none, { hides }).get('uid-of-e')).toMatchObject({ title: '', hides });
  });
});

it("an organizer's address is compared in lower case, and may be missing", () => {
  const organizer = { name: 'Tim', address: 'Tim@Example.COM' };
  expect(read([event({ id: 'e', organizer })]).get('uid-of-e')?.organizer?.address).toBe('tim@example.com');
  const entry = event({ id: 'e' });
  if (entry.kind !== 'event') throw new Error('an event is an event');
  const { organizer: _, ...anonymous } = entry.event;
  expect(read([{ kind: 'event', event: anonymous }]).get('uid-of-e')).not.toHaveProperty('organizer');
});

it('times keep the moment at which they were first seen, and get a new one when they change', () => {
  const before = new Map([['uid-of-e', booking({ key: 'uid-of-e', uid: 'uid-of-e', timesSince: 7 })]]);
  const since = (entry: CalendarChange) => read([entry], before).get('uid-of-e')?.timesSince;
  expect(since(event({ id: 'e', subject: 'New title' }))).toBe(7);
  expect(since(event({ id: 'e', end: t0 + 2 * hour }))).toBe(now);
});

describe('a room that had accepted and is asked again', () => {
  const accepted = read([event({ id: 'e' })]);
  const asked = [event({ id: 'e', response: 'none', start: t0 + hour, end: t0 + 2 * hour })];

  it('keeps what it had for two minutes, and no longer', () => {
    const first = read(asked, accepted, { now: now + 1_000 });
    expect(first.get('uid-of-e')).toEqual({ ...accepted.get('uid-of-e'), askedAgainAt: now + 1_000 });
    const still = read(asked, first, { now: now + 120_999 });
    expect(still).toEqual(first);
    expect(read(asked, still, { now: now + 121_000 }).size).toBe(0);
    expect(read(asked, none, { now: now + 122_000 }).size).toBe(0);
  });

  it('keeps what runs until its end, however long it does not answer', () => {
    const during = t0 + hour / 2;
    const waiting = read(asked, accepted, { now: during - 200_000 });
    expect(read(asked, waiting, { now: during }).get('uid-of-e')?.end).toBe(t0 + hour);
    expect(read(asked, waiting, { now: t0 + hour }).size).toBe(0);
  });

  it('has the new times once it accepts, and nothing once it declines', () => {
    const waiting = read(asked, accepted, { now: now + 1_000 });
    const yes = read([event({ id: 'e', start: t0 + hour, end: t0 + 2 * hour })], waiting, {
      now: now + 5_000,
    });
    expect(yes.get('uid-of-e')).toMatchObject({ start: t0 + hour, timesSince: now + 5_000 });
    expect(yes.get('uid-of-e')).not.toHaveProperty('askedAgainAt');
    expect(read([event({ id: 'e', response: 'declined' })], waiting, { now: now + 5_000 }).size).toBe(0);
  });

  it('keeps the occurrences of its series and its exceptions likewise, and nothing of what is cancelled', () => {
    const before = read([master('m'), occurrence('m', 0), exception('m', 1)]);
    const again = [
      master('m', { response: 'notResponded' }),
      occurrence('m', 0),
      exception('m', 1, { response: 'tentativelyAccepted' }),
    ];
    expect([...read(again, before, { now: now + 1 }).keys()].sort()).toEqual([nth(0), nth(1)]);
    expect(read(again, none, { now: now + 1 }).size).toBe(0);
    expect(read([event({ id: 'e', response: 'none', isCancelled: true })], accepted).size).toBe(0);
  });
});

describe('while it runs', () => {
  /** In the middle of the first day's occurrence. */
  const during = { ...always, now: t0 + hour / 2 };
  const held = (...changes: CalendarChange[]): Map<string, HeldRoot> =>
    new Map(
      [...rootsOf(...changes)].map(([id, root]) => [id, { root, bookings: bookingsOf(root, none, always) }]),
    );
  const before = held(
    ...[master('m'), occurrence('m', -1), occurrence('m', 0), occurrence('m', 1), occurrence('m', 2)],
    event({ id: 'e' }),
  );
  const round = (from: Map<string, HeldRoot>, changes: CalendarChange[], view = during) => {
    const roots = new Map([...from].flatMap(([id, { root }]) => (root === undefined ? [] : [[id, root]])));
    return heldAfter(from, applyRound(roots, changes).changes, view);
  };
  const removed = (...ids: string[]): CalendarChange[] => ids.map((id) => ({ kind: 'removed', id }));
  const shifted = (n: number): CalendarChange => ({
    ...{ kind: 'occurrence', id: `shifted-${n}`, seriesMasterId: 'm' },
    ...{ start: t0 + n * day + hour, end: t0 + n * day + 2 * hour },
  });

  it.each<[what: string, changes: CalendarChange[], left: string[]]>([
    ['goes on when its series is deleted', removed('m', 'm--1', 'm-0', 'm-1', 'm-2'), [nth(0)]],
    [
      'goes on when its series is cancelled and stays in the calendar',
      [master('m', { isCancelled: true })],
      [nth(0)],
    ],
    ['goes on when a delegate declines the series', [master('m', { response: 'declined' })], [nth(0)]],
    [
      'goes on when its series is moved to another hour',
      [master('m'), ...removed('m--1', 'm-0', 'm-1', 'm-2'), shifted(1), shifted(2)],
      [
        nth(0),
        ...[1, 2].map((n) => `uid-of-m@${new Date(t0 + n * day + hour).toISOString().replace('.000', '')}`),
      ],
    ],
    ['goes on when its series is cut short before it', removed('m-0', 'm-1', 'm-2'), [nth(0)]],
    ['ends when it is cancelled alone', removed('m-0'), [nth(1), nth(2)]],
    [
      'ends when an exception in its place says so',
      [exception('m', 0, { isCancelled: true }), ...removed('m-2')],
      [nth(1)],
    ],
    ['stays when a later one is cancelled', removed('m-1'), [nth(0), nth(2)]],
  ])('an occurrence %s', (_, changes, left) => {
    const keys = [...bookingsIn(round(before, changes)).values()]
      .filter(({ uid, end }) => uid === 'uid-of-m' && end > during.now)
      .map(({ key }) => key);
    expect(keys.sort()).toEqual(left);
  });

  it('a single meeting ends when it is cancelled', () => {
    expect(bookingsIn(round(before, removed('e'))).has('uid-of-e')).toBe(false);
  });

  it('what goes on is let go after its end, and what was over stays as it was', () => {
    const kept = round(before, removed('m', 'm--1', 'm-0', 'm-1', 'm-2'));
    expect(kept.get('m')).toEqual({ root: undefined, bookings: new Map([[nth(0), expect.anything()]]) });
    expect(round(kept, [], { ...during, now: t0 + hour }).has('m')).toBe(false);
    const later = round(before, [master('m', { subject: 'Renamed' })]);
    expect(bookingsIn(later).get(nth(-1))?.title).toBe('Budget');
    expect(bookingsIn(later).get(nth(0))?.title).toBe('Renamed');
  });

  it('a single meeting that is made a series goes on under its own key, and its series beside it', () => {
    const single = held(event({ id: 'm', iCalUId: 'uid-of-m' }));
    const running = [...bookingsIn(single).values()];
    const series = [master('m'), occurrence('m', 0), occurrence('m', 1)];
    const after = round(single, series);
    const first = bookingsIn(after).get(nth(0));
    if (first === undefined) throw new Error('the series has a first day');
    const instead = continueUnder(first, running, during.now);
    expect(instead).toMatchObject({ key: 'uid-of-m', uid: 'uid-of-m', continues: nth(0) });
    if (instead === undefined) throw new Error('it goes on');
    replaceBooking(after, first.key, instead);
    expect([...bookingsIn(after).keys()].sort()).toEqual(['uid-of-m', nth(1)]);
    // So it stays, whatever is said of the series, with its new end.
    const renamed = round(after, [master('m', { subject: 'Renamed' })]);
    expect(bookingsIn(renamed).get('uid-of-m')).toMatchObject({ title: 'Renamed', continues: nth(0) });
    expect(bookingsIn(renamed).has(nth(0))).toBe(false);
    const cut = round(renamed, removed('m-0'));
    expect([...bookingsIn(cut).keys()]).toEqual([nth(1)]);
  });

  it('a running occurrence whose series became the single event that it was ends when that is declined', () => {
    const asked = round(before, [event({ id: 'm', iCalUId: 'uid-of-m', response: 'none' })]);
    expect(bookingsIn(asked).has(nth(0))).toBe(true);
    expect(bookingsIn(round(asked, removed('m'))).has(nth(0))).toBe(false);
    // One on another day is another meeting.
    const moved = { start: t0 + day, end: t0 + day + hour };
    const other = round(before, [event({ id: 'm', iCalUId: 'uid-of-m', response: 'none', ...moved })]);
    expect(bookingsIn(round(other, removed('m'))).has(nth(0))).toBe(true);
  });

  it('nothing is continued that begins at another time, is of somebody else, or is over', () => {
    const fresh = booking({ key: 'new' });
    const running = booking({ key: 'old' });
    expect(continueUnder(fresh, [running], during.now)?.key).toBe('old');
    expect(continueUnder(fresh, [{ ...running, start: t0 - hour }], during.now)).toBeUndefined();
    const other = { name: 'Ann', address: 'ann@example.com' };
    expect(continueUnder(fresh, [{ ...running, organizer: other }], during.now)).toBeUndefined();
    expect(continueUnder(fresh, [running], t0 + hour)).toBeUndefined();
    expect(continueUnder(fresh, [running], t0 - 1)).toBeUndefined();
  });
});

it('an event that stands in the calendar twice is booked as its later copy says', () => {
  const copy = (id: string, changedAt: number, title: string) =>
    event({ id, iCalUId: 'uid', changedAt, subject: title });
  const held = new Map(
    [...rootsOf(copy('new', 2, 'New'), copy('old', 1, 'Old'))].map(([id, root]) => [
      id,
      { root, bookings: bookingsOf(root, none, always) },
    ]),
  );
  expect(bookingsIn(held).get('uid')).toMatchObject({ title: 'New', eventId: 'new' });
});

it('the list of instances may leave nothing but the series itself', () => {
  expect(bookingsOf(withInstances(rootOf(master('m'), occurrence('m', 0)), []), none, always).size).toBe(0);
});
