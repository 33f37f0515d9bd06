/**
 * A process is killed in the second at which very many conferences are due: how soon the last of them is started, and
 * whether any was started twice. The same with nobody killed, with one that is only stopped and woken later, and with two
 * plain BullMQ workers of which one is killed.
 *
 *     node dist/test/bench/takeover.js [--meetings 500] [--latency 50] [--after 300] [--prepare 35]
 */
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { base, type Product } from '../world/world.ts';
import type { Seen } from './bridge-process.ts';
import { type Closer, withCleanUp } from './clean-up.ts';
import {
  bringToSecond,
  calls,
  type DueSecond,
  dials,
  lateness,
  timeToPlan,
  whenStarted,
} from './due-second.ts';
import { figure, percentile, say, table } from './figures.ts';
import type { JobWorkerOrder } from './job-worker.ts';
import { OtherProcess } from './other-process.ts';
import { bookings } from './ours.ts';
import { RedisServer } from './redis-server.ts';
import { keep, type Row } from './results.ts';

const { values } = parseArgs({
  options: {
    meetings: { type: 'string', default: '500' },
    latency: { type: 'string', default: '50' },
    /** Milliseconds from the second to the kill. */
    after: { type: 'string', default: '300' },
    prepare: { type: 'string' },
    /** Of `none`, `SIGKILL`, `SIGSTOP`, `bullmq`. */
    only: { type: 'string', default: 'none,SIGKILL,SIGSTOP,bullmq' },
  },
});
const meetings = Number(values.meetings);
const latency = Number(values.latency);
const after = Number(values.after);
const prepare = Number(values.prepare ?? timeToPlan(meetings));
const connections = 64;
/** One that is taken over by BullMQ's own check comes after two rounds of it at most, and its lock's half minute. */
const patience = 100_000;

type How = 'none' | 'SIGKILL' | 'SIGSTOP';

interface Result {
  readonly seen: readonly Seen[];
  readonly due: number;
  /** Epoch ms. */
  readonly struckAt: number | undefined;
  /** When another process said that it takes over, epoch ms. */
  readonly takenAt?: number | undefined;
}

async function ours(second: DueSecond, how: How): Promise<Result> {
  const { bridge, due, workers } = second;
  await pause(due + after - Date.now());
  const [victim] = workers;
  const struckAt = how === 'none' ? undefined : Date.now();
  if (how !== 'none') victim?.kill(how);
  let seen = await whenStarted(bridge, { due, last: dials, count: meetings, patience: 20_000 });
  if (how === 'SIGSTOP') {
    victim?.kill('SIGCONT');
    // What it would do twice when it wakes would be seen by then.
    await pause(5_000);
    seen = await whenStarted(bridge, { due, last: dials, count: Number.POSITIVE_INFINITY, patience: 2_000 });
  }
  return { seen, due, struckAt, takenAt: takenOver(workers) };
}

/** The log of the heir says it, with its time. */
function takenOver(workers: readonly Product[]): number | undefined {
  const lines = workers.flatMap((worker) => worker.output().split('\n'));
  const line = lines.find((one) => one.includes('another process has died'));
  return Number(/"time":(\d+)/.exec(line ?? '')?.[1] ?? Number.NaN) || undefined;
}

