/**
 * How soon after Exchange's word a booking has its slot: bookings at a steady rate into many rooms, from the
 * notification that tells of the room's acceptance to the reservation, and to the organizer's invitation.
 *
 *     node dist/test/bench/notify.js [--rates 10,50] [--seconds 20] [--rooms 200]
 */
import { parseArgs } from 'node:util';
import type { BookedEvent } from '../simulators/graph/outlook.ts';
import { type MeetingJson, type Product, until, World } from '../world/world.ts';
import { withCleanUp } from './clean-up.ts';
import { figure, pause, percentile, say, table } from './figures.ts';
import { organizers } from './ours.ts';
import { RedisServer } from './redis-server.ts';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '10,50' },
    seconds: { type: 'string', default: '20' },
    rooms: { type: 'string', default: '200' },
  },
});
const rates = values.rates.split(',').map(Number);
const seconds = Number(values.seconds);
const rooms = Array.from({ length: Number(values.rooms) }, (_, i) => `room-${i}@example.com`);

const hour = 3_600_000;
let booked = 0;

interface Change {
  readonly event: BookedEvent;
  readonly room: string;
  /** Epoch ms of the click in Outlook. */
  readonly at: number;
}

/** Room after room, and an hour later when all have had one, so that nothing is declined. */
function bookNext(world: World): Change {
  const room = rooms[booked % rooms.length] ?? '';
  const start = new Date(
    Math.ceil(Date.now() / hour) * hour + (24 + Math.floor(booked / rooms.length)) * hour,
  );
  const organizer = organizers[booked % organizers.length]?.mailbox ?? '';
  const subject = `Meeting ${booked}`;
  const end = new Date(start.getTime() + hour / 2);
  booked += 1;
  const at = Date.now();
  return { event: world.graph.outlook.book({ organizer, rooms: [room], subject, start, end }), room, at };
}

/** One booking every so often, at its time even when the one before came late. */
async function bookAt(world: World, rate: number): Promise<Change[]> {
  const changes: Change[] = [];
  const begun = Date.now();
  for (let i = 0; i < rate * seconds; i += 1) {
    await pause(begun + (i * 1_000) / rate - Date.now());
    changes.push(bookNext(world));
  }
  return changes;
}

/** When the room's acceptance was told: the second POST that speaks of its copy, after that of the tentative entry. */
function acceptances(world: World): Map<string, number> {
  const told = new Map<string, number[]>();
  const posts = world.graph.notificationLog.filter(({ attempt }) => attempt === 1);
  for (const { at, value } of [...posts].sort((one, other) => one.at - other.at)) {
    const ids = new Set(value.flatMap((one) => ('resourceData' in one ? [one.resourceData.id] : [])));
    for (const id of ids) told.set(id, [...(told.get(id) ?? []), at]);
  }
  return new Map([...told].flatMap(([id, [, second]]) => (second === undefined ? [] : [[id, second]])));
}

/** When the joining block was written, by the id of the organizer's event. */
function invitations(world: World): Map<string, number> {
  const written = new Map<string, number>();
  for (const { at, method, path, status } of world.graph.log) {
    const id = decodeURIComponent(/\/events\/([^/?]+)/i.exec(path)?.[1] ?? '');
    if (method === 'PATCH' && status === 200 && !written.has(id)) written.set(id, at);
  }
  return written;
}

async function allTold(world: World, product: Product, count: number): Promise<void> {
  await until(
    async () => {
      const told = world.graph.log.filter(
        ({ method, status }) => method === 'PATCH' && status === 200,
      ).length;
      if (told >= count) return true;
      await pause(500);
      return undefined;
    },
    60_000,
    () => `${count} organizers told; ${product.output().slice(-2_000)}`,
  );
}

/** Milliseconds, for each change whose way could be followed. */
async function follow(world: World, product: Product, changes: readonly Change[]) {
  const told = acceptances(world);
  const written = invitations(world);
  const found = { reserved: [] as number[], invited: [] as number[], whole: [] as number[] };
  for (const { event, room, at } of changes) {
    const copy = world.graph.outlook.roomCopy(room, event);
    const accepted = told.get(copy?.id ?? '');
    const meeting: MeetingJson | undefined = await world.meeting(product, event.iCalUId);
    const reserved = meeting?.timeline?.find(({ what }) => what === 'reserved');
    const invited = written.get(event.id);
    if (accepted === undefined || reserved === undefined || invited === undefined) continue;
    found.reserved.push(Date.parse(reserved.at) - accepted);
    found.invited.push(invited - accepted);
    found.whole.push(invited - at);
  }
  return found;
}

async function bench(world: World): Promise<void> {
  const product = await world.start();
  await world.graph.waitFor(() => world.graph.subscriptions.size >= rooms.length, 60_000);
  await world.graph.settled(60_000);
  const rows: string[][] = [];
  for (const rate of rates) {
    say(`${rate} bookings a second for ${seconds} s …`);
    const before = booked;
    const changes = await bookAt(world, rate);
    await allTold(world, product, before + changes.length);
    const found = await follow(world, product, changes);
    const both = (all: readonly number[]) => [0.5, 0.95].map((share) => figure(percentile(all, share), 'ms'));
    rows.push([
      `${rate} a second`,
      `${found.reserved.length} of ${changes.length}`,
      ...both(found.reserved),
      ...both(found.invited),
      ...both(found.whole),
    ]);
  }
  const head = ['', 'followed', 'slot p50', 'p95', 'organizer told p50', 'p95', 'from the click p50', 'p95'];
  say('');
  say(table(head, rows));
  say('');
  say('From the notification of the room’s acceptance, but for the last two, which begin with the booking.');
}

await withCleanUp(async (onEnd) => {
  const redis = await RedisServer.start();
  onEnd(() => redis.stop());
  const world = await World.create({
    rooms: rooms.map((mailbox) => ({ mailbox })),
    quantity: rooms.length,
    redisUrl: redis.url,
    // The world waits for the line that says that it runs.
    log: { level: 'info', format: 'json' },
    graph: { people: organizers },
  });
  onEnd(() => world.destroy());
  await bench(world);
});
