/**
 * The disk under the embedded Redis is full while a conference is due. Nothing can be written down, so nothing may be done
 * that must not be done twice; it is said, and once there is room again what is due is done at once, and once.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findServer } from '../../src/redis/embedded-server.ts';
import { bodyWrites, inSeconds } from '../world/graph-side.ts';
import { callsOf, dialsOf, words } from '../world/roll-call.ts';
import { organizer, until, World } from '../world/world.ts';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** A place for PATH with a server that is told by an error when a file may not grow, as by a full disk, and goes on. */
async function serverThatMayBeFull(folder: string): Promise<string> {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  const program = join(bin, 'redis-server');
  writeFileSync(program, `#!/bin/sh\ntrap '' XFSZ\nexec ${await findServer()} "$@"\n`);
  chmodSync(program, 0o755);
  return bin;
}

/** How far the files of a process may grow: bytes, or `unlimited`. */
function limit(pid: number, bytes: number | 'unlimited'): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`]);
}

test('a disk that is full delays a start and nothing else', async () => {
  const world = await World.create({ conference: { extension: { times: 0 } } });
  try {
    const { graph, cms } = world;
    const bin = await serverThatMayBeFull(world.folder);
    const product = await world.start('all', 'config', { env: { PATH: `${bin}:${process.env.PATH}` } });
    const start = inSeconds(10);
    const event = graph.outlook.book({
      ...{ organizer, rooms: ['boardroom@example.com'], subject: 'Full' },
      ...{ start, end: inSeconds(900) },
    });
    const planned = await world.meetingThat(product, event.iCalUId, (meeting) =>
      words(meeting).includes('invitation-written'),
    );
    const data = join(world.folder, 'data/redis');
    const { pid } = JSON.parse(readFileSync(join(data, 'server.json'), 'utf8')) as { pid: number };
    const written = join(data, 'appendonlydir');
    limit(pid, Math.max(...readdirSync(written).map((name) => statSync(join(written, name)).size)));

    const refused = await until(async () => {
      const { redis } = await world.api<{ redis: { ok: boolean; why?: string } }>(product, '/api/health');
      return redis.ok ? undefined : redis;
    }, 30_000);
    expect.soft(refused.why).toMatch(/takes no writes: MISCONF .*AOF/);
    expect.soft((await fetch(`${product.admin}/ready`)).status).toBe(503);
    expect.soft((await fetch(`${product.admin}/live`)).status).toBe(200);
    // What is due is not begun behind the back of the store.
    await pause(start.getTime() + 2_000 - Date.now());
    expect.soft(dialsOf(cms, 'boardroom')).toHaveLength(0);

    limit(pid, 'unlimited');
    const open = await world.meetingThat(
      product,
      event.iCalUId,
      (meeting) => words(meeting).includes('dialled'),
      30_000,
    );
    expect.soft(open.number).toBe(planned.number);
    expect.soft(callsOf(cms, open.number ?? '')).toHaveLength(1);
    expect.soft(dialsOf(cms, 'boardroom')).toHaveLength(1);
    expect.soft(bodyWrites(graph, organizer)).toHaveLength(1);
    await until(async () => ((await fetch(`${product.admin}/ready`)).ok ? true : undefined), 30_000);
  } finally {
    await world.destroy();
  }
});
