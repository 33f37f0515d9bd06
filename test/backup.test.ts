/** A backup's file: whole or none, of a version that is known, for nobody else, and never over what is there. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { backUp, restore } from '../src/backup-command.ts';
import { EpochStore } from '../src/redis/epoch.ts';
import { startHeartbeat } from '../src/redis/heartbeat.ts';
import { LocalAccountStore } from '../src/redis/local-accounts.ts';
import { startRedis, type TestRedis } from './redis/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'roombridge-backup-'));
let server: TestRedis;
let where: { redis: { url: string }; dataDir: string };
let file: string;
let made = 0;
beforeAll(async () => {
  server = await startRedis();
  where = { redis: { url: server.url }, dataDir: folder };
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});
beforeEach(async () => {
  await server.redis.flushall();
  await new LocalAccountStore(server.redis).invite('ann', 'abc', 5);
  made += 1;
  file = join(folder, `${made}.backup`);
});

const now = Date.parse('2026-03-10T12:00:00Z');
const refused = (how?: { merge: boolean }) =>
  restore(where, file, how).then(String, (error: Error) => error.message);
const isThere = async () => await new LocalAccountStore(server.redis).isInvited('ann', 'abc', 1);

it('is written for nobody else, once, and goes into an empty Redis', async () => {
  expect(await backUp(where, file, now)).toBe(`${file} has 1 entries; keep it as you keep passwords`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  await expect(backUp(where, file, now)).rejects.toThrow(`${file} is there already`);
  await server.redis.flushall();
  expect(await restore(where, file)).toMatch(/^1 entries of 2026-03-10T12:00:00.000Z are in Redis/);
  expect(await isThere()).toBe(true);
});

it('goes nowhere where something is, or somebody works, unless that is wanted', async () => {
  await backUp(where, file, now);
  expect(await refused()).toMatch(/^this Redis is not empty/);
  await server.redis.flushall();
  await new EpochStore(server.redis).begin(1);
  expect(await refused()).toMatch(/^this Redis is not empty/);
  await server.redis.flushall();
  const { stop } = await startHeartbeat(server.redis, 'me', () => {});
  expect(await refused()).toMatch(/^roombridge runs on this Redis/);
  expect(await isThere()).toBe(false);
  expect(await refused({ merge: true })).toMatch(/^1 entries of /);
  expect(await isThere()).toBe(true);
  await stop();
});

it('is refused whole where it is not as it was written', async () => {
  await backUp(where, file, now);
  await server.redis.flushall();
  const text = readFileSync(file, 'utf8');
  const lines = text.split('\n');
  const [head = '', , end = ''] = lines;
  const damaged: [string, RegExp][] = [
    [text.replace('ann', 'eve'), /is damaged: it is not as it was written/],
    [`${head}\n${end}\n`, /is damaged: it is not as it was written/],
    [lines.slice(0, 2).join('\n'), /is damaged: its end is missing/],
    [text.slice(0, -20), /is damaged: its end is missing/],
    [head, /is damaged: its end is missing/],
    [
      text.replace('"format":1', '"format":2'),
      /was written by version \S+ in format 2; this version reads format 1/,
    ],
    ['{}\n', /is no backup of roombridge/],
    ['', /is no backup of roombridge/],
    ['REDIS0009\u0000', /is no backup of roombridge/],
  ];
  for (const [changed, why] of damaged) {
    writeFileSync(file, changed);
    expect(await refused()).toMatch(why);
  }
  expect(await server.redis.keys('*')).toEqual([]);
  rmSync(file);
  expect(await refused()).toBe(`${file} does not exist`);
});

it('tells of a Redis that is not there, and leaves no file', async () => {
  const nowhere = { redis: { url: 'redis://127.0.0.1:1' }, dataDir: folder };
  await expect(backUp(nowhere, file, now)).rejects.toThrow(/^Redis cannot be reached: .*ECONNREFUSED/);
  expect(() => statSync(file)).toThrow('ENOENT');
});
