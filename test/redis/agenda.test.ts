import { randomUUID } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type DoorbellJob, keyPrefix } from '../../src/queues.ts';
import { Agenda } from '../../src/redis/agenda.ts';
import { heartbeatKey, startHeartbeat } from '../../src/redis/heartbeat.ts';
import { queuePrefixOn } from '../../src/redis/ways.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let queue: Queue<DoorbellJob>;
let stops: (() => Promise<unknown>)[];
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.redis.flushall();
  queue = new Queue('conference', onQueues());
  stops = [];
});
afterEach(async () => {
  for (const stop of stops) await stop();
  await queue.close();
});

/** As the product connects BullMQ. */
function onQueues() {
  const connection = server.connect('queues');
  return { connection, prefix: queuePrefixOn(connection) };
}

/** A process of the product, as far as the agenda knows it. */
async function living(): Promise<{ agenda: Agenda; die(): Promise<void> }> {
  const id = randomUUID();
  const { stop } = await startHeartbeat(server.redis, id, () => {});
  stops.push(stop);
  return { agenda: new Agenda(server.connect(), queue, id), die: stop };
}

const jobs = async () => await queue.getJobs(['waiting', 'delayed', 'active', 'prioritized']);
const now = () => Date.now();
const later = () => now() + 3_600_000;

async function claimed(agenda: Agenda, key: string): Promise<number> {
  const revision = await agenda.claim(key);
  if (revision === undefined) throw new Error(`${key} is held by another process`);
  return revision;
}

