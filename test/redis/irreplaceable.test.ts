/** What cannot be rebuilt is read whole and written again, and with nothing that belongs to the Redis of then. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Figures } from '../../src/conference/report/figures.ts';
import { ApiTokenStore } from '../../src/redis/api-tokens.ts';
import { AuditLog } from '../../src/redis/audit-log.ts';
import { BridgeStore } from '../../src/redis/bridges.ts';
import { EpochStore } from '../../src/redis/epoch.ts';
import { startHeartbeat } from '../../src/redis/heartbeat.ts';
import {
  type Entry,
  isEmpty,
  isInUse,
  readIrreplaceable,
  writeIrreplaceable,
} from '../../src/redis/irreplaceable.ts';
import { LocalAccountStore } from '../../src/redis/local-accounts.ts';
import { ReportStore } from '../../src/redis/reports.ts';
import { RoomStore } from '../../src/redis/rooms.ts';
import { TicketStore } from '../../src/redis/tickets.ts';
import { ToldStore } from '../../src/redis/told.ts';
import { startRedis, type TestRedis } from './server.ts';

const day = 86_400_000;
const token = { id: 't1', name: 'monitoring', role: 'viewer', by: 'olga' } as const;
const figures = { booked: 3 } as unknown as Figures;

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
beforeEach(() => server.redis.flushall());

const entry = (what: string) => ({ by: 'olga', what, about: {}, said: {}, outcome: '200' });
const whole = async () => {
  const found: Entry[] = [];
  for await (const one of readIrreplaceable(server.redis)) found.push(one);
  return found;
};
async function* each(entries: readonly Entry[]) {
  yield* entries;
}

/** By everything that writes something of it. */
async function fill(now: number): Promise<void> {
  const { redis } = server;
  const accounts = new LocalAccountStore(redis);
  await accounts.invite('ann', 'abc', now + day);
  await accounts.setPassword('ann', 'abc', 'a-record', now);
  await accounts.invite('ben', 'def', now + day);
  await new ApiTokenStore(redis).add('hash', { ...token, made: now, ends: now + day });
  await new ApiTokenStore(redis).find('hash', now);
  for (const what of ['first', 'second']) await new AuditLog(redis).add(entry(what), now);
  await new BridgeStore(redis).putDrain('https://cms1:445', { since: now, from: now, moveRunning: 0 });
  await new ReportStore(redis).keep('UTC', '2026-03-09', { state: 'final', figures });
  await new ReportStore(redis).askedFor('UTC', now);
  await new RoomStore(redis).putShownLonger(
    'a@x',
    'id',
    { bookedEnd: now, versions: ['v'], isOccurrence: true },
    now,
  );
  await new TicketStore(redis).settle(
    'a scope',
    [{ code: 'clock-off', about: 'cms1', detail: 'ahead' }],
    now,
  );
  await new ToldStore(redis).save('uid', { againAt: now }, day);
}

it('everything comes back as it was, with what is left of its time', async () => {
  const now = Date.now();
  await fill(now);
  const before = await whole();
  const names = before.map(({ key }) => key.replace(/^roombridge:/, ''));
  expect(names).toEqual([
    ...['local-passwords', 'local-links', 'api-tokens', 'api-token:hash', 'api-token-used:hash', 'audit-log'],
    ...[
      'call-bridges:drained',
      'room:a@x:shown-longer',
      'report:UTC:2026-03-09',
      'reports:zones',
      'told:uid',
    ],
    ...['tickets', 'tickets:of:a scope', 'tickets:news'],
  ]);
  await server.redis.flushall();
  expect(await writeIrreplaceable(server.redis, each(before))).toBe(before.length);
  const after = await whole();
  const timeless = (entries: readonly Entry[]) => entries.map(({ expires: _, ...one }) => one);
  expect(timeless(after)).toEqual(timeless(before));
  for (const [i, { expires }] of after.entries())
    expect(Math.abs((expires ?? 0) - (before[i]?.expires ?? 0))).toBeLessThan(60_000);

  const { redis } = server;
  expect(await new LocalAccountStore(redis).password('ann')).toBe('a-record');
  expect(await new LocalAccountStore(redis).isInvited('ben', 'def', now)).toBe(true);
  expect(await new ApiTokenStore(redis).find('hash', now)).toMatchObject(token);
  expect((await new AuditLog(redis).list(undefined, 9)).map(({ what }) => what)).toEqual(['second', 'first']);
  expect((await new ReportStore(redis).days('UTC', ['2026-03-09'])).size).toBe(1);
  expect((await new BridgeStore(redis).drains()).size).toBe(1);
  expect((await new RoomStore(redis).shownLonger('a@x')).size).toBe(1);
  expect(await new ToldStore(redis).load('uid')).toEqual({ againAt: now });
  expect(await new TicketStore(redis).list('open')).toHaveLength(1);
});

it('what has ended meanwhile does not come back', async () => {
  await fill(Date.now());
  const before = (await whole()).map((one) => (one.expires === undefined ? one : { ...one, expires: 1 }));
  await server.redis.flushall();
  await writeIrreplaceable(server.redis, each(before));
  expect(await server.redis.keys('*api-token:*')).toEqual([]);
  expect(await new ToldStore(server.redis).load('uid')).toEqual({});
});

it('a stream that goes on has all of both in their order, however long it is', async () => {
  const log = new AuditLog(server.redis);
  const many = Array.from({ length: 2_500 }, (_, n) => `${n}`);
  await Promise.all(many.map((what) => log.add(entry(what), Date.now())));
  const before = await whole();
  expect(before).toHaveLength(3);
  await server.redis.flushall();
  await log.add(entry('since then'), Date.now());
  await writeIrreplaceable(server.redis, each(before));
  const found = await log.list(undefined, 9_999);
  expect(found.map(({ what }) => what).toReversed()).toEqual([...many, 'since then']);
});

it('it is known whether anybody has run here, and whether somebody does', async () => {
  expect([await isEmpty(server.redis), await isInUse(server.redis)]).toEqual([true, false]);
  const { stop } = await startHeartbeat(server.redis, 'me', () => {});
  expect(await isInUse(server.redis)).toBe(true);
  await stop();
  expect([await isEmpty(server.redis), await isInUse(server.redis)]).toEqual([true, false]);
  await new EpochStore(server.redis).begin(1);
  expect(await isEmpty(server.redis)).toBe(false);
  await server.redis.flushall();
  await new LocalAccountStore(server.redis).invite('ann', 'abc', 1);
  expect(await isEmpty(server.redis)).toBe(false);
});
