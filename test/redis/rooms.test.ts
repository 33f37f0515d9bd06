import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RoomCalendar, RoomStore, type RoomSubscription } from '../../src/redis/rooms.ts';
import { booking, event, occurrence, t0 } from '../meeting/a-room.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let rooms: RoomStore;
beforeAll(async () => {
  server = await startRedis();
  rooms = new RoomStore(server.redis);
});
afterAll(() => server.close());
beforeEach(() => server.redis.flushall());

const calendar: RoomCalendar = {
  held: new Map([
    ['e', event({ id: 'e' })],
    ['m-0', occurrence('m', 0)],
  ]),
  bookings: new Map([['uid', booking()]]),
  deltaLink: 'https://graph/delta?$deltatoken=1',
  window: { from: t0, to: t0 + 1 },
  baselineAt: t0,
};
const subscription: RoomSubscription = {
  id: 's1',
  mailbox: 'a@x',
  clientState: 'secret',
  expires: t0,
  renewAt: t0 - 1,
  since: 1,
};

describe("a room's calendar", () => {
  it('is empty and without a delta link at first', async () => {
    const empty = await rooms.calendar('a@x');
    expect([empty.held.size, empty.bookings.size]).toEqual([0, 0]);
    expect(empty.deltaLink || undefined).toBeUndefined();
  });

  it('is stored whole with its delta link, and apart from those of other rooms', async () => {
    await rooms.putCalendar('a@x', await rooms.calendar('a@x'), calendar);
    expect(await rooms.calendar('a@x')).toEqual(calendar);
    expect((await rooms.calendar('b@x')).held.size).toBe(0);
  });

  it('loses what is gone, keeps what is the same and takes what changed', async () => {
    await rooms.putCalendar('a@x', await rooms.calendar('a@x'), calendar);
    const after: RoomCalendar = {
      ...calendar,
      held: new Map([['e', event({ id: 'e', subject: 'New' })]]),
      bookings: new Map(),
      deltaLink: 'https://graph/delta?$deltatoken=2',
    };
    await rooms.putCalendar('a@x', await rooms.calendar('a@x'), after);
    expect(await rooms.calendar('a@x')).toEqual(after);
  });

  it('without a delta link is read anew', async () => {
    const before = await rooms.calendar('a@x');
    await rooms.putCalendar('a@x', before, {
      ...calendar,
      deltaLink: undefined,
      window: undefined,
      baselineAt: 0,
    });
    expect((await rooms.calendar('a@x')).deltaLink || undefined).toBeUndefined();
  });
});

describe('a subscription', () => {
  it('is found by its id and by its room', async () => {
    await rooms.putSubscription(subscription);
    expect(await rooms.subscription('s1')).toEqual(subscription);
    expect(await rooms.subscriptionOf('a@x')).toEqual(subscription);
    expect(await rooms.subscription('s2')).toBeUndefined();
    expect(await rooms.subscriptionOf('b@x')).toBeUndefined();
  });

  it('takes the place of the one before, and clears the error', async () => {
    await rooms.putSubscription(subscription);
    await rooms.putStatus('a@x', { subscriptionError: 'refused', subscriptionErrorSince: 5 });
    await rooms.putSubscription({ ...subscription, id: 's2' });
    expect((await rooms.subscriptions()).map(({ id }) => id)).toEqual(['s2']);
    expect(await rooms.subscription('s1')).toBeUndefined();
    expect(await rooms.status('a@x')).not.toHaveProperty('subscriptionError');
  });

  it('is renewed in place, and dropped', async () => {
    await rooms.putSubscription(subscription);
    await rooms.putSubscription({ ...subscription, expires: t0 + 5 });
    expect((await rooms.subscriptionOf('a@x'))?.expires).toBe(t0 + 5);
    await rooms.dropSubscription('a@x', 's1');
    expect(await rooms.subscriptions()).toEqual([]);
    expect(await rooms.subscriptionOf('a@x')).toBeUndefined();
  });
});

it('subscriptions that nobody knows are remembered as those of the last look', async () => {
  expect(await rooms.unknownSubscriptions()).toEqual(new Map());
  await rooms.putUnknownSubscriptions(
    new Map([
      ['x', 1],
      ['y', 2],
    ]),
  );
  await rooms.putUnknownSubscriptions(new Map([['y', 2]]));
  expect(await rooms.unknownSubscriptions()).toEqual(new Map([['y', 2]]));
  await rooms.putUnknownSubscriptions(new Map());
  expect(await rooms.unknownSubscriptions()).toEqual(new Map());
});

it('a status has numbers as numbers and texts as texts, even those that look like numbers', async () => {
  expect(await rooms.status('a@x')).toEqual({});
  await rooms.putStatus('a@x', { lastSync: 5, failures: 2, error: '503', errorSince: 4, missed: 1 });
  expect(await rooms.status('a@x')).toEqual({
    lastSync: 5,
    failures: 2,
    error: '503',
    errorSince: 4,
    missed: 1,
  });
  await rooms.putStatus('a@x', { error: undefined, errorSince: undefined, failures: undefined, lastSync: 6 });
  expect(await rooms.status('a@x')).toEqual({ lastSync: 6, missed: 1 });
});
