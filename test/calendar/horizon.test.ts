/** Series are held over a rolling horizon, moved on each night without a gap or a double: issue 3 §1. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../redis/server.ts';
import type { Virtual } from '../virtual/virtual.ts';
import {
  aTenant,
  at,
  booked,
  counted,
  daily,
  day,
  hour,
  huddle,
  keyOf,
  meeting,
  minute,
} from './a-tenant.ts';

let redis: TestRedis;
let virtual: Virtual;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
afterEach(() => virtual.stop());

/** The days, from tomorrow on, on which the series is held, and its numbers. */
async function heldOf(uid: string) {
  const own = [...(await booked(virtual)).values()].filter(({ last }) => last.uid === uid);
  const starts = own.map(({ last }) => last.start).sort((a, b) => a - b);
  return {
    starts,
    ahead: starts.filter((start) => start > virtual.now()),
    numbers: new Set(own.flatMap(({ placement }) => placement?.number ?? [])),
  };
}

it('an endless series is held as far as the horizon at every moment, each day once, under one number', async () => {
  virtual = await aTenant(redis, { calendar: { sweep: hour, horizon: 20 * day, audit: '02:30' } });
  const lowest = virtual.outlook.book(meeting({ rooms: [huddle], start: at(1, 8), end: at(1, 12) }));
  await virtual.settle();
  const series = virtual.outlook.book(meeting({ recurrence: daily() }));
  await virtual.settle();
  virtual.outlook.cancel(lowest);
  await virtual.settle();
  for (let days = 1; days <= 6; days += 1) {
    const { starts, ahead, numbers } = await heldOf(series.iCalUId);
    expect(starts.slice(1).map((start, n) => start - (starts[n] ?? 0))).toEqual(
      Array.from({ length: starts.length - 1 }, () => day),
    );
    expect((ahead.at(-1) ?? 0) - virtual.now(), `day ${days}`).toBeGreaterThan(19 * day);
    expect([...numbers], 'the number stays, though a lower one is free').toEqual(['80991001']);
    if (days === 3) await virtual.loseRedis();
    await virtual.advance(day);
    await virtual.settle();
  }
  expect(
    await counted(virtual, 'roombridge_audit_differences_total'),
    'what slides in is no difference',
  ).toBe(0);
});

it('what the room held already beyond the horizon appears when it comes in', async () => {
  virtual = await aTenant(redis, { calendar: { sweep: hour, horizon: 5 * day } });
  const event = virtual.outlook.book(meeting({ start: at(9, 9), end: at(9, 10) }));
  await virtual.settle();
  expect((await booked(virtual)).has(event.iCalUId)).toBe(false);
  await virtual.advance(4 * day);
  await virtual.settle();
  expect((await booked(virtual)).get(event.iCalUId)?.placement).toBeDefined();
});

it('the clock of a series is changed in its own zone, and no day is lost or doubled by it', async () => {
  virtual = await aTenant(redis, { start: new Date('2026-03-25T08:00:00Z') });
  const start = Date.parse('2026-03-26T04:00:00Z');
  const zones = ['W. Europe Standard Time', 'America/New_York', 'AUS Eastern Standard Time', 'Asia/Tokyo'];
  const series = zones.map((timeZone, n) => {
    const times = { start: new Date(start + 4 * n * hour), end: new Date(start + (4 * n + 1) * hour) };
    return virtual.outlook.book(meeting({ ...times, timeZone, recurrence: daily(15) }));
  });
  await virtual.settle();
  const shifts = await Promise.all(
    series.map(async ({ iCalUId }) => {
      const { starts } = await heldOf(iCalUId);
      expect(starts).toHaveLength(15);
      return starts
        .slice(1)
        .map((at_, n) => at_ - (starts[n] ?? 0) - day)
        .filter((shift) => shift !== 0);
    }),
  );
  // Berlin goes to summer time on the 29th, Sydney back to winter time on the 5th; New York had changed before.
  expect(shifts).toEqual([[-hour], [], [hour], []]);
});

it('another rule, horizon or cluster in the configuration makes the room read anew, once', async () => {
  virtual = await aTenant(redis);
  const event = virtual.outlook.book(meeting());
  await virtual.settle();
  const { calendars } = virtual.roomStore;
  const before = await calendars.sync('board@example.com');
  if (before === undefined) throw new Error('the room was read');
  await calendars.put('board@example.com', new Map(), new Map(), { ...before, readAs: 'otherwise' });
  await virtual.sweepRound();
  const after = await calendars.sync('board@example.com');
  expect(after?.baselineAt).toBeGreaterThan(before.baselineAt);
  await virtual.sweepRound();
  expect((await calendars.sync('board@example.com'))?.baselineAt).toBe(after?.baselineAt);
  expect((await booked(virtual)).get(event.iCalUId)?.placement?.number).toBe('80991000');
});

it('an occurrence that is moved keeps its number through nights and the loss of Redis', async () => {
  virtual = await aTenant(redis, { calendar: { sweep: hour, horizon: 10 * day } });
  const series = virtual.outlook.book(meeting({ recurrence: daily() }));
  await virtual.settle();
  virtual.outlook.updateOccurrence(series, at(4, 9), { start: at(4, 15), end: at(4, 16) });
  await virtual.settle();
  await virtual.advance(day + 10 * minute);
  await virtual.loseRedis();
  await virtual.settle();
  const moved = (await booked(virtual)).get(keyOf(series.iCalUId, at(4, 9)));
  expect(moved?.booked?.start).toBe(at(4, 15).getTime());
  expect(moved?.placement?.number).toBe('80991000');
  expect([...(await heldOf(series.iCalUId)).numbers]).toEqual(['80991000']);
});
