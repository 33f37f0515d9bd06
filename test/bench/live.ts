/**
 * How old the live picture is while people come, leave and are muted all the time in many conferences: told by records and
 * events, by one of them, or by neither, so that it has to be asked for; and what each way asks of the call bridges.
 *
 *     node dist/test/bench/live.js [--conferences 2000] [--people 5] [--changes 200] [--seconds 60] [--prepare 150]
 *                                  [--ways both,records,events,neither] [--profile DIR]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import {
  type CallBridgeAccess,
  freePort,
  type MeetingJson,
  type Product,
  until,
  World,
} from '../world/world.ts';
import type { BridgeOrder, Requests } from './bridge-process.ts';
import { withCleanUp } from './clean-up.ts';
import type { Change } from './crowd.ts';
import { pause, say } from './figures.ts';
import { Onlooker, type PictureJson } from './onlooker.ts';
import { OtherProcess } from './other-process.ts';
import { book, bookings, organizers, planned } from './ours.ts';
import { Profiler } from './profiling.ts';
import { RedisServer } from './redis-server.ts';
import { keep, readTables } from './results.ts';
import { cpuSeconds, redisUsage } from './usage.ts';
import { type Row, tables, type Way, ways } from './way.ts';

const { values } = parseArgs({
  options: {
    conferences: { type: 'string', default: '2000' },
    people: { type: 'string', default: '5' },
    /** A second, of all call bridges together. */
    changes: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    /** Seconds from the booking to the start, of which the product takes what it needs to get ready. */
    prepare: { type: 'string', default: '150' },
    ways: { type: 'string', default: ways.map(({ name }) => name).join(',') },
    /** One change of so many is looked for. */
    every: { type: 'string', default: '20' },
    /** Writes CPU profiles of the product into this folder, of each way one. */
    profile: { type: 'string' },
  },
});
const conferences = Number(values.conferences);
const people = Number(values.people);
const rate = Number(values.changes);
const seconds = Number(values.seconds);
const every = Number(values.every);
const callBridges = 2;
/** Milliseconds. */
const step = 50;
const settling = 10_000;
const patience = 90_000;
/** Milliseconds after the last change for which it is waited to be seen. */
const grace = 45_000;

interface Scene {
  readonly world: World;
  readonly product: Product;
  readonly bridge: OtherProcess<BridgeOrder>;
  readonly redis: Redis;
  readonly meetings: readonly MeetingJson[];
  readonly profiler: Profiler | undefined;
}

async function openMeetings(world: World, product: Product): Promise<MeetingJson[]> {
  const found: MeetingJson[] = [];
  for (let after: string | null = ''; after !== null; ) {
    const cursor: string = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
    const page: { meetings: MeetingJson[]; next: string | null } = await world.api(
      product,
      `/api/meetings?state=open&limit=1000${cursor}`,
    );
    found.push(...page.meetings);
    after = page.next;
  }
  return found;
}

/** So many of something a second, in small steps, of which each is begun when the one before is done. */
async function steadily(perSecond: number, total: number, act: (count: number) => Promise<void>) {
  const begun = Date.now();
  for (let done = 0; done < total; await pause(step)) {
    const due = Math.min(total, Math.floor(((Date.now() - begun) / 1_000) * perSecond)) - done;
    if (due > 0) await act(due);
    done += due;
  }
}

async function letEverybodyIn({ bridge }: Pick<Scene, 'bridge'>): Promise<void> {
  const all = await bridge.tell<number>({ do: 'gather', people });
  const begun = Date.now();
  const count = Math.ceil((rate * 2 * step) / 1_000);
  while ((await bridge.tell<number>({ do: 'let-in', count })) > 0) await pause(step);
  say(
    `  ${all} conferences run, ${all * people} people let in within ${Math.round((Date.now() - begun) / 1_000)} s`,
  );
}

/** Waits until the picture is told from as this way has it, on each call bridge. */
async function whenTold({ world, product, meetings }: Scene, way: Way): Promise<void> {
  for (const address of new Set(meetings.map(({ callBridge }) => callBridge))) {
    const key = encodeURIComponent(meetings.find(({ callBridge }) => callBridge === address)?.key ?? '');
    let [by, lost] = ['', 0];
    await until(
      async () => {
        await pause(500);
        const path = `/api/meetings/${key}/participants`;
        const { sources } = await world.api<Pick<PictureJson, 'sources'>>(product, path);
        by = sources.map((source) => source.by).join();
        lost = sources.reduce((sum, { lostRecords }) => sum + lostRecords, 0);
        return way.sources.includes(by) || undefined;
      },
      patience,
      () => `told by ${by}`,
    ).catch((error: Error) => say(`  ${way.name}: ${error.message}`));
    if (lost > 0) say(`  ${way.name}: ${address} has lost ${lost} records`);
  }
  await pause(settling);
}

