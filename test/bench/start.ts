/**
 * How late conferences start that are all due at the same second: the product as a process, beside TMS's recorded
 * sequence, the same three requests in a bare loop, and a plain delayed job, all against the same simulated bridge.
 *
 *     node dist/test/bench/start.js [--meetings 1000] [--latency 50] [--prepare 60] [--rooms-sip no] [--profile DIR]
 */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { base, type CallBridgeAccess, World } from '../world/world.ts';
import type { BridgeOrder, Seen } from './bridge-process.ts';
import { type Closer, withCleanUp } from './clean-up.ts';
import type { ContenderOrder, Way } from './contender.ts';
import { figure, pause, percentile, ratio, say, table } from './figures.ts';
import { OtherProcess } from './other-process.ts';
import { book, bookings, organizers, planned } from './ours.ts';
import { RedisServer } from './redis-server.ts';

const { values } = parseArgs({
  options: {
    meetings: { type: 'string', default: '1000' },
    latency: { type: 'string', default: '50' },
    /** Seconds from the booking to the start, of which the product takes what it needs to get ready. */
    prepare: { type: 'string', default: '60' },
    'rooms-sip': { type: 'string', default: 'yes' },
    /** Writes a CPU profile of the product into this folder. */
    profile: { type: 'string' },
  },
});
const meetings = Number(values.meetings);
const latency = Number(values.latency);
const dialled = values['rooms-sip'] !== 'no';
/** As in the product (`requests` of a call bridge, by default). */
const connections = 64;
const lead = 10_000;

type Bridge = OtherProcess<BridgeOrder>;

interface Result {
  readonly name: string;
  readonly due: number;
  readonly seen: readonly Seen[];
}

/** Waits until as many conferences are started as there are, or nothing has come for a while. */
async function whenStarted(bridge: Bridge, due: number): Promise<Seen[]> {
  await pause(due - Date.now() + 500);
  let before = -1;
  for (;;) {
    const seen = await bridge.tell<Seen[]>({ do: 'log', since: due - lead });
    const writes = seen.filter(({ method, status }) => method !== 'GET' && status === 200).length;
    if (writes >= meetings * (dialled ? 3 : 2) || writes === before) return seen;
    before = writes;
    await pause(2_000);
  }
}

async function product(
  bridge: Bridge,
  redisUrl: string,
  onEnd: (closer: Closer) => void,
): Promise<{ result: Result; access: CallBridgeAccess; ca: string }> {
  const rooms = bookings(meetings, dialled);
  let access: CallBridgeAccess = { url: '', username: '', password: '' };
  let ca = '';
  const world = await World.create({
    rooms: rooms.map(({ room, sip }) => ({ mailbox: room, ...(sip === undefined ? {} : { sip }) })),
    quantity: meetings,
    conference: { lead: `${lead / 1_000}s` },
    redisUrl,
    log: { level: 'info', format: 'json' },
    graph: { people: organizers },
    callBridgesElsewhere: async (tls) => {
      ({ ca } = tls);
      const all = await bridge.tell<CallBridgeAccess[]>({ do: 'start', tls, latency });
      access = all[0] ?? access;
      return all;
    },
    ...(values.profile === undefined ? {} : { nodeArguments: profiling(values.profile) }),
  });
  let destroyed: Promise<void> | undefined;
  const destroy = () => (destroyed ??= world.destroy());
  onEnd(destroy);
  const due = Math.ceil(Date.now() / 1_000 + Number(values.prepare)) * 1_000;
  book(world, rooms, due);
  await world.graph.settled();
  const running = await world.start();
  await planned(world, running, meetings, due);
  const seen = await whenStarted(bridge, due);
  // Gone before the others begin, so that nobody shares the processors with it.
  await destroy();
  return { result: { name: 'Roombridge', due, seen }, access, ca };
}

function profiling(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return ['--cpu-prof', `--cpu-prof-dir=${resolve(folder)}`];
}

async function contend(
  bridge: Bridge,
  name: string,
  order: Omit<ContenderOrder, 'due' | 'meetings' | 'connections' | 'trace'>,
): Promise<Result> {
  const spaces = await bridge.tell<string[]>({ do: 'renew', base, quantity: meetings });
  const contender = new OtherProcess<ContenderOrder>(new URL('./contender.js', import.meta.url));
  try {
    const due = Math.ceil(Date.now() / 1_000 + 4) * 1_000;
    await contender.tell({
      ...order,
      due,
      connections,
      trace: join(projectFolder(), 'test/fixtures/cms/tms-drives-cms.json'),
      meetings: bookings(meetings, dialled).map(({ sip }, i) => ({
        space: spaces[i] ?? '',
        title: `Meeting ${i}`,
        sip,
      })),
    });
    return { name, due, seen: await bridge.tell<Seen[]>({ do: 'log', since: due - 100 }) };
  } finally {
    await contender.end();
  }
}

function projectFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

function lateness({ seen, due }: Result, method: string, path: RegExp): number[] {
  const those = seen.filter((one) => one.method === method && one.status === 200 && path.test(one.path));
  return those.map(({ at }) => Math.max(0, at - due));
}

const opened = (result: Result) => lateness(result, 'PUT', /\/coSpaces\/[^/]+$/i);

function row(result: Result, bare: Result, tms: Result): string[] {
  const puts = opened(result);
  const ms = (share: number) => figure(percentile(puts, share), 'ms');
  const last = (method: string, path: RegExp) =>
    figure(percentile(lateness(result, method, path), 0.99), 'ms');
  const p99 = percentile(puts, 0.99);
  return [
    result.name,
    String(puts.length),
    ...[ms(0.5), ms(0.99), ms(1)],
    last('POST', /\/calls$/),
    last('POST', /\/callLegs$/i),
    (result.seen.length / meetings).toFixed(3),
    ratio(percentile(opened(tms), 0.99), p99),
    ratio(p99, percentile(opened(bare), 0.99)),
  ];
}

await withCleanUp(async (onEnd) => {
  const bridge: Bridge = new OtherProcess(new URL('./bridge-process.js', import.meta.url));
  onEnd(() => bridge.end());
  const redis = await RedisServer.start();
  onEnd(() => redis.stop());
  say(
    `${meetings} conferences due at one second, one call bridge, ${latency} ms a call, ${connections} connections`,
  );
  const { result: ours, access, ca } = await product(bridge, redis.url, onEnd);
  const order = (way: Way) => ({ way, bridge: access, ca, redisUrl: redis.url });
  const bare = await contend(bridge, 'bare undici loop', order('bare'));
  const job = await contend(bridge, 'plain BullMQ delayed job', order('bullmq'));
  const tms = await contend(bridge, "TMS's sequence", order('tms'));
  const head = ['', 'started', 'PUT p50', 'p99', 'max', 'POST call p99', 'POST leg p99', 'requests a start'];
  say('');
  say(
    table(
      [...head, 'TMS takes', 'of the bare loop'],
      [ours, tms, bare, job].map((result) => row(result, bare, tms)),
    ),
  );
  say('');
  say('Lateness is that of the arrival at the bridge. Requests are all that came from the due second (of');
  say(`Roombridge: from ${lead / 1_000} s before it, shared probes included) to the last room dialled.`);
});
