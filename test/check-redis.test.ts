import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { check, cluster, freePort, portOf, startSilence } from './check-run.ts';
import { World } from './world/world.ts';

describe('what is not there', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.create({ callBridges: ['cms1', 'cms2', 'cms3'] });
  });
  afterAll(() => world.destroy());

  test('without a Redis server on the machine both ways out are named', async () => {
    const empty = join(world.folder, 'empty');
    mkdirSync(empty, { recursive: true });
    const checked = await check(world, {}, { PATH: empty });
    expect(checked.row(/Redis/)).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(/redis-server or valkey-server.*deploy\/setup\.sh.*or set redis\.url/),
    });
    expect(checked.row('token')?.state).toBe('ok');
    expect(checked.code).toBe(1);
  });

  test('a configured Redis is judged: dead, refusing, forgetful', async () => {
    const dead = await check(world, { redis: { url: 'redis://:hunter2@127.0.0.1:1' } });
    expect(dead.row('Redis 127.0.0.1:1')).toMatchObject({
      state: 'FAILED',
      detail: 'it refused the connection',
      remedy: expect.stringContaining('redis.url'),
    });
    expect(dead.code).toBe(1);

    const port = await freePort();
    const options = ['--save', '', '--requirepass', 'hunter2', '--maxmemory-policy', 'allkeys-lru'];
    const server = spawn('redis-server', ['--port', `${port}`, '--bind', '127.0.0.1', ...options], {
      cwd: world.folder,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    for await (const chunk of server.stdout) if (/Ready to accept connections/.test(String(chunk))) break;
    const forgetful = await check(world, { redis: { url: `redis://:hunter2@127.0.0.1:${port}` } });
    expect(forgetful.rows.slice(0, 3).map(({ what, state, remedy }) => [what, state, remedy])).toEqual([
      [`Redis 127.0.0.1:${port}`, 'ok', ''],
      [`Redis 127.0.0.1:${port}`, 'warning', 'set maxmemory-policy noeviction'],
      [`Redis 127.0.0.1:${port}`, 'warning', 'set appendonly yes'],
    ]);
    expect(forgetful.code).toBe(0);
    const refusing = await check(world, { redis: { url: `redis://:hunter2-not@127.0.0.1:${port}` } });
    expect(refusing.row(/Redis/)).toMatchObject({
      state: 'FAILED',
      detail: expect.stringMatching(/^refuses us \(WRONGPASS/),
      remedy: 'mend the user name and the password in redis.url',
    });
    const unnamed = await check(world, { redis: { url: `redis://127.0.0.1:${port}` } });
    expect(unnamed.row(/Redis/)?.detail).toMatch(/^refuses us \(NOAUTH/);
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  });

  test('it comes to an end also when nothing answers', async () => {
    const silent = await startSilence();
    const at = `localhost:${portOf(silent)}`;
    const began = Date.now();
    const checked = await check(world, {
      graph: { loginUrl: `https://${at}`, apiUrl: `https://${at}`, notificationUrl: `https://${at}` },
      redis: { url: `redis://${at}` },
      clusters: [cluster('emea', [{ address: `https://${at}`, username: 'api', password: 'hunter2' }])],
    });
    // 13 s for each part, and what a slow machine takes to start it.
    expect(Date.now() - began).toBeLessThan(20_000);
    const notOk = ['Redis', 'token', 'call bridge'].map((what) => checked.row(new RegExp(`^${what}`))?.state);
    expect(notOk).toEqual(['FAILED', 'FAILED', 'FAILED']);
    expect(checked.row(/^Redis/)?.detail).toBe('gives no answer within 3000 ms');
    expect(checked.row('notification address')?.state).toBe('warning');
    expect(checked.code).toBe(1);
    silent.close();
  });
});
