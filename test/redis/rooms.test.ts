import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RoomStore, type RoomSubscription } from '../../src/redis/rooms.ts';
import { hour, t0 } from '../meeting/a-room.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let rooms: RoomStore;
beforeAll(async () => {
  server = await startRedis();
  rooms = new RoomStore(server.redis);
});
afterAll(() => server.close());
beforeEach(() => server.redis.flushall());

const subscription: RoomSubscription = {
  id: 's1',
  mailbox: 'a@x',
  clientState: 'secret',
  expires: t0,
  renewAt: t0 - 1,
  since: 1,
};

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

describe('the echo of a change of ours', () => {
  const until = t0 + 10_000;

  it('is taken as often as it was expected, for this event of this room only', async () => {
    await rooms.expectEcho('a@x', 'e', until, 3);
    expect(await rooms.takeEchoes('b@x', ['e'], t0)).toEqual(new Set());
    expect(await rooms.takeEchoes('a@x', ['other', 'e', undefined, 'e'], t0)).toEqual(new Set([1, 3]));
    expect(await rooms.takeEchoes('a@x', ['e', 'e'], t0)).toEqual(new Set([0]));
    expect(await rooms.takeEchoes('a@x', ['e'], t0)).toEqual(new Set());
    expect(await rooms.echoUntil('a@x', 'e')).toBe(until);
    expect(await rooms.echoUntil('a@x', 'other')).toBeUndefined();
  });

  it('comes within a second of the first: then another hand may have changed it', async () => {
    await rooms.expectEcho('a@x', 'e', until, 3);
    expect(await rooms.takeEchoes('a@x', ['e'], t0)).toEqual(new Set([0]));
    expect(await rooms.takeEchoes('a@x', ['e'], t0 + 999)).toEqual(new Set([0]));
    expect(await rooms.takeEchoes('a@x', ['e'], t0 + 1_000)).toEqual(new Set());
    await rooms.expectEcho('a@x', 'e', until, 3);
    expect(await rooms.takeEchoes('a@x', ['e'], t0 + 1_000)).toEqual(new Set([0]));
  });

  it('is none any more when it comes late', async () => {
    await rooms.expectEcho('a@x', 'e', until, 3);
    expect(await rooms.takeEchoes('a@x', ['e'], until)).toEqual(new Set());
    expect(await rooms.takeEchoes('a@x', ['e'], until - 1)).toEqual(new Set([0]));
  });
});

it('the number that a series has left is remembered for a quarter of an hour, by room and organizer', async () => {
  const left = { cluster: 'emea', number: '8000' };
  await rooms.leaveNumber('a@x', 'tim@x', left, t0);
  expect(await rooms.numberLeft('a@x', 'tim@x', t0 + hour / 4 - 1)).toMatchObject(left);
  expect(await rooms.numberLeft('a@x', 'tim@x', t0 + hour / 4)).toBeUndefined();
  expect(await rooms.numberLeft('b@x', 'tim@x', t0)).toBeUndefined();
  expect(await rooms.numberLeft('a@x', 'ann@x', t0)).toBeUndefined();
});

it('dates that are not taken are those that each root of each room says now', async () => {
  const date = { originalStart: t0, start: t0, end: t0 + hour };
  const of = (mailbox: string, root: string) => ({ mailbox, root, uid: 'uid' });
  await rooms.putUntaken(of('a@x', 'r'), [date]);
  await rooms.putUntaken(of('a@x', 'alone'), [{ ...date, isDeclined: true }]);
  await rooms.putUntaken(of('b@x', 'r'), [date, { ...date, start: t0 + 1 }]);
  expect(await rooms.untakenDates('uid')).toHaveLength(4);
  await rooms.putUntaken(of('b@x', 'r'), []);
  await rooms.putUntaken(of('a@x', 'r'), []);
  expect(await rooms.untakenDates('uid')).toEqual([{ mailbox: 'a@x', ...date, isDeclined: true }]);
  expect(await rooms.untakenDates('other')).toEqual([]);
});
