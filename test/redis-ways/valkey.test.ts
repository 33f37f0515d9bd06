/** The same on a real Valkey server. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { check } from '../check-run.ts';
import { World } from '../world/world.ts';
import { Servers, type TestServer } from './servers.ts';
import { booked, opensOnce, startAll } from './story.ts';

const servers = new Servers();
let server: TestServer;
let world: World;

beforeAll(async () => {
  const found = execFileSync('bash', [join(import.meta.dirname, 'valkey.sh')], { encoding: 'utf8' });
  server = await servers.start({
    program: found.trim(),
    settings: ['requirepass a-secret-of-valkey'],
    admin: { password: 'a-secret-of-valkey' },
  });
  world = await World.create({
    config: { redis: { url: `redis://:a-secret-of-valkey@127.0.0.1:${server.port}` } },
  });
}, 180_000);
afterAll(async () => {
  await world.destroy();
  await servers.close();
});

test('a whole story', async () => {
  const { receiver } = await startAll(world);
  await opensOnce(world, receiver, await booked(world, receiver, 5));
  const [row] = (await check(world)).rows;
  expect(row).toMatchObject({ what: `Redis 127.0.0.1:${server.port}`, state: 'ok' });
  expect(row?.detail).toMatch(/^Valkey \d/);
});
