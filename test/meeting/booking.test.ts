import { describe, expect, it } from 'vitest';
import { differingSince, meetingKey, mergeBookings, sameBooking, uidIn } from '../../src/meeting/booking.ts';
import { booking, hour, t0 } from './a-room.ts';

it("a meeting's key is its event's iCalUId, and for an occurrence the original start with it", () => {
  expect(meetingKey('uid')).toBe('uid');
  expect(meetingKey('uid', Date.parse('2026-11-23T09:00:00Z'))).toBe('uid@2026-11-23T09:00:00Z');
  expect(meetingKey('uid', Date.parse('2026-11-23T09:00:00.500Z'))).toBe('uid@2026-11-23T09:00:00.500Z');
});

it.each(['uid', 'abc@google.com'])('the iCalUId %s is read off its keys again', (uid) => {
  expect(uidIn(meetingKey(uid))).toBe(uid);
  expect(uidIn(meetingKey(uid, Date.parse('2026-11-23T09:00:00Z')))).toBe(uid);
  expect(uidIn(meetingKey(uid, Date.parse('2026-11-23T09:00:00.500Z')))).toBe(uid);
});

describe('the bookings of several rooms', () => {
  it('are one meeting in all of them, whatever the order in which they came', () => {
    const a = booking({ timesSince: 1 });
    const b = booking({ timesSince: 2 });
    const merged = mergeBookings(
      new Map([
        ['b@x', b],
        ['a@x', a],
      ]),
    );
    expect(merged).toMatchObject({ key: 'uid', start: t0, rooms: ['a@x', 'b@x'] });
    expect(
      mergeBookings(
        new Map([
          ['a@x', a],
          ['b@x', b],
        ]),
      ),
    ).toEqual(merged);
    expect(merged).not.toHaveProperty('timesSince');
    expect(merged).not.toHaveProperty('askedAgainAt');
  });

  it('mean what the organizer says where they differ, in the rooms that have it then; but nothing that no room says', () => {
    const stale = booking({ timesSince: 6 });
    const moved = booking({ timesSince: 5, start: t0 + hour, end: t0 + 2 * hour });
    const longer = booking({ timesSince: 4, start: t0 + hour, end: t0 + 3 * hour });
    const rooms = new Map([
      ['a', stale],
      ['b', moved],
      ['c', longer],
    ]);
    const says = { start: moved.start, end: moved.end };
    expect(differingSince(rooms)).toBe(6);
    expect(mergeBookings(rooms, { ...says, at: 7 })).toMatchObject({ ...says, rooms: ['b', 'c'] });
    // A room has said something since it was looked at, or nobody says that.
    expect(mergeBookings(rooms, { ...says, at: 5 })).toMatchObject({ start: t0, rooms: ['a', 'b', 'c'] });
    expect(mergeBookings(rooms, { ...says, end: t0 + 9 * hour, at: 7 })).toMatchObject({ start: t0 });
    expect(differingSince(new Map([['a', stale]]))).toBeUndefined();
  });

  it('are none when no room has it any more', () => {
    expect(mergeBookings(new Map())).toBeUndefined();
  });

  it('mean the newest times while the rooms still differ', () => {
    const old = booking({ timesSince: 5 });
    const moved = booking({ timesSince: 6, start: t0 + hour, end: t0 + 2 * hour });
    for (const rooms of [
      [
        ['a', old],
        ['b', moved],
      ],
      [
        ['a', moved],
        ['b', old],
      ],
    ] as const) {
      expect(mergeBookings(new Map(rooms))).toMatchObject({
        start: t0 + hour,
        end: t0 + 2 * hour,
        rooms: ['a', 'b'],
      });
    }
    const asked = { ...old, askedAgainAt: 7 };
    expect(
      mergeBookings(
        new Map([
          ['a', asked],
          ['b', moved],
        ]),
      )?.start,
    ).toBe(t0 + hour);
  });

  it('hide what any of the rooms hides, and the organizer rather than the title alone', () => {
    const hidden = (...hides: ('title' | 'organizer' | undefined)[]) =>
      mergeBookings(
        new Map(hides.map((what, n) => [`${n}@x`, booking(what === undefined ? {} : { hides: what })])),
      )?.hides;
    expect(hidden(undefined, 'title')).toBe('title');
    expect(hidden('title', 'organizer')).toBe('organizer');
    expect(hidden(undefined, undefined)).toBeUndefined();
  });

  it('are private when one of them is', () => {
    const rooms = new Map([
      ['a', booking()],
      ['b', booking({ isPrivate: true, title: '' })],
    ]);
    expect(mergeBookings(rooms)?.isPrivate).toBe(true);
  });
});

it('two copies mean the same whenever we learned of them, and not when a word differs', () => {
  expect(sameBooking(booking(), booking({ timesSince: 99, askedAgainAt: 3, isKept: true }))).toBe(true);
  const { key, ...rest } = booking();
  expect(sameBooking(booking(), { ...rest, key }), 'in whatever order its words stand').toBe(true);
  expect(sameBooking(booking(), booking({ title: 'Budget 2' }))).toBe(false);
  expect(sameBooking(booking(), booking({ end: t0 + 1 }))).toBe(false);
});
