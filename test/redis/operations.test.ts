import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Order, Outcome } from '../../src/conference/operation/operation.ts';
import { mergeBookings } from '../../src/meeting/booking.ts';
import { type Lease, MeetingStore } from '../../src/redis/meetings.ts';
import { OperationStore } from '../../src/redis/operations.ts';
import { booking, day, t0 } from '../meeting/a-room.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let meetings: MeetingStore;
let operations: OperationStore;
beforeAll(async () => {
  server = await startRedis();
  meetings = new MeetingStore(server.redis);
  operations = new OperationStore(server.redis);
});
afterAll(() => server.close());

const lease: Lease = { hash: 'leases', field: 'uid', holder: 'me' };
const order = (request: string, fields: Partial<Order> = {}): Order => ({
  ...{ request, by: 'olga', at: t0, operation: { do: 'end' } },
  ...fields,
});
const done: Outcome = { state: 'done', at: t0 + 5 };
const note = { at: t0 + 5, what: 'operated' as const, do: 'end', by: 'olga', outcome: 'done' };

async function put(key: string, start = t0): Promise<void> {
  const says = booking({ key, uid: key, start, end: start + 1_000 });
  await meetings.putBooking('a@x', key, says, mergeBookings(new Map([['a@x', says]])), []);
}
const waiting = async (key = 'uid') => (await meetings.load(key))?.orders?.map(({ request }) => request);
const whats = async () => (await meetings.timeline('uid')).map(({ what }) => what);

beforeEach(async () => {
  await server.redis.flushall();
  await server.redis.hset(lease.hash, lease.field, lease.holder);
  await put('uid');
});

describe('an order', () => {
  it('waits with its meeting, and has no outcome until it is settled', async () => {
    expect(await operations.order('uid', order('r'))).toBe('ordered');
    expect((await meetings.load('uid'))?.orders).toMatchObject([order('r')]);
    expect(await operations.outcome('uid', 'r')).toBeUndefined();
  });

  it('made twice with the same request is one: that which was made first', async () => {
    await operations.order('uid', order('r'));
    expect(await operations.order('uid', order('r', { by: 'another', at: t0 + 1 }))).toBe('ordered');
    expect((await meetings.load('uid'))?.orders).toMatchObject([order('r')]);
  });

  it('made by many at the same moment is one', async () => {
    const said = await Promise.all(
      Array.from({ length: 20 }, (_, i) => operations.order('uid', order('r', { by: `${i}` }))),
    );
    expect(new Set(said)).toEqual(new Set(['ordered']));
    expect(await waiting()).toEqual(['r']);
  });

  it('that is made again after it was settled is answered by its outcome, and not done again', async () => {
    await operations.order('uid', order('r'));
    expect(await operations.settle('uid', 'r', done, lease, [note])).toBe(true);
    expect(await operations.order('uid', order('r', { by: 'another' }))).toEqual(done);
    expect(await operations.outcome('uid', 'r')).toEqual(done);
    expect(await waiting()).toBeUndefined();
  });

  it('is known by its request in its own meeting only', async () => {
    await put('other');
    await operations.order('uid', order('r'));
    await operations.settle('uid', 'r', done, lease, []);
    expect(await operations.order('other', order('r'))).toBe('ordered');
    expect(await operations.outcome('other', 'r')).toBeUndefined();
  });

  it('of a meeting that nobody knows leaves nothing', async () => {
    expect(await operations.order('nobody', order('r'))).toBe('absent');
    expect((await server.redis.keys('*')).filter((key) => key.includes('nobody'))).toEqual([]);
  });

  it('comes in the order of its time, whatever order it was written in', async () => {
    const times = [7, 3, 9, 1, 5];
    for (const time of times) await operations.order('uid', order(`r${time}`, { at: t0 + time }));
    expect(await waiting()).toEqual(['r1', 'r3', 'r5', 'r7', 'r9']);
  });

  it('of the same instant comes in the order of its being ordered', async () => {
    const requests = Array.from({ length: 30 }, (_, i) => `r${i}`);
    for (const request of requests) await operations.order('uid', order(request));
    expect(await waiting()).toEqual(requests);
  });

  it('made for something else with a request that is known is another, waiting or settled', async () => {
    const other = order('r', { operation: { do: 'lock', locked: true } });
    await operations.order('uid', order('r'));
    expect(await operations.order('uid', other)).toBe('another');
    await operations.settle('uid', 'r', done, lease, []);
    expect(await operations.order('uid', other)).toBe('another');
    expect(await operations.order('uid', order('r'))).toEqual(done);
  });

  it('whose request reads like a field of the meeting is an order nevertheless', async () => {
    for (const request of ['run', 'room:a@x', 'order:r', '__proto__', 'last'])
      expect(await operations.order('uid', order(request))).toBe('ordered');
    const meeting = await meetings.load('uid');
    expect(new Set(meeting?.orders?.map(({ request }) => request))).toEqual(
      new Set(['run', 'room:a@x', 'order:r', '__proto__', 'last']),
    );
    expect([...(meeting?.bookings.keys() ?? [])]).toEqual(['a@x']);
    expect(meeting?.run).toBeUndefined();
  });
});

