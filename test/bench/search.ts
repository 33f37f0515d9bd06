/**
 * How long `GET /api/meetings` takes to answer searches among very many meetings, asked of a product in a process of its
 * own, beside looking through all records of the window; and what the index costs: the product's memory, Redis' memory,
 * and each booking.
 *
 *     node dist/test/bench/search.js [--meetings 250000] [--times 200] [--scans 1] [--writes 3000]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Redis } from 'ioredis';
import { MeetingList } from '../../src/administration-meetings.ts';
import { wordsOf } from '../../src/conference/search/words.ts';
import type { MeetingQuery } from '../../src/http/admin/meeting-query.ts';
import { connect } from '../../src/redis/connection.ts';
import { MeetingStore } from '../../src/redis/meetings.ts';
import { type Product, until, World } from '../world/world.ts';
import { withCleanUp } from './clean-up.ts';
import { figure, percentile, ratio, say, table } from './figures.ts';
import { day, future, manyMeetings, type OneMeeting, past, rooms, write } from './many-meetings.ts';
import { RedisServer } from './redis-server.ts';
import { keep, readTables } from './results.ts';
import { cpuSeconds, redisUsage } from './usage.ts';
import { WordsInRedis } from './words-in-redis.ts';

const { values } = parseArgs({
  options: {
    meetings: { type: 'string', default: '250000' },
    /** Each search is asked so many times. */
    times: { type: 'string', default: '200' },
    /** The same of the baseline, which takes long. */
    scans: { type: 'string', default: '1' },
    /** Bookings that are written while it is measured what they take. */
    writes: { type: 'string', default: '3000' },
  },
});
const count = Number(values.meetings);
const times = Number(values.times);
const scans = Number(values.scans);
const writes = Number(values.writes);
const now = Date.now();
const whole = { from: now - (past + 1) * day, to: now + 2 * future * day };
/** Meetings written at a time, for the filling takes longest. */
const together = 500;

type Asked = Omit<MeetingQuery, 'from' | 'to' | 'limit' | 'words'> & { readonly q?: string };

const kinds: readonly (readonly [name: string, asked: Asked, window?: 'usual'])[] = [
  ['nothing, usual window', {}, 'usual'],
  ['rare word', { q: 'xylophon' }],
  ['common word', { q: 'planning' }],
  ['first letter', { q: 'b' }],
  ['three words', { q: 'rev qualitat koln' }],
  ['word nobody has', { q: 'quetzal' }],
  ['room', { room: rooms[17]?.mailbox ?? '' }],
  ['organizer', { organizer: 'anna.maier7@example.com' }],
  ['number', { number: '80991234' }],
  ['state', { state: 'planned' }],
  ['rare state', { state: 'cancelled' }],
  ['latest first', { q: 'budget', order: 'desc' }],
];

interface Page {
  readonly meetings: readonly unknown[];
  readonly next: string | null;
}

function queryOf(asked: Asked, window: 'usual' | undefined, after: string | null): string {
  const span =
    window === 'usual'
      ? {}
      : { from: new Date(whole.from).toISOString(), to: new Date(whole.to).toISOString() };
  return new URLSearchParams({ ...span, ...asked, ...(after === null ? {} : { after }) }).toString();
}

