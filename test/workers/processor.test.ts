/** One at a time for each key, and no ring is lost: over a real Redis and BullMQ. */
import { Queue } from 'bullmq';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type DoorbellJob, keyPrefix } from '../../src/queues.ts';
import { Agenda } from '../../src/redis/agenda.ts';
import { startHeartbeat } from '../../src/redis/heartbeat.ts';
import { Processor, type Work } from '../../workers/processor.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';

let redis: TestRedis;
const closers: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  redis = await startRedis();
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
afterAll(() => redis.close());

/** An agenda whose settling takes so long that rings come meanwhile. */
class SlowAgenda extends Agenda {
  settling: () => Promise<void> = async () => {};

  /** So often Redis does not take it. */
  refusals = 0;

  override async settle(...args: Parameters<Agenda['settle']>): ReturnType<Agenda['settle']> {
    if (this.refusals > 0) {
      this.refusals -= 1;
      throw new Error('READONLY a replica takes no writes');
    }
    const outcome = await super.settle(...args);
    await this.settling();
    return outcome;
  }
}

async function open(handler: (work: Work, agenda: SlowAgenda) => Promise<number | undefined>) {
  const queue = new Queue<DoorbellJob>('conference', { connection: redis.connect(), prefix: keyPrefix });
  const agenda = new SlowAgenda(redis.redis, queue, 'me');
  const heartbeat = await startHeartbeat(redis.redis, 'me', () => {});
  const processor = new Processor({
    ...{ queue: 'conference', connection: redis.connect(), agenda, heartbeat, concurrency: 10 },
    handler: (work) => handler(work, agenda),
    log: pino({ level: 'silent' }),
  });
  closers.push(
    () => queue.close(),
    () => heartbeat.stop(),
    () => processor.close(),
  );
  return Object.assign(agenda, { queue });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it('a ring that comes while the work before is settled is answered right after it, and nobody works beside it', async () => {
  let [atOnce, most, done] = [0, 0, 0];
  const agenda = await open(async () => {
    atOnce += 1;
    most = Math.max(most, atOnce);
    await pause(250);
    atOnce -= 1;
    done += 1;
    return undefined;
  });
  const ring = () => agenda.ring([{ key: 'k', at: Date.now() }]);
  let isFirst = true;
  agenda.settling = async () => {
    if (!isFirst) return;
    isFirst = false;
    await ring();
    await pause(80);
    // Once this settling is over, and the next work under way.
    setTimeout(ring, 60);
  };
  await ring();
  while (done < 3 || (await agenda.due(Date.now() + 60_000)).length > 0) await pause(20);
  expect(most).toBe(1);
}, 60_000);

it('a handler that throws is tried again, and it is said why until it succeeds', async () => {
  let isWell = false;
  let done = 0;
  const agenda = await open(async () => {
    if (!isWell) throw new TypeError('of a kind that nobody foresaw');
    done += 1;
    return undefined;
  });
  await agenda.ring([{ key: 'k', at: Date.now() }]);
  await expect
    .poll(() => agenda.failing(), { timeout: 10_000 })
    .toMatchObject([{ key: 'k', why: 'TypeError: of a kind that nobody foresaw' }]);
  isWell = true;
  await agenda.ring([{ key: 'k', at: Date.now() }]);
  await expect.poll(() => done, { timeout: 10_000 }).toBe(1);
  await expect.poll(() => agenda.failing(), { timeout: 10_000 }).toEqual([]);
});

it('a queue that is paused does nothing and gathers no jobs without end, and goes on when it is resumed', async () => {
  const done: string[] = [];
  const agenda = await open(async ({ key }) => {
    done.push(key);
    return undefined;
  });
  await agenda.queue.pause();
  await agenda.ring([{ key: 'p', at: Date.now() }]);
  await pause(9_000);
  expect(done).toEqual([]);
  const waiting = await agenda.queue.getWaitingCount();
  expect(waiting).toBeGreaterThan(0);
  expect(waiting).toBeLessThan(5);
  expect((await agenda.standing(Date.now())).waiting).toBe(1);
  await agenda.queue.resume();
  await expect.poll(() => done, { timeout: 10_000 }).toContain('p');
});

it('what Redis did not take is settled again, so that no living process keeps a key that it is not at', async () => {
  let done = 0;
  const agenda = await open(async () => {
    done += 1;
    return undefined;
  });
  agenda.refusals = 2;
  await agenda.ring([{ key: 'k', at: Date.now() }]);
  while ((await agenda.due(Date.now() + 60_000)).length > 0) await pause(20);
  expect([done, agenda.refusals]).toEqual([1, 0]);
}, 60_000);
