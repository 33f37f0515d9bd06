/**
 * A large company as it stands: what its rooms cost while nothing is changed, how long it takes from nothing until every
 * meeting has its number, and the same again when Redis has lost everything; with what was asked of Graph, for that is
 * what it is rationed by.
 *
 *     node dist/test/bench/standing.js [--rooms 5000] [--series 2] [--occurrences 25] [--running 2000] [--seconds 120]
 *                                      [--profile DIR]
 *
 * Each room has so many weekly series of so many occurrences: 250,000 meetings. In so many of them a meeting runs.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { type CallBridgeAccess, freePort, type Product, until, World } from '../world/world.ts';
import type { BridgeOrder, Requests } from './bridge-process.ts';
import { withCleanUp } from './clean-up.ts';
import { figure, pause, say, table } from './figures.ts';
import { OtherProcess } from './other-process.ts';
import { bookings } from './ours.ts';
import { Profiler } from './profiling.ts';
import { mostOf } from './rations.ts';
import { RedisServer } from './redis-server.ts';
import { keep, type Row } from './results.ts';
import { cpuSeconds, peakMemory, redisUsage } from './usage.ts';

const { values } = parseArgs({
  options: {
    rooms: { type: 'string', default: '5000' },
    series: { type: 'string', default: '2' },
    occurrences: { type: 'string', default: '25' },
    running: { type: 'string', default: '2000' },
    seconds: { type: 'string', default: '120' },
    /** Writes CPU profiles of the product into this folder: of the cold start, the standing load, and the rebuild. */
    profile: { type: 'string' },
  },
});
const rooms = bookings(Number(values.rooms), true);
const series = Number(values.series);
/** As many as in a company: Graph's limits are of each mailbox. */
const organizers = rooms.map((_, i) => ({ mailbox: `person-${i}@example.com`, name: `Person ${i}` }));
const occurrences = Number(values.occurrences);
const running = Number(values.running);
const seconds = Number(values.seconds);
const meetings = rooms.length * series * occurrences + running;
const hour = 3_600_000;
const day = 24 * hour;
/** Milliseconds in which all must be there; a machine that is busy is given time. */
const patience = 3 * hour;
const callBridges = 2;

interface Scene {
  readonly world: World;
  readonly product: Product;
  readonly bridge: OtherProcess<BridgeOrder>;
  readonly redis: Redis;
  readonly profiler: Profiler | undefined;
}

/** Weekly series from the day after tomorrow, in the mornings, one after the other. */
function bookSeries(world: World): void {
  const first = (Math.floor(Date.now() / day) + 2) * day;
  rooms.forEach(({ room }, i) => {
    for (let n = 0; n < series; n += 1) {
      // Spread over the week, as rooms are: a bridge would not carry them all in the same hour.
      const start = first + ((i * series + n) % 5) * day + (7 + 2 * n) * hour;
      world.graph.outlook.book({
        organizer: organizers[(i * series + n) % organizers.length]?.mailbox ?? '',
        rooms: [room],
        subject: `Series ${n} of room ${i}`,
        ...{ start: new Date(start), end: new Date(start + hour) },
        recurrence: {
          pattern: { type: 'weekly', interval: 1, daysOfWeek: [weekday(start)] },
          range: { type: 'numbered', numberOfOccurrences: occurrences },
        },
      });
    }
  });
}

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;

function weekday(at: number): (typeof weekdays)[number] {
  return weekdays[new Date(at).getUTCDay()] ?? 'monday';
}

/** What runs now and for the whole of the bench. */
function bookRunning(world: World): void {
  const [start, end] = [new Date(Date.now() - 60_000), new Date(Date.now() + patience)];
  rooms.slice(0, running).forEach(({ room }, i) => {
    const organizer = organizers[i % organizers.length]?.mailbox ?? '';
    world.graph.outlook.book({ organizer, rooms: [room], subject: `Running ${i}`, start, end });
  });
}

const held = (redis: Redis) => redis.hlen('roombridge:{slots:emea}:reservations');

interface Usage {
  readonly cpu: number;
  readonly redisCpu: number;
  readonly commands: number;
}

