/** Which of several times has a free slot, found without holding one. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { SlotStore } from '../../src/redis/slots.ts';
import { startRedis, type TestRedis } from './server.ts';

const hour = 3_600_000;
const t0 = Math.ceil(Date.now() / hour) * hour;
const cluster = { name: 'emea', numbers: { base: 8000, quantity: 2 } };
const from = (hours: number) => ({ from: t0 + hours * hour, to: t0 + (hours + 1) * hour });

let server: TestRedis;
let slots: SlotStore;
beforeAll(async () => {
  server = await startRedis();
  slots = new SlotStore(server.redis);
});
afterAll(() => server.close());
beforeEach(() => server.redis.flushall());

const hold = (key: string, hours: number) =>
  slots.reserve(cluster, [{ key, ...from(hours) }], { mode: 'lowest' });

it('the first time with a free slot is found, however many are looked at, and nothing is held', async () => {
  for (let hours = 0; hours < 40; hours += 1)
    for (const one of ['a', 'b']) await hold(`${one}${hours}`, hours);
  await slots.release('emea', ['a33', 'b20']);
  const keys = (await server.redis.keys('*')).sort();
  const hours = Array.from({ length: 60 }, (_, i) => from(59 - i));
  expect(await slots.firstFree(cluster, hours.slice(20))).toEqual(from(33));
  expect(await slots.firstFree(cluster, [from(1), from(20)])).toEqual(from(20));
  expect(await slots.firstFree(cluster, [from(1), from(2)])).toBeUndefined();
  expect(await slots.firstFree(cluster, [])).toBeUndefined();
  expect((await server.redis.keys('*')).sort()).toEqual(keys);
});

it('a slot that is free but for a moment is not free, and one that is blocked neither', async () => {
  for (const one of ['a', 'b'])
    await slots.reserve(cluster, [{ key: one, from: t0 + 60_000, to: t0 + 120_000 }], { mode: 'lowest' });
  expect(await slots.firstFree(cluster, [{ from: t0, to: t0 + 90_000 }])).toBeUndefined();
  expect(await slots.firstFree(cluster, [{ from: t0 + 120_000, to: t0 + hour }])).toBeDefined();
  await slots.block(cluster, ['8000', '8001']);
  expect(await slots.firstFree(cluster, [from(3)])).toBeUndefined();
});
