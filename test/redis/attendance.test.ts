import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { arrived } from '../../src/conference/attendance/attendee.ts';
import type { Heard } from '../../src/conference/attendance/ordering.ts';
import { AttendanceStore, type Commit } from '../../src/redis/attendance.ts';
import { startRedis, type TestRedis } from './server.ts';

let redis: TestRedis;
let store: AttendanceStore;
const address = 'https://cms1.example.com:445';
const lease = { hash: 'leases', field: address, holder: 'me' };
const heard = (name: string): Heard => ({
  heard: 1,
  news: [{ kind: 'call', call: name, at: 1, heard: 1 }],
});
const nothing: Commit = {
  ...{ calls: new Map(), seats: new Map(), attendees: new Map(), over: new Set<string>() },
  ...{ records: undefined, taken: 0, waiting: [], keep: 60_000, now: 1_000 },
};
const ann = { ...arrived('ann', { at: 1, heard: 2 }), name: 'Ann' };

beforeAll(async () => {
  redis = await startRedis();
  store = new AttendanceStore(redis.redis);
});
beforeEach(async () => {
  await redis.redis.flushall();
  await redis.redis.hset('leases', address, 'me');
});
afterAll(() => redis.close());

it('what is told waits in its order until it is folded in, and what waits on goes before what has come since', async () => {
  await store.push(address, [heard('a'), heard('b')]);
  expect(await store.backlog(address, 10)).toEqual([heard('a'), heard('b')]);
  await store.push(address, [heard('c')]);
  expect(await store.commit(lease, address, { ...nothing, taken: 2, waiting: [heard('b')] })).toBe(true);
  expect(await store.backlog(address, 10)).toEqual([heard('b'), heard('c')]);
});

it('takes no more than can wait, and of one push all or nothing', async () => {
  const many = Array.from({ length: 10_000 }, (_, i) => heard(String(i)));
  expect(await store.push(address, many)).toBe(true);
  expect(await store.push(address, [...many, heard('one more')])).toBe(false);
  expect(await store.backlog(address, 1)).toEqual([heard('0')]);
  expect(await redis.redis.llen(`roombridge:attendance:backlog:${address}`)).toBe(10_000);
});

it('writes nothing, and takes nothing from what waits, once another process has the call bridge', async () => {
  await store.push(address, [heard('a')]);
  await redis.redis.hset('leases', address, 'another');
  const attendees = new Map([['call', new Map([['ann', ann]])]]);
  expect(await store.commit(lease, address, { ...nothing, taken: 1, attendees })).toBe(false);
  expect(await store.backlog(address, 10)).toHaveLength(1);
  expect(await store.attendeesOf(address, 'call')).toEqual([]);
});

it('gives back what is asked for, with what belongs to it', async () => {
  await store.commit(lease, address, {
    ...nothing,
    calls: new Map([
      ['call', { knownAt: 0, since: 5, space: 'space', meeting: 'board' }],
      ['other', { knownAt: 0, since: 6 }],
    ]),
    seats: new Map([['leg', { call: 'call', participant: 'ann' }]]),
    attendees: new Map([['call', new Map([['ann', ann]])]]),
    over: new Set(['gone']),
  });
  const known = await store.load(address, { calls: new Set(), legs: new Set(['leg', 'gone']) });
  expect(known.seats).toEqual(new Map([['leg', { call: 'call', participant: 'ann' }]]));
  expect(known.calls).toEqual(
    new Map([['call', { knownAt: 0, since: 5, space: 'space', meeting: 'board' }]]),
  );
  expect(known.attendees.get('call')).toEqual(new Map([['ann', ann]]));
  expect(known.over).toEqual(new Set(['gone']));
  expect([...(await store.sought(address)).keys()]).toEqual(['other']);
  expect(await store.ofMeeting('board')).toMatchObject([{ address, call: 'call', attendees: [ann] }]);
});

it('forgets who was in after the time for which it is kept', async () => {
  await store.commit(lease, address, {
    ...{ ...nothing, keep: 90_000_000 },
    calls: new Map([['call', { knownAt: 0, since: 5, space: 'space', meeting: 'board' }]]),
    attendees: new Map([['call', new Map([['ann', ann]])]]),
  });
  for (const key of [`call:${address} call`, 'meeting:board']) {
    const left = await redis.redis.pttl(`roombridge:attendance:${key}`);
    expect(left).toBeGreaterThan(89_000_000);
    expect(left).toBeLessThanOrEqual(90_000_000);
  }
});

it('keeps nobody beyond the end where that is wished', async () => {
  const running = { knownAt: 0, since: 5, space: 'space', meeting: 'board' };
  const attendees = new Map([['call', new Map([['ann', ann]])]]);
  const brief = { ...nothing, keep: 0 };
  await store.commit(lease, address, { ...brief, calls: new Map([['call', running]]), attendees });
  expect(await store.ofMeeting('board')).toHaveLength(1);
  await store.commit(lease, address, {
    ...brief,
    calls: new Map([['call', { ...running, overAt: 9 }]]),
    attendees,
  });
  expect(await store.ofMeeting('board')).toEqual([]);
  expect(await store.attendeesOf(address, 'call')).toEqual([]);
});

it('prunes what lost records have left: legs that came to no call, and seats of calls that are long over', async () => {
  await store.commit(lease, address, {
    ...nothing,
    calls: new Map([
      ['old', { knownAt: 0, since: 1, overAt: 10 }],
      ['new', { knownAt: 0, since: 1 }],
    ]),
    seats: new Map([
      ['of-old', { call: 'old', participant: 'x' }],
      ['of-new', { call: 'new', participant: 'y' }],
      ['nowhere', { call: '', participant: 'nowhere' }],
    ]),
    attendees: new Map([['', new Map([['nowhere', arrived('nowhere', { at: 1, heard: 1 })]])]]),
  });
  await store.prune(address, 1_000);
  const { seats, calls, attendees } = await store.load(address, {
    calls: new Set(['old', 'new']),
    legs: new Set(['of-old', 'of-new', 'nowhere']),
  });
  expect([...seats.keys()]).toEqual(['of-new']);
  expect([...calls.keys()]).toEqual(['new']);
  expect(attendees.get('')?.size).toBe(0);
});
