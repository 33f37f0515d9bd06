/**
 * How late conferences start that are all due at the same second: the product as processes, beside TMS's recorded
 * sequence, the same three requests in a bare loop, and a plain delayed job, all against the same simulated bridge.
 *
 *     node dist/test/bench/start.js [--meetings 1000] [--latency 50] [--workers 1] [--prepare SECONDS] [--rooms-sip no]
 *                                   [--against bare,bullmq,tms] [--profile DIR] [--matrix]
 *
 * Each of the first three may be several, with commas: every combination is measured, the contenders once for each count
 * and latency. `--matrix` is `--meetings 1000,5000 --latency 50,200 --workers 1,2,4`; it takes half an hour.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { base } from '../world/world.ts';
import type { Seen } from './bridge-process.ts';
import { type Closer, withCleanUp } from './clean-up.ts';
import type { ContenderOrder, Way } from './contender.ts';
import {
  bringToSecond,
  calls,
  type DueSecond,
  dials,
  lateness,
  lead,
  timeToPlan,
  whenStarted,
} from './due-second.ts';
import { figure, percentile, ratio, say, table } from './figures.ts';
import { OtherProcess } from './other-process.ts';
import { bookings } from './ours.ts';
import { RedisServer } from './redis-server.ts';
import { keep, projectFolder, type Row } from './results.ts';
import { redisUsage } from './usage.ts';

const { values } = parseArgs({
  options: {
    meetings: { type: 'string' },
    latency: { type: 'string' },
    workers: { type: 'string' },
    /** Seconds from the booking to the start, of which the product takes what it needs to get ready. */
    prepare: { type: 'string' },
    'rooms-sip': { type: 'string', default: 'yes' },
    against: { type: 'string', default: 'bare,bullmq,tms' },
    /** Writes a CPU profile of each process of the product into this folder. */
    profile: { type: 'string' },
    matrix: { type: 'boolean', default: false },
  },
});
const names: Record<Way, string> = {
  tms: "TMS's sequence",
  bare: 'bare undici loop',
  bullmq: 'plain BullMQ delayed job',
};

const { matrix } = values;
const numbers = (given: string | undefined, otherwise: string) => (given ?? otherwise).split(',').map(Number);
const counts = numbers(values.meetings, matrix ? '1000,5000' : '1000');
const latencies = numbers(values.latency, matrix ? '50,200' : '50');
const processes = numbers(values.workers, matrix ? '1,2,4' : '1');
const contenders = values.against.split(',').filter((way): way is Way => Object.hasOwn(names, way));
const dialled = values['rooms-sip'] !== 'no';
/** As in the product (`requests` of a call bridge, by default). */
const connections = 64;
/** More would take TMS's sequence a quarter of an hour. */
const mostForTms = 1_000;

interface Result {
  readonly name: string;
  readonly workers: number | null;
  readonly due: number;
  readonly seen: readonly Seen[];
  /** Seconds of a processor, and bytes, of all processes of the product; then of Redis. */
  readonly cpu?: number;
  readonly memory?: number;
  readonly redisCpu?: number;
}

interface Cell {
  readonly meetings: number;
  readonly latency: number;
}

async function product({ bridge, due, usage, workers }: DueSecond, redisUrl: string, meetings: number) {
  const redis = new Redis(redisUrl);
  try {
    const before = await redisUsage(redis);
    const seen = await whenStarted(bridge, {
      due,
      last: dialled ? dials : calls,
      count: meetings,
      patience: 10_000,
    });
    const { cpu, memory } = usage();
    const redisCpu = (await redisUsage(redis)).cpu - before.cpu;
    return { name: 'Roombridge', workers: workers.length, due, seen, cpu, memory, redisCpu };
  } finally {
    redis.disconnect();
  }
}

async function contend(
  { bridge, access, ca }: DueSecond,
  way: Way,
  redisUrl: string,
  meetings: number,
): Promise<Result> {
  const spaces = await bridge.tell<string[]>({ do: 'renew', base, quantity: meetings });
  const contender = new OtherProcess<ContenderOrder>(new URL('./contender.js', import.meta.url));
  try {
    const due = Math.ceil(Date.now() / 1_000 + 4) * 1_000;
    await contender.tell({
      ...{ way, bridge: access, ca, redisUrl, due, connections },
      trace: join(projectFolder(), 'test/fixtures/cms/tms-drives-cms.json'),
      meetings: bookings(meetings, dialled).map(({ sip }, i) => ({
        space: spaces[i] ?? '',
        title: `Meeting ${i}`,
        sip,
      })),
    });
    const seen = await bridge.tell<Seen[]>({ do: 'log', since: due - 100 });
    return { name: names[way], workers: null, due, seen };
  } finally {
    await contender.end();
  }
}