async function plain(second: DueSecond, redisUrl: string, onEnd: (closer: Closer) => void): Promise<Result> {
  const { bridge, access, ca } = second;
  const spaces = await bridge.tell<string[]>({ do: 'renew', base, quantity: meetings });
  const [queueName, redis] = ['bench-takeover', new Redis(redisUrl, { maxRetriesPerRequest: null })];
  const queue = new Queue(queueName, { connection: redis });
  onEnd(async () => {
    await queue.close();
    redis.disconnect();
  });
  const workers = await Promise.all(
    [0, 1].map(async () => {
      const worker = new OtherProcess<JobWorkerOrder>(new URL('./job-worker.js', import.meta.url));
      onEnd(() => worker.end());
      const half = { bridge: access, ca, connections: connections / 2 };
      await worker.tell({ ...half, redisUrl, queue: queueName });
      return worker;
    }),
  );
  const due = Math.ceil(Date.now() / 1_000 + 3) * 1_000;
  await queue.addBulk(
    bookings(meetings, true).map(({ sip }, i) => ({
      name: 'start',
      data: { space: spaces[i] ?? '', title: `Meeting ${i}`, sip },
      opts: { delay: due - Date.now() },
    })),
  );
  await pause(due + after - Date.now());
  const struckAt = Date.now();
  process.kill(workers[0]?.pid ?? 0, 'SIGKILL');
  let seen: Seen[] = [];
  const deadline = struckAt + patience;
  const all = () =>
    new Set(seen.flatMap(({ method, path }) => (method === 'POST' && dials.test(path) ? [path] : []))).size;
  // Jobs that have to be begun again ask for their calls again: more requests than there are conferences.
  while ((await remaining(queue)) > 0 && Date.now() < deadline) await pause(500);
  seen = await bridge.tell<Seen[]>({ do: 'log', since: due - 100 });
  say(`  ${all()} calls had a room dialled into them`);
  return { seen, due, struckAt };
}

async function remaining(queue: Queue): Promise<number> {
  const counts = await queue.getJobCounts('wait', 'active', 'delayed', 'prioritized');
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function rowOf(name: string, { seen, due, struckAt, takenAt }: Result): Row {
  const legs = lateness({ seen, due }, 'POST', dials);
  const made = lateness({ seen, due }, 'POST', calls);
  return {
    name,
    calls: made.length,
    dialled: legs.length,
    p50: percentile(legs, 0.5),
    p99: percentile(legs, 0.99),
    last: Math.max(...legs),
    taken: struckAt === undefined || takenAt === undefined ? null : takenAt - struckAt,
    afterKill: struckAt === undefined ? null : Math.max(...legs) + due - struckAt,
  };
}

const names: Record<How, string> = {
  none: 'two workers, nobody killed',
  SIGKILL: 'one of two killed',
  SIGSTOP: 'one of two stopped, woken later',
};

await withCleanUp(async (onEnd) => {
  const only = values.only.split(',');
  const rows: Row[] = [];
  say(
    `${meetings} conferences due at one second, two processes, ${latency} ms a call; one is struck ${after} ms after it`,
  );
  for (const how of ['none', 'SIGSTOP', 'SIGKILL'] as const) {
    if (!only.includes(how) && !(how === 'SIGKILL' && only.includes('bullmq'))) continue;
    const redis = await RedisServer.start();
    onEnd(() => redis.stop());
    say(`${names[how]} …`);
    const wanted = { meetings, latency, dialled: true, workers: 2, receiverApart: true, prepare };
    const second = await bringToSecond({ ...wanted, redisUrl: redis.url }, onEnd);
    rows.push(rowOf(names[how], await ours(second, how)));
    await second.leave();
    if (how !== 'SIGKILL' || !only.includes('bullmq')) continue;
    say('plain BullMQ …');
    rows.push(rowOf('plain BullMQ, one of two killed', await plain(second, redis.url, onEnd)));
  }
  keep('takeover', { meetings, latency, after }, { takeover: rows });
  const ms = (value: Row[string] | undefined) =>
    typeof value === 'number' ? figure(value / 1_000, 's') : '–';
  say('');
  say(
    table(
      ['', 'calls', 'rooms dialled', 'dialled p50', 'p99', 'last', 'taken over after', 'last after the kill'],
      rows.map((row) => [
        ...[String(row.name), String(row.calls), String(row.dialled)],
        ...[ms(row.p50), ms(row.p99), ms(row.last), ms(row.taken), ms(row.afterKill)],
      ]),
    ),
  );
  say('');
  say('More calls or dialled rooms than conferences: some were started twice.');
});
