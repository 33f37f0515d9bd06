/** Attempts at what may be guessed: some are free, each further one waits twice as long, up to a quarter of an hour. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { AttemptStore } from '../../src/redis/attempts.ts';
import { startRedis, type TestRedis } from './server.ts';

const hour = 3_600_000;
let server: TestRedis;
let store: AttemptStore;
beforeAll(async () => {
  server = await startRedis();
  store = new AttemptStore(server.redis);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.redis.flushall();
});

/** The waits between so many attempts, each made as soon as it may be. */
async function waits(count: number, now = Date.now()): Promise<number[]> {
  const all: number[] = [];
  for (let at = now; all.length < count; ) {
    const wait = await store.take({ name: 3 }, at);
    if (wait === 0) {
      const next = await store.take({ name: 3 }, at);
      all.push(next);
      at += next;
    }
  }
  return all;
}

it('each waits twice as long as the one before, but none for ever', async () => {
  for (let times = 0; times < 2; times += 1) expect(await store.take({ name: 3 }, Date.now())).toBe(0);
  const minutes = 60_000;
  expect(await waits(12)).toEqual([
    ...[1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000],
    ...[15 * minutes, 15 * minutes],
  ]);
});

it('is no more than twenty an hour in the long run', async () => {
  const begun = Date.now();
  let [made, at] = [0, begun];
  while (at < begun + hour) {
    const wait = await store.take({ name: 5 }, at);
    if (wait === 0) made += 1;
    at += wait;
  }
  expect(made).toBeLessThanOrEqual(20);
});

it('counts for all that it is for, and waits for the longest of them', async () => {
  const now = Date.now();
  expect(await store.take({ name: 1, address: 2 }, now)).toBe(0);
  expect(await store.take({ other: 1, address: 2 }, now)).toBe(0);
  expect(await store.take({ third: 1, address: 2 }, now)).toBe(1_000);
  expect(await store.take({ third: 1 }, now)).toBe(0);
});

it('a success forgets what it was for, and of the address itself alone', async () => {
  const now = Date.now();
  for (let times = 0; times < 4; times += 1) await store.take({ [`name-${times}`]: 9, address: 9 }, now);
  await store.succeed('name-3', 'address');
  expect(await server.redis.keys('*:attempts:name-3')).toEqual([]);
  const [address = ''] = await server.redis.keys('*:attempts:address');
  expect(await server.redis.hget(address, 'count')).toBe('3');
});

it('is forgotten an hour after the last one', async () => {
  await store.take({ name: 3 }, Date.now());
  const [key = ''] = await server.redis.keys('*:attempts:name');
  const left = await server.redis.pttl(key);
  expect(left).toBeGreaterThan(hour - 10_000);
  expect(left).toBeLessThanOrEqual(hour);
});