const opened = (result: Result) => lateness(result, 'PUT', /\/coSpaces\/[^/]+$/i);

function rowOf({ meetings, latency }: Cell, result: Result, all: readonly Result[]): Row {
  const puts = opened(result);
  const p99Of = (name: string) => percentile(all.filter((one) => one.name === name).flatMap(opened), 0.99);
  const p99 = percentile(puts, 0.99);
  return {
    ...{ name: result.name, meetings, latency, workers: result.workers, started: puts.length },
    ...{ p50: percentile(puts, 0.5), p99, max: percentile(puts, 1) },
    call99: percentile(lateness(result, 'POST', calls), 0.99),
    leg99: percentile(lateness(result, 'POST', dials), 0.99),
    requests: result.seen.length / meetings,
    tmsTakes: p99Of(names.tms) / p99,
    ofBare: p99 / p99Of(names.bare),
    ...{ cpu: result.cpu ?? null, memory: result.memory ?? null, redisCpu: result.redisCpu ?? null },
  };
}

async function measure(cell: Cell, onEnd: (closer: Closer) => void): Promise<Row[]> {
  const { meetings, latency } = cell;
  const results: Result[] = [];
  for (const workers of processes) {
    say(`${meetings} conferences due at one second, ${latency} ms a call, ${workers} worker processes …`);
    // What has been opened for one combination is gone before the next, so that nobody shares the processors with it.
    const closers: Closer[] = [];
    const close = async () => {
      for (const closer of closers.splice(0).reverse()) await closer();
    };
    onEnd(close);
    const redis = await RedisServer.start();
    closers.push(() => redis.stop());
    const second = await bringToSecond(
      {
        ...{ ...cell, dialled, workers, redisUrl: redis.url },
        prepare: Number(values.prepare ?? timeToPlan(meetings)),
        ...(values.profile === undefined ? {} : { nodeArguments: profiling(values.profile) }),
      },
      (closer) => closers.push(closer),
    );
    results.push(await product(second, redis.url, meetings));
    await second.leave();
    for (const way of workers === processes.at(-1) ? contenders : []) {
      if (way === 'tms' && meetings > mostForTms) continue;
      say(`  ${names[way]} …`);
      results.push(await contend(second, way, redis.url, meetings));
    }
    await close();
  }
  return results.map((result) => rowOf(cell, result, results));
}

function profiling(folder: string): string[] {
  return ['--cpu-prof', `--cpu-prof-dir=${resolve(folder)}`];
}

function shown(row: Row): string[] {
  const number = (name: string) => (typeof row[name] === 'number' ? row[name] : Number.NaN);
  const ms = (name: string) => figure(number(name), 'ms');
  return [
    `${row.name}${row.workers === null ? '' : `, ${row.workers} ${row.workers === 1 ? 'process' : 'processes'}`}`,
    String(row.started),
    ...[ms('p50'), ms('p99'), ms('max'), ms('call99'), ms('leg99')],
    number('requests').toFixed(3),
    ratio(number('tmsTakes'), 1),
    ratio(number('ofBare'), 1),
    ...[
      figure(number('cpu'), 's'),
      figure(number('memory') / 2 ** 20, 'MB'),
      figure(number('redisCpu'), 's'),
    ],
  ];
}

await withCleanUp(async (onEnd) => {
  const rows: Row[] = [];
  for (const meetings of counts) {
    for (const latency of latencies) {
      const found = await measure({ meetings, latency }, onEnd);
      rows.push(...found);
      // After each, for half an hour is long.
      keep('start', { connections, dialled, lead }, { start: rows });
      const head = [
        '',
        'started',
        'PUT p50',
        'p99',
        'max',
        'POST call p99',
        'POST leg p99',
        'requests a start',
      ];
      const used = ['processor', 'memory', 'Redis'];
      say(`\n${meetings} at once, ${latency} ms a call, ${connections} connections\n`);
      say(`${table([...head, 'TMS takes', 'of the bare loop', ...used], found.map(shown))}\n`);
    }
  }
  say('Lateness is that of the arrival at the bridge. Requests are all that came from the due second (of');
  say(
    `Roombridge: from ${lead / 1_000} s before it, shared probes included) to the last room dialled. Processor and`,
  );
  say(
    'memory are those of all processes of the product, from the plan to the last room; of Redis meanwhile.',
  );
});
