/** Open calls are asked for all the time, and read anew only where they have changed: by whichever process. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AttendanceStore, type Commit } from '../../src/redis/attendance.ts';
import { startRedis, type TestRedis } from './server.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const address = 'https://cms1.example.com:445';
const lease = { hash: 'leases', field: address, holder: 'me' };
const nothing: Commit = {
  ...{ calls: new Map(), seats: new Map(), attendees: new Map(), over: new Set<string>() },
  ...{ records: undefined, taken: 0, waiting: [], keep: 60_000, now: 1_000 },
};

it('what another process has written is seen at once, and what has not changed is not read again', async () => {
  await redis.redis.hset(lease.hash, lease.field, lease.holder);
  const [writer, reader] = [new AttendanceStore(redis.redis), new AttendanceStore(redis.connect())];
  const call = { knownAt: 1, since: 1, space: 'space' };
  const write = (calls: Commit['calls']) => writer.commit(lease, address, { ...nothing, calls });
  expect([...(await reader.openCalls(address)).keys()]).toEqual([]);
  await write(new Map([['one', call]]));
  const before = await reader.openCalls(address);
  expect([...before.keys()]).toEqual(['one']);
  expect(await reader.openCalls(address)).toBe(before);
  await write(new Map(Object.entries({ one: { ...call, overAt: 2 }, two: call })));
  expect([...(await reader.openCalls(address)).keys()]).toEqual(['two']);
});

it('of two who fold in the same news at the same time one is refused, so that nothing is taken that nobody has seen', async () => {
  await redis.redis.hset(lease.hash, lease.field, lease.holder);
  const store = new AttendanceStore(redis.redis);
  const heard = (at: number) => ({ heard: at, news: [] });
  await store.push(address, [heard(1), heard(2)]);
  const [folds, read] = [await store.folds(address), await store.backlog(address, 10)];
  await store.push(address, [heard(3), heard(4)]);
  const commit = () => store.commit(lease, address, { ...nothing, taken: read.length, folds });
  expect(await commit()).toBe(true);
  expect(await commit()).toBe(false);
  expect(await store.backlog(address, 10)).toEqual([heard(3), heard(4)]);
});
