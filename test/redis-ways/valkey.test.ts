/** The same on a real Valkey server where `deploy/setup.sh` has found one, else on another Redis; and what it holds, once it is lost, from a backup, from Exchange and from the bridges. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../check-run.ts';
import { callsOf } from '../world/cms-side.ts';
import { run } from '../world/command.ts';
import { type MeetingJson, type Product, World } from '../world/world.ts';
import { Servers, type TestServer } from './servers.ts';
import { booked, opensOnce, startAll } from './story.ts';

interface Drains {
  readonly callBridges: readonly { readonly address: string; readonly drain: object | null }[];
}

const servers = new Servers();
let name: string;
let server: TestServer;
let world: World;

beforeAll(async () => {
  const script = join(import.meta.dirname, 'valkey.sh');
  const found = spawnSync('bash', [script, '--here'], { encoding: 'utf8' }).stdout.trim();
  name = found === '' ? 'Redis' : 'Valkey';
  server = await servers.start({
    ...(found === '' ? {} : { program: found }),
    settings: ['requirepass a-secret-of-valkey'],
    admin: { password: 'a-secret-of-valkey' },
  });
  world = await World.create({
    config: { redis: { url: `redis://:a-secret-of-valkey@127.0.0.1:${server.port}` } },
  });
});
afterAll(async () => {
  await world.destroy();
  await servers.close();
});

const audited = async (product: Product) =>
  (await world.api<{ entries: { what: string }[] }>(product, '/api/audit-log')).entries.map(
    ({ what }) => what,
  );

test('a whole story; then everything is lost, and is there again: from the backup, or rebuilt', async () => {
  const { receiver } = await startAll(world);
  const open = await opensOnce(world, receiver, await booked(world, receiver, 5));
  const planned = await booked(world, receiver, 3_600, 'huddle');
  const drained = `${receiver.admin}/api/call-bridges/${encodeURIComponent(world.cms.bridge('cms2').url)}/drain`;
  const order = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };
  expect((await fetch(drained, order)).status).toBe(200);
  const [row] = (await check(world)).rows;
  expect(row).toMatchObject({ what: `Redis 127.0.0.1:${server.port}`, state: 'ok' });
  expect(row?.detail).toMatch(new RegExp(`^${name} \\d`));
  const said = await audited(receiver);
  expect(said).toHaveLength(1);

  const file = join(servers.folder, 'of-today.backup');
  const config = ['--config', world.configFile('backup.yaml')];
  expect(await run(['backup', file, ...config])).toMatchObject({ code: 0, stderr: '' });
  expect(await run(['restore', file, ...config])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('runs on this Redis'),
  });
  await world.stopProducts();
  await server.admin.flushall();
  expect(await run(['restore', file, ...config])).toMatchObject({ code: 0, stderr: '' });

  const again = await world.start();
  expect(await audited(again)).toEqual(said);
  const { callBridges } = await world.api<Drains>(again, '/api/call-bridges');
  expect(callBridges.find(({ drain }) => drain !== null)?.address).toBe(world.cms.bridge('cms2').url);
  const isAsBefore = ({ state, number }: MeetingJson) => state === 'open' && number === open.number;
  const running = await world.meetingThat(again, open.key, isAsBefore, 90_000);
  expect(running.passcode).toBe(open.passcode);
  await world.meetingThat(again, planned.uid, ({ number }) => number === planned.number, 90_000);
  expect(callsOf(world.cms, open.number ?? '')).toHaveLength(1);
});