describe('what is done of an order', () => {
  const further = order('r', { diallingSince: 1_000 });
  beforeEach(() => operations.order('uid', order('r')));

  it('is written down with it', async () => {
    expect(await operations.progress('uid', further, lease)).toBe(true);
    expect((await meetings.load('uid'))?.orders).toEqual([further]);
  });

  it('is not written where it is not ordered, nor after it was settled', async () => {
    expect(await operations.progress('uid', order('never'), lease)).toBe(false);
    await operations.settle('uid', 'r', done, lease, []);
    expect(await operations.progress('uid', further, lease)).toBe(false);
    expect(await waiting()).toBeUndefined();
  });

  it('when it is settled stands in the timeline and by its request, and no more with the meeting', async () => {
    await operations.order('uid', order('later', { at: t0 + 1 }));
    const two = [note, { ...note, at: t0 + 6 }];
    expect(await operations.settle('uid', 'r', done, lease, two)).toBe(true);
    expect(await waiting()).toEqual(['later']);
    expect(await meetings.timeline('uid')).toEqual(two);
    expect(await operations.outcome('uid', 'r')).toEqual(done);
  });

  it('is settled once: a second outcome changes nothing and is told nobody', async () => {
    await operations.settle('uid', 'r', done, lease, [note]);
    const another: Outcome = { state: 'failed', refusal: 'failed', at: t0 + 9 };
    expect(await operations.settle('uid', 'r', another, lease, [note])).toBe(false);
    expect(await operations.settle('uid', 'never', another, lease, [note])).toBe(false);
    expect(await operations.outcome('uid', 'r')).toEqual(done);
    expect(await operations.outcome('uid', 'never')).toBeUndefined();
    expect(await whats()).toEqual(['operated']);
  });

  it('is remembered for a week', async () => {
    await operations.settle('uid', 'r', done, lease, []);
    const left = await server.redis.pttl('roombridge:operations:uid');
    expect(left).toBeGreaterThan(7 * day - 60_000);
    expect(left).toBeLessThanOrEqual(7 * day);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['another process has taken it over', () => server.redis.hset(lease.hash, lease.field, 'another')],
    ['nobody has a claim', () => server.redis.hdel(lease.hash, lease.field)],
    ['Redis has lost the meeting', () => server.redis.del('roombridge:meeting:uid')],
    ['Redis has lost everything', () => server.redis.flushall()],
  ])('is written nowhere when %s', async (_, lose) => {
    await lose();
    const before = await meetings.load('uid');
    const keys = (await server.redis.keys('*')).sort();
    expect(await operations.progress('uid', further, lease)).toBe(false);
    expect(await operations.settle('uid', 'r', done, lease, [note])).toBe(false);
    expect(await meetings.load('uid')).toEqual(before);
    expect((await server.redis.keys('*')).sort()).toEqual(keys);
    expect(await operations.outcome('uid', 'r')).toBeUndefined();
    expect(await whats()).toEqual([]);
  });
});

it('a meeting that is forgotten leaves neither its orders nor what came of them, and nobody can order anything of it', async () => {
  await put('old', t0 - 40 * day);
  await server.redis.hset(lease.hash, 'old', 'me');
  const ofOld = { ...lease, field: 'old' };
  for (const request of ['settled', 'waits']) await operations.order('old', order(request));
  await operations.settle('old', 'settled', done, ofOld, [note]);
  await operations.order('uid', order('r'));
  await operations.settle('uid', 'r', done, lease, []);
  await server.redis.del(lease.hash);
  await meetings.forget(t0 - 30 * day);
  expect((await server.redis.keys('*')).filter((key) => key.includes('old'))).toEqual([]);
  expect(await operations.order('old', order('settled'))).toBe('absent');
  expect(await operations.outcome('uid', 'r')).toEqual(done);
});