async function usage({ product, bridge, redis }: Scene) {
  const { cpu, ...ofRedis } = await redisUsage(redis);
  return {
    at: Date.now(),
    ...{ product: cpuSeconds(product.pid), bridges: cpuSeconds(bridge.pid), bench: cpuSeconds(process.pid) },
    ...{ ...ofRedis, redis: cpu },
  };
}

async function measure(scene: Scene, way: Way): Promise<Row> {
  const { bridge, profiler, world, product, meetings } = scene;
  const { records, events } = way;
  await bridge.tell({ do: 'tell', records, events });
  await whenTold(scene, way);
  const keys = new Map(meetings.map(({ number, key }) => [number ?? '', key]));
  const onlooker = new Onlooker(async (number) => {
    const key = encodeURIComponent(keys.get(number) ?? '');
    return await world.api(product, `/api/meetings/${key}/participants`);
  });
  await profiler?.start();
  const before = await usage(scene);
  const end = before.at + seconds * 1_000 + grace;
  await steadily(rate, rate * seconds, async (count) => {
    for (const change of await bridge.tell<Change[]>({ do: 'change', count, every })) {
      // Who is muted is told by events only.
      if (events || change.kind !== 'mute') onlooker.lookFor(change, end);
    }
  });
  const after = await usage(scene);
  const { reads } = onlooker;
  await profiler?.stop(join(values.profile ?? '', `live-${way.name}.cpuprofile`));
  const requests = await bridge.tell<Requests>({ do: 'count', since: before.at, until: after.at });
  const sightings = await onlooker.done();
  const unseen = sightings.filter(({ age }) => !Number.isFinite(age)).map(({ kind }) => kind);
  const words = ['come', 'leave', 'mute'].map(
    (kind) => `${kind} ${unseen.filter((one) => one === kind).length}`,
  );
  say(`  ${way.name}: ${sightings.length} changes looked for, not seen: ${words.join(', ')}`);
  return { way, sightings, reads, requests, before, after, made: rate * seconds };
}

await withCleanUp(async (onEnd) => {
  const bridge = new OtherProcess<BridgeOrder>(new URL('./bridge-process.js', import.meta.url));
  onEnd(() => bridge.end());
  const server = await RedisServer.start();
  onEnd(() => server.stop());
  const redis = new Redis(server.url);
  onEnd(async () => redis.disconnect());
  const port = await freePort();
  const rooms = bookings(conferences, false);
  const world = await World.create({
    rooms: rooms.map(({ room }) => ({ mailbox: room })),
    graph: { people: organizers },
    quantity: conferences,
    redisUrl: server.url,
    conference: { extension: { times: 0 } },
    log: { level: 'info', format: 'json' },
    callBridgesElsewhere: ({ key, cert }) =>
      bridge.tell<CallBridgeAccess[]>({ do: 'start', tls: { key, cert }, latency: 0, callBridges }),
    ...(values.profile === undefined ? {} : { nodeArguments: [`--inspect=127.0.0.1:${port}`] }),
  });
  onEnd(() => world.destroy());
  say(
    `${conferences} conferences with ${people} people each, ${callBridges} call bridges, ${rate} changes a second`,
  );
  const due = Math.ceil(Date.now() / 1_000 + Number(values.prepare)) * 1_000;
  book(world, rooms, due);
  await world.graph.settled();
  const product = await world.start();
  await planned(world, product, conferences, due);
  await pause(due - Date.now());
  const running = async () => (await bridge.tell<number>({ do: 'running' })) >= conferences || undefined;
  await until(running, patience);
  await letEverybodyIn({ bridge });
  let profiler: Profiler | undefined;
  if (values.profile !== undefined) {
    mkdirSync(values.profile, { recursive: true });
    profiler = await Profiler.of(port);
    onEnd(async () => profiler?.close());
  }
  const scene: Scene = {
    world,
    product,
    bridge,
    redis,
    meetings: await openMeetings(world, product),
    profiler,
  };
  const rows: Row[] = [];
  for (const way of ways.filter(({ name }) => values.ways.split(',').includes(name))) {
    rows.push(await measure(scene, way));
  }
  const printed = tables(rows, grace);
  say(`\n${printed}`);
  keep('live', { conferences, people, rate, seconds }, readTables(printed));
});
