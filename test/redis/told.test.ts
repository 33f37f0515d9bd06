import { afterAll, beforeAll, expect, it } from 'vitest';
import { ToldStore } from '../../src/redis/told.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

it('what people touch stays marked until it was looked at, and what they touch meanwhile stays so', async () => {
  const told = new ToldStore(server.redis);
  expect(await told.touched('a')).toBeUndefined();
  await told.touch(['a', 'b']);
  const mark = (await told.touched('a')) ?? '';
  await told.touch(['a']);
  await told.looked('a', mark);
  const again = (await told.touched('a')) ?? '';
  expect(again).not.toBe('');
  await told.looked('a', again);
  expect([await told.touched('a'), await told.touched('b')]).toEqual([undefined, mark]);
});