describe('a ring', () => {
  it('makes a key due at its time or sooner, never later', async () => {
    const { agenda } = await living();
    const first = later();
    await agenda.ring([{ key: 'a', at: first }]);
    await agenda.ring([{ key: 'a', at: first + 1_000 }]);
    expect(await agenda.due(Number.MAX_SAFE_INTEGER)).toEqual([{ key: 'a', at: first }]);
    await agenda.ring([{ key: 'a', at: first - 1_000 }]);
    expect(await agenda.due(Number.MAX_SAFE_INTEGER)).toEqual([{ key: 'a', at: first - 1_000 }]);
  });

  it('during the work makes it due again at once, and not otherwise', async () => {
    const { agenda } = await living();
    await agenda.ring([{ key: 'a', at: now() }]);
    const revision = await claimed(agenda, 'a');
    await agenda.ring([{ key: 'a', at: later() }]);
    expect(await agenda.settle('a', revision, later())).toBe('rung');
    expect(await agenda.due(now())).toHaveLength(1);
    const again = await claimed(agenda, 'a');
    expect(await agenda.settle('a', again, undefined)).toBe('settled');
    expect(await agenda.due(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('that was heard during the work does not count as one more', async () => {
    const { agenda } = await living();
    await agenda.ring([{ key: 'a', at: now() }]);
    await claimed(agenda, 'a');
    await agenda.ring([{ key: 'a', at: now() }]);
    const [heard] = await agenda.revisions(['a']);
    expect(await agenda.settle('a', heard ?? -1, later())).toBe('settled');
  });

  it('of many keys at once reaches each of them', async () => {
    const { agenda } = await living();
    const keys = Array.from({ length: 500 }, (_, n) => `meeting-${n}`);
    await agenda.ring(keys.map((key) => ({ key, at: now() })));
    expect((await agenda.due(now())).map(({ key }) => key).sort()).toEqual([...keys].sort());
    expect(new Set((await jobs()).map(({ data }) => data.key)).size).toBe(500);
    await agenda.ring([]);
  });
});

describe('a claim', () => {
  it('is held by one process at a time', async () => {
    const one = await living();
    const other = await living();
    await one.agenda.ring([{ key: 'a', at: now() }]);
    const revision = await claimed(one.agenda, 'a');
    expect(await other.agenda.claim('a')).toBeUndefined();
    await one.agenda.settle('a', revision, now());
    expect(await other.agenda.claim('a')).toBeDefined();
  });

  it('is not given for what was done meanwhile: a key that waited long is handed on more than once', async () => {
    const { agenda } = await living();
    await agenda.ring([{ key: 'a', at: now() }]);
    await agenda.settle('a', await claimed(agenda, 'a'), later());
    expect(await agenda.claim('a')).toBeUndefined();
    await agenda.ring([{ key: 'a', at: now() }]);
    await agenda.settle('a', await claimed(agenda, 'a'), undefined);
    expect(await agenda.claim('a')).toBeUndefined();
  });

  it('goes to exactly one of many that ask at once', async () => {
    const processes = await Promise.all(Array.from({ length: 8 }, living));
    for (let round = 0; round < 20; round += 1) {
      await processes[0]?.agenda.ring([{ key: `key ${round}`, at: now() }]);
      const won = await Promise.all(processes.map(({ agenda }) => agenda.claim(`key ${round}`)));
      expect(won.filter((revision) => revision !== undefined)).toHaveLength(1);
    }
  });

  it('of a process that died is void once its heartbeat is', async () => {
    const dead = await living();
    const other = await living();
    await dead.agenda.ring([{ key: 'a', at: now() }]);
    const revision = await claimed(dead.agenda, 'a');
    expect(await other.agenda.claim('a')).toBeUndefined();
    await dead.die();
    expect(await other.agenda.claim('a')).toBe(revision);
  });

  it('that another process has taken over is lost: nothing that is settled then counts', async () => {
    const slow = await living();
    const other = await living();
    await slow.agenda.ring([{ key: 'a', at: now() }]);
    const revision = await claimed(slow.agenda, 'a');
    await slow.die();
    const taken = await claimed(other.agenda, 'a');
    expect(await slow.agenda.settle('a', revision, undefined)).toBe('lost');
    expect(await other.agenda.due(now())).toHaveLength(1);
    const next = later();
    expect(await other.agenda.settle('a', taken, next)).toBe('settled');
    expect(await slow.agenda.settle('a', revision, undefined)).toBe('lost');
    expect(await other.agenda.due(next)).toEqual([{ key: 'a', at: next }]);
  });

  it('whose answer was lost is given back by the next sweep, for its process is not at it', async () => {
    const id = randomUUID();
    const { stop } = await startHeartbeat(server.redis, id, () => {});
    stops.push(stop);
    const redis = server.connect();
    const agenda = new Agenda(redis, queue, id);
    await agenda.ring([{ key: 'a', at: now() }]);
    const { evalsha, eval: run } = redis;
    // Redis has done it, and nobody hears so.
    const loses = (send: typeof evalsha | typeof run) =>
      (async (...args: Parameters<typeof send>) => {
        await (send as (...words: unknown[]) => Promise<unknown>).apply(redis, args);
        throw new Error('the connection was lost');
      }) as never;
    Object.assign(redis, { evalsha: loses(evalsha), eval: loses(run) });
    await expect(agenda.claim('a')).rejects.toThrow();
    Object.assign(redis, { evalsha, eval: run });
    const other = await living();
    if ((await server.redis.hget(agenda.leaseOf('a').hash, 'a')) === id)
      expect(await other.agenda.claim('a')).toBeUndefined();
    await agenda.sweep();
    expect(await other.agenda.claim('a')).toBe(1);
  });

  it('stands where its lease says', async () => {
    const { agenda } = await living();
    await agenda.ring([{ key: 'a', at: now() }]);
    await claimed(agenda, 'a');
    const { hash, field, holder } = agenda.leaseOf('a');
    expect(await server.redis.hget(hash, field)).toBe(holder);
  });

  it('is lost with Redis in mid-work, and the key works again when it is rung anew', async () => {
    const one = await living();
    const other = await living();
    await one.agenda.ring([{ key: 'a', at: now() }]);
    const revision = await claimed(one.agenda, 'a');
    await server.redis.flushall();
    await other.agenda.ring([{ key: 'a', at: now() }]);
    expect(await one.agenda.settle('a', revision, undefined)).toBe('lost');
    expect(await other.agenda.due(now())).toHaveLength(1);
    expect(await other.agenda.claim('a')).toBe(1);
  });
});

describe('a heartbeat', () => {
  it('lasts for five seconds, and is taken away by a process that stops', async () => {
    const { stop } = await startHeartbeat(server.redis, 'me', () => {});
    const left = await server.redis.pttl(heartbeatKey('me'));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(5_000);
    await stop();
    expect(await server.redis.exists(heartbeatKey('me'))).toBe(0);
  });

  it('knows since when another server is in the place of the one before, and so does every other process', async () => {
    const first = await startHeartbeat(server.redis, 'first', () => {});
    stops.push(() => first.stop());
    expect(first.serverSince()).toBe(0);
    const { serverSince: again, stop } = await startHeartbeat(server.redis, 'again', () => {});
    stops.push(stop);
    expect(again()).toBe(0);
    // As it stands where a replica has taken over, that has all but the last moments of its master.
    const before = Date.now();
    await server.redis.hset(`${keyPrefix}:epoch:server`, 'run', 'another');
    await expect.poll(() => first.serverSince(), { timeout: 10_000 }).toBeGreaterThan(before - 1_000);
    await expect.poll(() => again(), { timeout: 10_000 }).toBe(first.serverSince());
  });

  it('knows when it was not seen for a while, though it beats again', async () => {
    const { stop, unbrokenSince } = await startHeartbeat(server.redis, 'gone', () => {});
    stops.push(stop);
    const before = Date.now();
    expect(unbrokenSince(before)).toBe(true);
    await server.redis.del(heartbeatKey('gone'));
    await expect.poll(() => unbrokenSince(before), { timeout: 5_000 }).toBe(false);
    expect(await server.redis.exists(heartbeatKey('gone'))).toBe(1);
    expect(unbrokenSince(Date.now() + 1)).toBe(true);
  });
});

describe('a job', () => {
  it('is there once for a ring that is repeated', async () => {
    const { agenda } = await living();
    const at = now() + 2_000;
    for (let n = 0; n < 3; n += 1) await agenda.ring([{ key: 'a', at }]);
    expect((await jobs()).map(({ data }) => data)).toEqual([{ key: 'a' }]);
  });

  it('is made for what is near, once, however often the sweep comes by', async () => {
    const { agenda } = await living();
    await agenda.ring([
      { key: 'near', at: now() + 2_900 },
      { key: 'far', at: later() },
    ]);
    const other = await living();
    for (let n = 0; n < 3; n += 1) await Promise.all([agenda.sweep(), other.agenda.sweep()]);
    expect((await jobs()).map(({ data }) => data.key)).toEqual(['near']);
  });

  it('is not made ahead of what is far, and is made by the sweep once that is near', async () => {
    const { agenda } = await living();
    await server.redis.zadd(`${keyPrefix}:{agenda:conference}:due`, now(), 'a');
    const revision = await claimed(agenda, 'a');
    expect(await agenda.settle('a', revision, now() + 4_000)).toBe('settled');
    expect(await jobs()).toEqual([]);
    await vi.waitFor(
      async () => {
        await agenda.sweep();
        expect(await jobs()).toHaveLength(1);
      },
      { timeout: 10_000, interval: 100 },
    );
    expect((await jobs())[0]?.opts.delay).toBeGreaterThan(0);
  });

  it('comes again, at once, for what was rung during the work', async () => {
    const { agenda } = await living();
    const seen: string[] = [];
    const worker = new Worker<DoorbellJob>(
      'conference',
      async ({ data: { key } }) => {
        const revision = await agenda.claim(key);
        if (revision === undefined) return;
        seen.push(key);
        if (seen.length === 1) await agenda.ring([{ key, at: later() }]);
        await agenda.settle(key, revision, undefined);
      },
      onQueues(),
    );
    stops.push(() => worker.close());
    await agenda.ring([{ key: 'iCalUId:with/odd characters ', at: now() }]);
    await vi.waitFor(() => expect(seen).toHaveLength(2), { timeout: 10_000 });
    await vi.waitFor(async () => expect(await jobs()).toEqual([]), { timeout: 10_000 });
    expect(await agenda.due(Number.MAX_SAFE_INTEGER)).toEqual([]);
  });

  it('is made anew for what is overdue while nobody alive is at it, and not while somebody is', async () => {
    const dead = await living();
    const other = await living();
    await dead.agenda.ring([{ key: 'a', at: now() - 10_000 }]);
    await claimed(dead.agenda, 'a');
    await queue.drain(true);
    await other.agenda.sweep();
    expect(await jobs()).toEqual([]);
    await dead.die();
    await other.agenda.sweep();
    expect((await jobs()).map(({ data }) => data.key)).toEqual(['a']);
  });

  it('that BullMQ has lost is made anew', async () => {
    const { agenda } = await living();
    await agenda.ring([{ key: 'a', at: now() - 10_000 }]);
    await queue.obliterate({ force: true });
    await agenda.sweep();
    expect((await jobs()).map(({ data }) => data.key)).toEqual(['a']);
  });

  it('that failed does not keep the next one away', async () => {
    const { agenda } = await living();
    let failures = 0;
    const worker = new Worker<DoorbellJob>(
      'conference',
      async () => {
        failures += 1;
        throw new Error('on purpose');
      },
      onQueues(),
    );
    stops.push(() => worker.close());
    await agenda.ring([{ key: 'a', at: now() - 5_000 }]);
    await vi.waitFor(
      async () => {
        await agenda.sweep();
        expect(failures).toBeGreaterThanOrEqual(2);
      },
      { timeout: 20_000, interval: 200 },
    );
  });
});

it('what is in hand of the living never keeps what is forgotten from being found', async () => {
  const busy = await living();
  const other = await living();
  const inHand = Array.from({ length: 5_000 }, (_, n) => `in hand ${n}`);
  await server.redis.zadd(
    `${keyPrefix}:{agenda:conference}:due`,
    ...inHand.flatMap((key) => [now() - 60_000, key]),
  );
  await Promise.all(inHand.map((key) => busy.agenda.claim(key)));
  await server.redis.zadd(`${keyPrefix}:{agenda:conference}:due`, now() - 10_000, 'forgotten');
  await other.agenda.sweep();
  expect((await jobs()).map(({ data }) => data.key)).toEqual(['forgotten']);
});

it('hands on what is overdue, and does not pile it up in front of workers that are behind', async () => {
  const { agenda } = await living();
  const keys = ['a', 'b', 'c'];
  await agenda.ring(keys.map((key) => ({ key, at: now() - 10_000 })));
  const counts: number[] = [];
  // Each of them in another round of the sweep.
  for (let round = 0; round < 4; round += 1) {
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 3_000);
    await agenda.sweep();
    counts.push(await queue.getWaitingCount());
  }
  vi.restoreAllMocks();
  // The rings' own jobs, and one more of each.
  expect(counts).toEqual([6, 6, 6, 6]);
  await queue.drain();
  await agenda.sweep();
  expect(await queue.getWaitingCount()).toBe(3);
});

describe('work that fails', () => {
  it('is remembered with why, how often and since when, until it succeeds', async () => {
    const { agenda } = await living();
    for (const why of ['Error: first', 'Error: second']) {
      await agenda.ring([{ key: 'a', at: now() }]);
      await agenda.settle('a', await claimed(agenda, 'a'), now(), why);
    }
    const [failing, ...others] = await agenda.failing();
    expect(failing).toMatchObject({ key: 'a', times: 2, why: 'Error: second' });
    expect(failing?.since).toBeLessThanOrEqual(now());
    expect(others).toEqual([]);
    expect((await agenda.standing(now())).failed).toBe(1);
    await agenda.settle('a', await claimed(agenda, 'a'), later());
    expect(await agenda.failing()).toEqual([]);
  });

  it('is not written down by who has lost the claim', async () => {
    const { agenda } = await living();
    await agenda.ring([{ key: 'a', at: now() }]);
    expect(await agenda.settle('a', 0, now(), 'Error: late')).toBe('lost');
    expect(await agenda.failing()).toEqual([]);
  });

  it('can be dropped, and comes again when somebody rings', async () => {
    const { agenda } = await living();
    await agenda.ring([{ key: 'a', at: now() }]);
    await agenda.settle('a', await claimed(agenda, 'a'), now(), 'Error: always');
    expect(await agenda.drop('a')).toBe(true);
    expect(await agenda.drop('a')).toBe(false);
    expect(await agenda.due(Number.MAX_SAFE_INTEGER)).toEqual([]);
    expect(await agenda.failing()).toEqual([]);
    await agenda.ring([{ key: 'a', at: now() }]);
    expect(await agenda.due(now())).toHaveLength(1);
  });
});

it('how much there is to do is told: what waits and for how long, what is in hand, what is to come', async () => {
  const { agenda } = await living();
  expect(await agenda.standing(now())).toEqual({ waiting: 0, active: 0, delayed: 0, failed: 0, late: 0 });
  const at = now() - 5_000;
  await agenda.ring([
    { key: 'a', at },
    { key: 'b', at: at + 1_000 },
    { key: 'c', at: later() },
  ]);
  expect(await agenda.standing(at + 5_000)).toEqual({
    waiting: 2,
    active: 0,
    delayed: 1,
    failed: 0,
    late: 5_000,
  });
  await claimed(agenda, 'a');
  // How old that is which somebody is at says nothing of who waits.
  const claimedOne = { waiting: 1, active: 1, delayed: 1, late: 4_000 };
  expect(await agenda.standing(at + 5_000)).toMatchObject(claimedOne);
});