async function ask(product: Product, query: string): Promise<Page> {
  const answer = await fetch(`${product.admin}/api/meetings?${query}`);
  if (!answer.ok) throw new Error(`${query}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Page;
}

async function waits(times: number, work: () => Promise<unknown>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < times; i += 1) {
    const begun = performance.now();
    await work();
    all.push(performance.now() - begun);
  }
  return all;
}

async function measured(product: Product, baseline: MeetingList): Promise<string[][]> {
  const rows: string[][] = [];
  for (const [name, asked, window] of kinds) {
    const query = queryOf(asked, window, null);
    const { meetings } = await ask(product, query);
    const { q, ...rest } = asked;
    const span = window === 'usual' ? { from: now - day, to: now + 7 * day } : whole;
    const wish = { ...span, ...rest, ...(q === undefined ? {} : { words: wordsOf(q) }), limit: 100 };
    const scan = percentile(await waits(scans, () => baseline.page(wish)), 0.5);
    rows.push(row(name, meetings.length, await searches(product, query), scan));
    say(rows.at(-1)?.join('  ') ?? '');
  }
  let page: Page = { meetings: [], next: null };
  const query = (after: string | null) => queryOf({ q: 'planning' }, undefined, after);
  for (let i = 0; i < 100; i += 1) page = await ask(product, query(page.next));
  rows.push(row('common word, page 101', 100, await searches(product, query(page.next)), Number.NaN));
  return rows;
}

interface Taken {
  /** Milliseconds, of each. */
  readonly all: readonly number[];
  /** Milliseconds of the product's processor, for one: other work on the machine does not show in it. */
  readonly processor: number;
}

async function searches(product: Product, query: string): Promise<Taken> {
  const before = cpuSeconds(product.pid);
  const all = await waits(times, () => ask(product, query));
  return { all, processor: ((cpuSeconds(product.pid) - before) * 1_000) / times };
}

function row(name: string, found: number, { all, processor }: Taken, scan: number): string[] {
  const p50 = percentile(all, 0.5);
  const each = [processor, p50, percentile(all, 0.95), percentile(all, 0.99)].map((ms) => figure(ms, 'ms'));
  return [name, String(found), ...each, figure(scan, 'ms'), ratio(scan, p50)];
}

/** Bytes that a process has in memory. */
function resident(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1_024;
}

/** Bytes of what the program holds, with what has not been swept away yet. */
async function heap({ admin }: Product): Promise<number> {
  const metrics = await (await fetch(`${admin}/metrics`)).text();
  return Number(/^nodejs_heap_size_used_bytes (\S+)$/m.exec(metrics)?.[1]);
}

const megabytes = (bytes: number) => figure(bytes / 2 ** 20, 'MB');

/** Milliseconds that each of so many bookings takes, one after the other. */
async function bookings(meetings: MeetingStore, some: readonly OneMeeting[]): Promise<string[]> {
  let i = 0;
  const took = await waits(some.length, async () => {
    const one = some[i++];
    if (one !== undefined) await write(meetings, one);
  });
  return [0.5, 0.95, 0.99].map((share) => figure(percentile(took, share), 'ms'));
}

/** What the words would cost in Redis itself. */
async function inRedis(redis: Redis, all: readonly OneMeeting[]): Promise<string[]> {
  const words = new WordsInRedis(redis);
  const { memory } = await redisUsage(redis);
  const names = new Map(rooms.map(({ mailbox, name }) => [mailbox, name]));
  const put = async ({ mailbox, booking: { start, title, organizer }, placement }: OneMeeting) =>
    await words.put(start, [
      title,
      mailbox,
      names.get(mailbox) ?? '',
      organizer?.address ?? '',
      placement.number,
    ]);
  for (let i = 0; i < all.length; i += together) await Promise.all(all.slice(i, i + together).map(put));
  const taken = (await redisUsage(redis)).memory - memory;
  let i = 0;
  const took = await waits(Math.min(writes, all.length), async () => {
    const one = all[i++];
    if (one !== undefined) await put(one);
  });
  const search = await waits(5, () => words.search('b'));
  return [
    megabytes(taken),
    figure(percentile(took, 0.5), 'ms'),
    figure(percentile(took, 0.99), 'ms'),
    figure(percentile(search, 0.5), 'ms'),
  ];
}

await withCleanUp(async (onEnd) => {
  const server = await RedisServer.start();
  onEnd(() => server.stop());
  const redis = connect(server.url);
  onEnd(async () => redis.disconnect());
  const meetings = new MeetingStore(redis);
  const all = [...manyMeetings(count, now)];
  say(`${count} meetings are written …`);
  for (let i = 0; i < all.length; i += together)
    await Promise.all(all.slice(i, i + together).map((one) => write(meetings, one)));
  const { memory } = await redisUsage(redis);
  const world = await World.create({ rooms, redisUrl: server.url, log: { level: 'info', format: 'json' } });
  onEnd(() => world.destroy());
  const product = await world.start('receiver');
  const some = all.filter((_, i) => i % Math.ceil(count / writes) === 0);
  await bookings(meetings, some);
  const alone = await bookings(meetings, some);
  const before = { memory: resident(product.pid), heap: await heap(product) };
  const begun = performance.now();
  const first = await waits(1, () => ask(product, queryOf({ q: 'b' }, 'usual', null)));
  await until(async () => /meetings are indexed/.test(product.output()) || undefined, 600_000);
  const built = performance.now() - begun;
  const followed = await bookings(meetings, some);
  const names = new Map(rooms.map(({ mailbox, name }) => [mailbox, name]));
  const baseline = new MeetingList({
    ...{ clusters: [], names, meetings, patience: Number.POSITIVE_INFINITY },
    index: { find: async () => undefined },
  });
  const rows = await measured(product, baseline);
  const after = { memory: resident(product.pid), heap: await heap(product) };
  const printed: string[] = [];
  const tell = (told: string) => {
    printed.push(told);
    say(`\n${told}`);
  };
  tell(table(['', 'found', 'processor', 'p50', 'p95', 'p99', 'scan', 'scan takes'], rows));
  tell(
    table(
      ['', 'first answer', 'all indexed', 'product before', 'after', 'its heap', 'after', 'Redis', 'after'],
      [
        [
          `${count.toLocaleString('en')} meetings`,
          figure(first[0] ?? 0, 'ms'),
          figure(built / 1_000, 's'),
          ...[
            megabytes(before.memory),
            megabytes(after.memory),
            megabytes(before.heap),
            megabytes(after.heap),
          ],
          ...[megabytes(memory), megabytes((await redisUsage(redis)).memory)],
        ],
      ],
    ),
  );
  tell(
    table(
      ['a booking, with its copy and its slot', 'p50', 'p95', 'p99'],
      [
        ['nobody has asked', ...alone],
        ['indexed meanwhile', ...followed],
      ],
    ),
  );
  await world.stopProducts();
  await redis.flushall();
  const costs = await inRedis(redis, all);
  tell(table(['', 'memory', 'a write p50', 'p99', 'first letter'], [['words in Redis', ...costs]]));
  keep('search', { meetings: count, times, scans, writes }, readTables(printed.join('\n\n')));
});
