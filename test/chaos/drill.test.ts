/**
 * A drill: a hundred meetings run, each with two rooms; their call bridge is switched off, then the second one, then both
 * come back, while another hundred start. Nobody is without a conference for long, nobody has two, nothing is left.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type TestRedis } from '../redis/server.ts';
import { atRest } from '../world/cms-side.ts';
import { type MeetingJson, type Product, until, World } from '../world/world.ts';
import { type Wanted, wanted } from './meetings.ts';
import { leftovers, type Sightings, Watch } from './watch.ts';

const each = 100;
/** Milliseconds, however loaded the machine is. */
const patience = 240_000;
const longestGap = 30_000;
const organizers = Array.from({ length: 25 }, (_, i) => ({
  mailbox: `person-${i}@example.com`,
  name: `Person ${i}`,
}));
const names = Array.from({ length: 4 * each }, (_, i) => `room-${i}`);
const mailboxOf = (name: string) => `${name}@example.com`;
const sipOf = (name: string) => `${name}@video.example.com`;

let redis: TestRedis;
let world: World;
const meetings = new Map<string, Wanted>();
let seen: Sightings;
let told: MeetingJson[];
let left: string[];

/** Books as many meetings with two rooms each, from the first of these on. */
function book(first: number, start: number, end: number): void {
  for (let i = first; i < first + each; i += 1) {
    const rooms = names.slice(2 * i, 2 * i + 2);
    const title = `Meeting no. ${i}`;
    const event = world.graph.outlook.book({
      organizer: organizers[i % organizers.length]?.mailbox ?? '',
      ...{ rooms: rooms.map(mailboxOf), subject: title, start: new Date(start), end: new Date(end) },
    });
    meetings.set(title, wanted(title, event.iCalUId, rooms.map(sipOf), start, end, Date.now()));
  }
}

/** Waits until so many rooms are in on call bridges that live. */
const roomsIn = (count: number) =>
  world.cms.waitFor(
    () =>
      world.cms.bridges.reduce((sum, { alive, state }) => sum + (alive ? state.legs.size : 0), 0) === count,
    patience,
  );

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

beforeAll(async () => {
  redis = await startRedis();
  world = await World.create({
    rooms: names.map((name) => ({ mailbox: mailboxOf(name), sip: sipOf(name) })),
    callBridges: ['cms1', 'cms2', 'cms3'],
    quantity: 2 * each,
    redisUrl: redis.url,
    graph: { people: organizers },
    conference: { extension: { times: 0 } },
    log: { level: 'info', format: 'json' },
  });
  const { cms } = world;
  const begun = Date.now();
  const receiver = await world.start('receiver', 'receiver');
  await Promise.all(['worker-1', 'worker-2'].map((name) => world.start('worker', name)));
  await atRest(world, receiver, patience);
  // How busy the machine is shows in how long that took.
  const lead = Math.max(15_000, Date.now() - begun);
  const firstStart = Math.ceil((Date.now() + lead) / 1_000) * 1_000;
  const secondStart = firstStart + lead + 10_000;
  const end = secondStart + 70_000;
  const watch = new Watch({
    ...{ clusters: [cms], meetings, longestGap, longestEnd: 30_000 },
    isAble: () => true,
    wellSince: (name) => (cms.bridge(name).alive ? 0 : undefined),
  });
  book(0, firstStart, end);
  await roomsIn(2 * each);
  book(each, secondStart, end);
  await pause(secondStart - 4_000 - Date.now());
  await cms.bridge('cms1').kill();
  await roomsIn(4 * each);
  await cms.bridge('cms2').kill();
  await roomsIn(4 * each);
  await cms.bridge('cms1').restart();
  await cms.bridge('cms2').restart();
  await pause(end - Date.now());
  await cms.waitFor(() => cms.bridges.every(({ state }) => state.calls.size === 0), patience).catch(() => {});
  await until(async () => leftovers([cms]).length === 0 || undefined, 30_000).catch(() => {});
  seen = watch.stop();
  left = leftovers([cms]);
  // What was done on the bridges is written down a moment later.
  await until(async () => {
    told = await timelines(receiver);
    return told.every(({ state }) => state === 'closed') || undefined;
  }, 30_000).catch(() => {});
}, 900_000);

async function timelines(receiver: Product): Promise<MeetingJson[]> {
  const all: MeetingJson[] = [];
  for (const { key } of meetings.values()) {
    const meeting = await world.meeting(receiver, key);
    if (meeting !== undefined) all.push(meeting);
  }
  return all;
}

afterAll(async () => {
  await world.destroy();
  await redis.close();
});

test('every meeting has its conference, and is without it for thirty seconds at most', () => {
  process.stdout.write(`\nworst time without a conference: ${(seen.worstGap / 1_000).toFixed(1)} s\n\n`);
  expect(seen.held).toBe(2 * each);
  expect(seen.worstGap).toBeLessThanOrEqual(longestGap);
});

test('no meeting has two conferences, no room is in two or twice in one, nobody is in another meeting', () => {
  expect(seen.wrong).toEqual([]);
});

test('every room is dialled once for each call bridge that it was lost with', () => {
  const { events } = world.cms;
  for (const { rooms } of meetings.values()) {
    for (const room of rooms) {
      const own = events.filter(({ remoteParty }) => remoteParty === room);
      const lost = own.filter(({ kind, reason }) => kind === 'legEnded' && reason === 'bridgeKilled').length;
      expect(own.filter(({ kind }) => kind === 'legDialled').length, room).toBe(1 + lost);
    }
  }
});

test('all are closed at their ends, and nothing is left open', () => {
  expect(left).toEqual([]);
  expect(told.map(({ state }) => state)).toEqual(Array.from({ length: 2 * each }, () => 'closed'));
});

test('the timelines tell of each recovery', () => {
  const { events } = world.cms;
  for (const { title, timeline = [] } of told) {
    const space = events.find(
      ({ kind, remoteParty }) =>
        kind === 'legDialled' && meetings.get(title)?.rooms.includes(remoteParty ?? ''),
    )?.coSpace;
    // A call in which nobody was may have been left by a step to another call bridge.
    const killed = new Set(
      events.flatMap(({ kind, coSpace, reason, call }) =>
        kind === 'legEnded' && coSpace === space && reason === 'bridgeKilled' ? [call] : [],
      ),
    ).size;
    const recovered = timeline.filter(({ what }) => what === 'recovered').length;
    expect(recovered, `${title}: ${JSON.stringify(timeline)}`).toBe(killed);
  }
});
