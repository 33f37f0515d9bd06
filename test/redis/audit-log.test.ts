import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { AuditLog } from '../../src/redis/audit-log.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let log: AuditLog;
beforeAll(async () => {
  server = await startRedis();
  log = new AuditLog(server.redis);
});
afterAll(() => server.close());
beforeEach(() => server.redis.flushall());

const entry = (said: number) => ({ by: 'ann', what: 'POST /x', about: {}, said: { said }, outcome: 'done' });
const said = (found: Awaited<ReturnType<AuditLog['list']>>) => found.map((one) => one.said.said);

it('is read the newest first, from any place on, also where many were written at one moment', async () => {
  await Promise.all([1, 2, 3, 4, 5].map((i) => log.add(entry(i), Date.now())));
  const first = await log.list(undefined, 2);
  expect(said(first)).toEqual([5, 4]);
  expect(first[0]).toMatchObject(entry(5));
  expect(Math.abs((first[0]?.at ?? 0) - Date.now())).toBeLessThan(60_000);
  expect(said(await log.list(first[1]?.id, 2))).toEqual([3, 2]);
  expect(said(await log.list(first[1]?.id, 100))).toEqual([3, 2, 1]);
});

it('forgets what is older than a year and a month, and nothing else', async () => {
  const day = 86_400_000;
  const now = Date.now();
  for (let i = 0; i < 250; i += 1)
    await server.redis.xadd(
      'roombridge:audit-log',
      `${now - 400 * day + i}-0`,
      'entry',
      JSON.stringify(entry(i)),
    );
  await server.redis.xadd(
    'roombridge:audit-log',
    `${now - 390 * day}-0`,
    'entry',
    JSON.stringify(entry(1_000)),
  );
  await log.add(entry(1_001), now);
  const left = said(await log.list(undefined, 1_000));
  expect(left.slice(0, 2)).toEqual([1_001, 1_000]);
  // Redis takes away whole pieces only.
  expect(left.length).toBeLessThan(200);
});
