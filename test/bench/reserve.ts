/**
 * What a reservation costs by how many are held already, beside a search that looks at every reservation it could
 * collide with: microseconds inside Redis, as Redis counts them, the wait of the one who asks, and the memory that it takes.
 *
 *     node dist/test/bench/reserve.js [--held 100,1000,10000,100000] [--quantities 200,2000]
 *
 * The whole range is `--held 10,1000,10000,100000,1000000 --quantities 200,2000,20000`; it takes ten minutes.
 */
import { parseArgs } from 'node:util';
import type { Redis } from 'ioredis';
import { connect } from '../../src/redis/connection.ts';
import { SlotStore, type Wish } from '../../src/redis/slots.ts';
import { withCleanUp } from './clean-up.ts';
import { figure, percentile, ratio, say, table } from './figures.ts';
import { commandTime, RedisServer } from './redis-server.ts';
import { keep, type Row } from './results.ts';
import { ScannedSlots } from './scanned-slots.ts';
import { redisUsage } from './usage.ts';

const { values } = parseArgs({
  options: {
    held: { type: 'string', default: '100,1000,10000,100000' },
    quantities: { type: 'string', default: '200,2000' },
  },
});
const counts = values.held.split(',').map(Number);
const quantities = values.quantities.split(',').map(Number);

const minute = 60_000;
const day = 86_400_000;
const horizon = 180;
const margin = 5 * minute;
/** Measured reservations: some at a time, given back before the next, so that what is held stays what it was. */
const rounds = 50;
const perRound = 10;
/** Occurrences of the measured series, one a week. */
const occurrences = 26;

/** The same meetings in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const tomorrow = (Math.floor(Date.now() / day) + 1) * day;

/** Somewhere in the working hours of the horizon, half an hour to two hours long, with setup and teardown. */
function meeting(key: string, chance: () => number): Wish {
  const start =
    tomorrow + Math.floor(chance() * horizon) * day + (8 * 60 + Math.floor(chance() * 20) * 30) * minute;
  const length = (1 + Math.floor(chance() * 4)) * 30 * minute;
  return { key, from: start - margin, to: start + length + margin };
}

function weekly(key: string, chance: () => number): Wish[] {
  const { from, to } = meeting(key, chance);
  const back = tomorrow + ((from - tomorrow) % day) + day;
  return Array.from({ length: occurrences }, (_, week) => {
    const start = back + week * 7 * day;
    return { key: `${key}-${week}`, from: start, to: start + to - from };
  });
}

/** Either way of reserving. */
interface Slots {
  reserve(wishes: readonly Wish[]): Promise<unknown>;
  release(keys: readonly string[]): Promise<unknown>;
}

interface Cost {
  /** Microseconds in Redis, of one reservation. */
  readonly redis: number;
  /** Milliseconds that the asking one waits. */
  readonly waits: readonly number[];
}

async function cost(
  redis: Redis,
  slots: Slots,
  wish: (n: number) => readonly Wish[],
  times: number,
): Promise<Cost> {
  const waits: number[] = [];
  let calls = 0;
  let microseconds = 0;
  for (let round = 0; round < times; round += 1) {
    const wishes = Array.from({ length: perRound }, (_, i) => wish(round * perRound + i));
    await redis.config('RESETSTAT');
    for (const one of wishes) {
      const begun = performance.now();
      if ((await slots.reserve(one)) === undefined) throw new Error('no slot was free');
      waits.push(performance.now() - begun);
    }
    const spent = await commandTime(redis, 'evalsha');
    calls += spent.calls;
    microseconds += spent.microseconds;
    await slots.release(wishes.flat().map(({ key }) => key));
  }
  return { redis: microseconds / calls, waits };
}

/** Several at a time, for the filling takes longest. */
async function fill(slots: Slots, wishes: readonly Wish[]): Promise<void> {
  for (let i = 0; i < wishes.length; i += 500) {
    await Promise.all(wishes.slice(i, i + 500).map((wish) => slots.reserve([wish])));
  }
}

/** More would not fit into the working hours. */
const mostOfSlot = 500;
/** Filling would take the scan hours. */
const mostToScan = 100_000;

async function measure(redis: Redis, quantity: number): Promise<Row[]> {
  const cluster = { name: `of-${quantity}`, numbers: { base: 80_991_000, quantity } };
  const store = new SlotStore(redis);
  const ours: Slots = {
    reserve: (wishes) => store.reserve(cluster, wishes, { mode: 'lowest' }),
    release: (keys) => store.release(cluster.name, keys),
  };
  const scan: Slots = new ScannedSlots(redis, cluster.name, quantity);
  const held = random(1);
  const chance = random(2);
  const rows: Row[] = [];
  let filled = 0;
  let memory = 0;
  for (const count of counts.filter((some) => some <= quantity * mostOfSlot)) {
    const more = Array.from({ length: count - filled }, (_, i) => meeting(`held-${filled + i}`, held));
    const before = await redisUsage(redis);
    await fill(ours, more);
    memory += (await redisUsage(redis)).memory - before.memory;
    if (count <= mostToScan) await fill(scan, more);
    filled = count;
    const single = (n: number) => [meeting(`new-${n}`, chance)];
    const series = (n: number) => weekly(`series-${n}`, chance);
    // The first ones warm Redis' caches and the code.
    await cost(redis, ours, single, 5);
    const one = await cost(redis, ours, single, rounds);
    const scanned = count <= mostToScan ? await cost(redis, scan, single, rounds) : undefined;
    const many = await cost(redis, ours, series, 5);
    rows.push({
      ...{ quantity, held: count, redis: one.redis, series: many.redis, scan: scanned?.redis ?? null },
      ...{ wait50: percentile(one.waits, 0.5), wait99: percentile(one.waits, 0.99), bytes: memory / count },
    });
  }
  return rows;
}

function shown(row: Row, least: Row): string[] {
  const of = (one: Row, name: string) => (typeof one[name] === 'number' ? one[name] : Number.NaN);
  return [
    `${row.quantity} slots, ${of(row, 'held').toLocaleString('en')} held`,
    figure(of(row, 'redis'), 'µs'),
    ratio(of(row, 'redis'), of(least, 'redis')),
    `${of(row, 'wait50').toFixed(2)} ms`,
    `${of(row, 'wait99').toFixed(2)} ms`,
    figure(of(row, 'series'), 'µs'),
    ratio(of(row, 'series'), of(least, 'series')),
    figure(of(row, 'scan'), 'µs'),
    ratio(of(row, 'scan'), of(row, 'redis')),
    figure(of(row, 'bytes'), 'B'),
  ];
}

await withCleanUp(async (onEnd) => {
  const server = await RedisServer.start();
  onEnd(() => server.stop());
  const redis = connect(server.url);
  onEnd(async () => redis.disconnect());
  const all: Row[] = [];
  const rows: string[][] = [];
  for (const quantity of quantities) {
    say(`${quantity} slots …`);
    const found = await measure(redis, quantity);
    all.push(...found);
    rows.push(...found.map((row) => shown(row, found[0] ?? row)));
    keep('reserve', { horizon, occurrences }, { reserve: all });
    await redis.flushall();
  }
  const head = ['', 'in Redis', 'of the least held', 'wait p50', 'wait p99', `series of ${occurrences}`];
  say('');
  say(table([...head, 'of the least held', 'scan', 'scan takes', 'memory of one'], rows));
});