async function usage({ product, redis }: Scene): Promise<Usage> {
  const { cpu, commands } = await redisUsage(redis);
  return { cpu: cpuSeconds(product.pid), redisCpu: cpu, commands };
}

/** How often Graph was asked for what, in which phase. */
const asked: Row[] = [];

function kindsOf(requests: readonly { readonly method: string; readonly path: string }[]) {
  const counts = new Map<string, number>();
  for (const { method, path } of requests) {
    const [way = ''] = path.split('?');
    const kind = `${method} ${way
      .split('/')
      .map((part) => (/[@=%]|.{25}/.test(part) ? '*' : part))
      .join('/')}`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].sort(([, one], [, other]) => other - one);
}

/** Does it, and tells what it took of all. */
async function phase(scene: Scene, name: string, does: () => Promise<Row>): Promise<Row> {
  const { world, product, bridge, redis, profiler } = scene;
  say(`${name} …`);
  await profiler?.start();
  const [from, before] = [Date.now(), await usage(scene)];
  const found = await does();
  const [to, after] = [Date.now(), await usage(scene)];
  await profiler?.stop(join(values.profile ?? '', `standing-${name.replaceAll(' ', '-')}.cpuprofile`));
  const counted = await bridge.tell<Requests>({ do: 'count', since: from, until: to });
  const cms = Object.values(counted).flatMap((kinds) => Object.values(kinds));
  const graph = world.graph.log.filter(({ at }) => at >= from && at < to);
  const took = (to - from) / 1_000;
  for (const [kind, count] of kindsOf(graph)) asked.push({ name, kind, count });
  return {
    ...{ name, seconds: took, ...found },
    cpu: (after.cpu - before.cpu) / took,
    memory: peakMemory(product.pid),
    redisCpu: (after.redisCpu - before.redisCpu) / took,
    redisMemory: (await redisUsage(redis)).memory,
    commands: (after.commands - before.commands) / took,
    graph: graph.length,
    graphHour: (graph.length / took) * 3_600,
    refused: graph.filter(({ status }) => status === 429).length,
    mostOfMailbox: mostOf(
      graph.filter(({ mailbox }) => mailbox !== undefined),
      600_000,
      ({ mailbox }) => mailbox ?? '',
    ),
    mostInTenSeconds: mostOf(graph, 10_000, () => ''),
    cms: cms.reduce((sum, count) => sum + count, 0),
    cmsHour: (cms.reduce((sum, count) => sum + count, 0) / took) * 3_600,
  };
}

const progress: Row[] = [];

async function allThere({ bridge, redis }: Scene, name: string, begun: number): Promise<Row> {
  const times: { half?: number; all?: number; open?: number } = {};
  await until(
    async () => {
      const [count, calls] = [await held(redis), await bridge.tell<number>({ do: 'running' })];
      const at = (Date.now() - begun) / 1_000;
      progress.push({ name, at, placed: count, open: calls });
      if (count >= meetings / 2) times.half ??= at;
      if (count >= meetings) times.all ??= at;
      if (calls >= running) times.open ??= at;
      if (times.all !== undefined && times.open !== undefined) return true;
      await pause(1_000);
      return undefined;
    },
    patience,
    () => JSON.stringify(times),
  );
  return { half: times.half ?? null, all: times.all ?? null, open: times.open ?? null };
}

/** Until nobody asks Graph for anything but what is asked for all the time: all organizers are told. */
async function calm({ world }: Scene): Promise<void> {
  const writes = () => world.graph.log.filter(({ method }) => method === 'PATCH').length;
  for (let before = -1; writes() !== before; await pause(15_000)) before = writes();
}

async function numbers({ world, product }: Scene): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let after: string | null = ''; after !== null; ) {
    const cursor: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
    const path = `/api/meetings?state=open&limit=1000${cursor}`;
    const page: { meetings: { key: string; number: string | null }[]; next: string | null } = await world.api(
      product,
      path,
    );
    for (const { key, number } of page.meetings) found.set(key, number ?? '');
    after = page.next;
  }
  return found;
}

