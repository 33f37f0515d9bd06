/** A death is seen by the line that the system closes, told once, and never of one that lives or is merely stopped. */
import { randomUUID } from 'node:crypto';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type DoorbellJob, keyPrefix } from '../../src/queues.ts';
import { Agenda } from '../../src/redis/agenda.ts';
import { watchDeaths } from '../../src/redis/deaths.ts';
import { heartbeatKey, startHeartbeat } from '../../src/redis/heartbeat.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
const stops: (() => Promise<unknown>)[] = [];
/** Of whom any of three processes that watch was told. */
const told: string[] = [];
let early: string;
beforeAll(async () => {
  server = await startRedis();
  const victim = await living();
  early = victim.id;
  await killed(victim);
  for (let n = 0; n < 3; n += 1) {
    const { id, redis, heartbeat } = await living();
    const watch = watchDeaths({
      ...{ redis, processId: id, onError: noError },
      onDeath: async (dead) => void told.push(dead),
    });
    stops.push(
      () => heartbeat.stop(),
      async () => watch.stop(),
    );
  }
});
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
  await server.close();
});

const enough = { timeout: 30_000, interval: 20 };
const noError = () => {};

/** A process that beats, with a line or without. */
async function living({ hasLine = true } = {}) {
  const id = randomUUID();
  const redis = server.connect();
  const line = hasLine ? server.connect() : undefined;
  const heartbeat = await startHeartbeat(redis, id, noError, line);
  if (hasLine) await vi.waitFor(async () => expect(await signOf(id)).toMatch(/^[0-9a-f]+ /), enough);
  const die = () => {
    redis.disconnect();
    line?.disconnect();
  };
  return { id, redis, line, heartbeat, die };
}

const signOf = (id: string) => server.redis.get(heartbeatKey(id));

/** It is killed, and from then on nothing but its line tells of it, however slow this machine is. */
async function killed({ id, die }: { readonly id: string; readonly die: () => void }): Promise<void> {
  const sign = (await signOf(id)) ?? '';
  die();
  await server.redis.set(heartbeatKey(id), sign, 'PX', 3_600_000);
}

async function toldOf(id: string): Promise<void> {
  await vi.waitFor(() => expect(told).toContain(id), enough);
}

/** One who dies now tells that so much time has passed that this one would have been told of. */
async function timePasses(): Promise<void> {
  const other = await living();
  await killed(other);
  await toldOf(other.id);
}

describe.concurrent('a process that was killed', () => {
  it('is found by its line alone, and told of to one of all that watch', async () => {
    const victim = await living();
    const { id } = victim;
    await killed(victim);
    await toldOf(id);
    expect(await signOf(id)).toBeNull();
    await timePasses();
    expect(told.filter((one) => one === id)).toHaveLength(1);
  });

  it('is found by one that was started after its death', async () => {
    await toldOf(early);
  });

  it('and had no line is found when its sign has ended', async () => {
    const victim = await living({ hasLine: false });
    const { id } = victim;
    await killed(victim);
    await timePasses();
    expect(told).not.toContain(id);
    await server.redis.del(heartbeatKey(id));
    await toldOf(id);
  });

  it('before Redis was started again is not judged by lines that this has closed', async () => {
    const { id, die } = await living();
    die();
    // As it is found when Redis comes back with its data: a sign of a former run.
    await server.redis.set(heartbeatKey(id), `${'f'.repeat(40)} 7`, 'PX', 3_600_000);
    await timePasses();
    expect(told).not.toContain(id);
  });
});

describe.concurrent('a process that lives', () => {
  it('and loses its line goes on', async () => {
    const { id, line, heartbeat } = await living();
    stops.push(() => heartbeat.stop());
    const before = Date.now();
    line?.disconnect();
    await timePasses();
    expect(told).not.toContain(id);
    expect(await signOf(id)).not.toBeNull();
    await vi.waitFor(() => expect(heartbeat.unbrokenSince(before)).toBe(true), enough);
  });

  it('and stops is not mourned', async () => {
    const { id, line, heartbeat } = await living();
    await heartbeat.stop();
    line?.disconnect();
    await timePasses();
    expect(told).not.toContain(id);
    expect(await signOf(id)).toBeNull();
  });

  it('and may not listen is judged by its beats', async () => {
    await server.redis.call('ACL', ['SETUSER', 'mute', 'on', 'nopass', '~*', '+@all', 'resetchannels']);
    const errors: unknown[] = [];
    const [id, redis, line] = [randomUUID(), server.connect(), server.connect()];
    await line.call('AUTH', ['mute', 'any']);
    const heartbeat = await startHeartbeat(redis, id, (error) => errors.push(error), line);
    stops.push(() => heartbeat.stop());
    await vi.waitFor(() => expect(String(errors[0])).toMatch(/NOPERM/), enough);
    await timePasses();
    expect(told).not.toContain(id);
    expect(await signOf(id)).toMatch(/^ \d+$/);
  });
});

it('what a dead process had in hand is due for others at once, and is not its own any more if it wakes', async () => {
  const queue = new Queue<DoorbellJob>('conference', { connection: server.connect(), prefix: keyPrefix });
  stops.push(() => queue.close());
  const agendaOf = (redis: Redis, id: string) => new Agenda(redis, queue, id);
  const [dead, heir] = [await living(), await living()];
  stops.push(
    () => heir.heartbeat.stop(),
    () => dead.heartbeat.stop(),
  );
  const of = { dead: agendaOf(dead.redis, dead.id), heir: agendaOf(heir.redis, heir.id) };
  const at = Date.now();
  await of.dead.ring(['a', 'b', 'c'].map((key) => ({ key, at })));
  const revision = await of.dead.claim('a');
  await of.dead.claim('b');
  await of.heir.claim('c');
  await queue.drain(true);
  await server.redis.del(heartbeatKey(dead.id));
  expect(await of.heir.takeOver(dead.id)).toBe(2);
  const waiting = (await queue.getJobs(['waiting'])).map(({ data }) => data.key);
  expect(waiting.sort()).toEqual(['a', 'b']);
  expect(await of.dead.settle('a', revision ?? -1, undefined)).toBe('lost');
  expect(await of.heir.claim('a')).toBe(revision);
  expect(await of.heir.takeOver(dead.id)).toBe(0);
});
