/** What runs is ended by nothing but its own cancellation: issue 3 §1, stories 4, 5 and 7 of field.md §4.1. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type TestRedis } from '../redis/server.ts';
import type { BookedEvent } from '../simulators/graph/outlook.ts';
import type { Virtual } from '../virtual/virtual.ts';
import { aTenant, at, booked, daily, hour, keyOf, meeting, minute, open } from './a-tenant.ts';

let redis: TestRedis;
let virtual: Virtual;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());
beforeEach(async () => {
  virtual = await aTenant(redis);
});
afterEach(() => virtual.stop());

const start = at(1, 9);
const keys = async () => [...(await booked(virtual)).keys()].sort();

describe.each(['removed', 'silent'] as const)('while the second day of a series runs (%s)', (deleted) => {
  let series: BookedEvent;
  const nth = (n: number, hours = 9) => keyOf(series.iCalUId, at(1 + n, hours));
  beforeEach(async () => {
    virtual.graph.knobs.deletedOccurrence = deleted;
    series = virtual.outlook.book(meeting({ recurrence: daily(5) }));
    await virtual.settle();
    await virtual.advance(at(2, 9, 20).getTime() - virtual.now());
    await open(virtual, nth(1));
  });

  it('its series may be deleted: it goes on until its end, and what is to come is cancelled', async () => {
    virtual.outlook.cancel(series);
    await virtual.settle();
    expect(await keys()).toEqual([nth(0), nth(1)]);
    const { booked: held, placement } = (await booked(virtual)).get(nth(1)) ?? {};
    expect(held?.end).toBe(at(2, 10).getTime());
    expect(placement).toBeDefined();
    await virtual.advance(2 * hour);
    expect(await keys(), 'what is over is not cancelled afterwards').toEqual([nth(0), nth(1)]);
  });

  it('its series may be moved to another hour: it goes on, the past stays, the others move', async () => {
    virtual.outlook.update(series, { start: at(1, 14), end: at(1, 15) });
    await virtual.settle();
    expect(await keys()).toEqual([nth(0), nth(1), nth(1, 14), nth(2, 14), nth(3, 14), nth(4, 14)].sort());
  });

  it('its series may be cut short: it goes on', async () => {
    virtual.outlook.update(series, { recurrence: daily(1) });
    await virtual.settle();
    expect(await keys()).toEqual([nth(0), nth(1)]);
  });

  it('its series may be split from a later day on: only what follows has a new series', async () => {
    const { after } = virtual.outlook.thisAndFollowing(series, at(4, 9), { subject: 'New' });
    await virtual.settle();
    const later = [3, 4].map((n) => keyOf(after.iCalUId, at(1 + n, 9)));
    expect(await keys()).toEqual([nth(0), nth(1), nth(2), ...later].sort());
    const ahead = [...(await booked(virtual)).values()].filter(({ last }) => last.end > virtual.now());
    const numbers = new Set(ahead.map(({ placement }) => placement?.number));
    expect([...numbers], 'the number is carried on').toEqual(['80991000']);
  });

  it('its series may be split from this day on: it goes on under its own key, and is held once', async () => {
    const { after } = virtual.outlook.thisAndFollowing(series, at(2, 9), { subject: 'New' });
    await virtual.settle();
    const later = [2, 3, 4].map((n) => keyOf(after.iCalUId, at(1 + n, 9)));
    expect(await keys()).toEqual([nth(0), nth(1), ...later].sort());
    await virtual.sweepRound();
    expect(await keys()).toEqual([nth(0), nth(1), ...later].sort());
  });

  it('another day may be cancelled, and it goes on; it is cancelled itself, and ends', async () => {
    virtual.outlook.cancelOccurrence(series, at(4, 9));
    await virtual.settle();
    expect(await keys()).toEqual([nth(0), nth(1), nth(2), nth(4)]);
    virtual.outlook.cancelOccurrence(series, at(2, 9));
    await virtual.settle();
    expect(await keys()).toEqual([nth(0), nth(2), nth(4)]);
  });

  it('a new title reaches it and what is to come, and not the past', async () => {
    virtual.outlook.update(series, { subject: 'Renamed' });
    await virtual.settle();
    const titles = [...(await booked(virtual)).values()].map(({ key, last }) => [key, last.title]);
    expect(titles).toEqual([0, 1, 2, 3, 4].map((n) => [nth(n), n === 0 ? 'Budget' : 'Renamed']));
  });
});

it('a single meeting that is made a series goes on while it runs, and is not held twice', async () => {
  const event = virtual.outlook.book(meeting());
  await virtual.settle();
  await virtual.advance(at(1, 9, 20).getTime() - virtual.now());
  await open(virtual, event.iCalUId);
  virtual.outlook.convertToSeries(event, daily(3));
  await virtual.settle();
  const later = [2, 3].map((n) => keyOf(event.iCalUId, at(n, 9)));
  expect(await keys()).toEqual([event.iCalUId, ...later].sort());
  await virtual.advance(10 * minute);
  expect(await keys()).toEqual([event.iCalUId, ...later].sort());
  virtual.outlook.cancel(event);
  await virtual.settle();
  expect(await keys()).toEqual([event.iCalUId]);
});

it('a series that is made a single meeting goes on while its first day runs', async () => {
  const series = virtual.outlook.book(meeting({ recurrence: daily(3) }));
  await virtual.settle();
  await virtual.advance(at(1, 9, 20).getTime() - virtual.now());
  await open(virtual, keyOf(series.iCalUId, start));
  virtual.outlook.convertToSingle(series);
  await virtual.settle();
  expect(await keys()).toEqual([keyOf(series.iCalUId, start)]);
});

it('a single meeting that is cancelled while it runs ends, and one moved while it runs is moved', async () => {
  const event = virtual.outlook.book(meeting());
  await virtual.settle();
  await virtual.advance(at(1, 9, 20).getTime() - virtual.now());
  virtual.outlook.update(event, { start: at(1, 12), end: at(1, 13) });
  await virtual.settle();
  expect((await booked(virtual)).get(event.iCalUId)?.booked?.start).toBe(at(1, 12).getTime());
  virtual.outlook.cancel(event);
  await virtual.settle();
  expect(await keys()).toEqual([]);
});