async function bench(scene: Scene, begun: number): Promise<Row[]> {
  const rows: Row[] = [];
  const add = async (name: string, does: () => Promise<Row>) => {
    rows.push(await phase(scene, name, does));
    keep(
      'standing',
      { rooms: rooms.length, meetings, running, seconds },
      { standing: rows, progress, asked },
    );
  };
  await add('cold start', () => allThere(scene, 'cold start', begun));
  await add('telling', async () => {
    await calm(scene);
    return {};
  });
  await add('standing', async () => {
    await pause(seconds * 1_000);
    return {};
  });
  const before = await numbers(scene);
  await add('rebuild', async () => {
    const lost = Date.now();
    await scene.redis.flushall();
    await pause(1_000);
    return await allThere(scene, 'rebuild', lost);
  });
  await calm(scene);
  const after = await numbers(scene);
  const same = [...before].filter(([key, number]) => after.get(key) === number).length;
  say(`  ${same} of ${before.size} conferences that ran have the number that they had`);
  return rows;
}

function print(rows: readonly Row[]): void {
  const of = (row: Row, name: string, unit = '', by = 1) =>
    figure(typeof row[name] === 'number' ? row[name] / by : Number.NaN, unit);
  say('');
  say(
    table(
      [
        '',
        'took',
        'half placed',
        'all placed',
        'all running open',
        'processor',
        'memory',
        'Redis',
        'its memory',
        'commands',
      ],
      rows.map((row) => [
        ...[
          String(row.name),
          of(row, 'seconds', 's'),
          of(row, 'half', 's'),
          of(row, 'all', 's'),
          of(row, 'open', 's'),
        ],
        ...[of(row, 'cpu', '%', 0.01), of(row, 'memory', 'MB', 2 ** 20), of(row, 'redisCpu', '%', 0.01)],
        ...[of(row, 'redisMemory', 'MB', 2 ** 20), `${of(row, 'commands')} a second`],
      ]),
    ),
  );
  say('');
  say(
    table(
      [
        '',
        'Graph',
        'an hour',
        'refused (429)',
        'one mailbox in 10 min',
        'all in 10 s',
        'call bridges',
        'an hour',
      ],
      rows.map((row) => [
        ...[String(row.name), of(row, 'graph'), of(row, 'graphHour'), of(row, 'refused')],
        ...[of(row, 'mostOfMailbox'), of(row, 'mostInTenSeconds'), of(row, 'cms'), of(row, 'cmsHour')],
      ]),
    ),
  );
  say('');
  say(
    table(
      ['asked of Graph', '', 'times'],
      asked.map(({ name, kind, count }) => [String(kind), String(name), String(count)]),
    ),
  );
  say('');
  say('Processor is of one core. Graph lets one mailbox be asked 10,000 times in ten minutes, four at once.');
}

await withCleanUp(async (onEnd) => {
  const bridge = new OtherProcess<BridgeOrder>(new URL('./bridge-process.js', import.meta.url));
  onEnd(() => bridge.end());
  const server = await RedisServer.start();
  onEnd(() => server.stop());
  const redis = new Redis(server.url);
  onEnd(async () => redis.disconnect());
  const port = await freePort();
  const world = await World.create({
    rooms: rooms.map(({ room, sip }) => ({ mailbox: room, ...(sip === undefined ? {} : { sip }) })),
    graph: { people: organizers },
    quantity: rooms.length,
    redisUrl: server.url,
    conference: { extension: { times: 0 } },
    log: { level: 'info', format: 'json' },
    callBridgesElsewhere: ({ key, cert }) =>
      bridge.tell<CallBridgeAccess[]>({ do: 'start', tls: { key, cert }, latency: 20, callBridges }),
    ...(values.profile === undefined ? {} : { nodeArguments: [`--inspect=127.0.0.1:${port}`] }),
  });
  onEnd(() => world.destroy());
  say(`${rooms.length} rooms, ${meetings} meetings, of which ${running} run`);
  bookSeries(world);
  bookRunning(world);
  await world.graph.settled(patience);
  const begun = Date.now();
  const product = await world.start();
  let profiler: Profiler | undefined;
  if (values.profile !== undefined) {
    mkdirSync(values.profile, { recursive: true });
    profiler = await Profiler.of(port);
    onEnd(async () => profiler?.close());
  }
  print(await bench({ world, product, bridge, redis, profiler }, begun));
});
