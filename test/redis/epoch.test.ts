import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { EpochStore } from '../../src/redis/epoch.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let epochs: EpochStore;
beforeAll(async () => {
  server = await startRedis();
  epochs = new EpochStore(server.redis);
});
afterAll(() => server.close());
beforeEach(() => server.redis.flushall());

it('an empty Redis has no epoch, and gets one', async () => {
  expect(await epochs.current()).toBeUndefined();
  const { epoch, begunHere } = await epochs.begin(5);
  expect(begunHere).toBe(true);
  expect(epoch.begunAt).toBe(5);
  expect(await epochs.current()).toEqual(epoch);
});

it('of many that begin at once one does, and all have the same epoch', async () => {
  const begun = await Promise.all(
    Array.from({ length: 20 }, (_, n) => new EpochStore(server.connect()).begin(n)),
  );
  expect(begun.filter(({ begunHere }) => begunHere)).toHaveLength(1);
  expect(new Set(begun.map(({ epoch }) => epoch.id)).size).toBe(1);
});

it('after the loss of everything the epoch is another', async () => {
  const before = (await epochs.begin(1)).epoch;
  await server.redis.flushall();
  expect((await epochs.begin(2)).epoch.id).not.toBe(before.id);
});

it('all rooms have been read once each of them has, and none after a loss', async () => {
  expect(await epochs.allRead([])).toBe(true);
  expect(await epochs.allRead(['a@x'])).toBe(false);
  await epochs.roomRead('a@x');
  expect(await epochs.allRead(['a@x', 'b@x'])).toBe(false);
  await epochs.roomRead('b@x');
  await epochs.roomRead('b@x');
  expect(await epochs.allRead(['a@x', 'b@x'])).toBe(true);
  await server.redis.flushall();
  expect(await epochs.allRead(['a@x', 'b@x'])).toBe(false);
});
