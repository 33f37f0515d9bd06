/**
 * How soon after Exchange's word a booking has its slot, and what it costs Graph: people book, move, edit and cancel at a
 * steady rate in many rooms. Measured from the notification that tells of the room's acceptance to the reservation, and
 * to the organizer's invitation; requests are counted by what they were for.
 *
 *     node dist/test/bench/notify.js [--rates 10,100] [--duplicates 50,75] [--seconds 20] [--rooms 5000]
 *
 * `--duplicates` are shares of all notifications, in percent: what is told comes two times, or four, at 100 changes a second.
 */
import { parseArgs } from 'node:util';
import type { BookedEvent } from '../simulators/graph/outlook.ts';
import { type MeetingJson, type Product, until, World } from '../world/world.ts';
import { withCleanUp } from './clean-up.ts';
import { figure, pause, percentile, say, table } from './figures.ts';
import { organizers } from './ours.ts';
import { RedisServer } from './redis-server.ts';
import { keep, type Row } from './results.ts';
import { cpuSeconds } from './usage.ts';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '10,100' },
    duplicates: { type: 'string', default: '' },
    seconds: { type: 'string', default: '20' },
    rooms: { type: 'string', default: '5000' },
  },
});
const rates = values.rates.split(',').map(Number);
const duplicates = values.duplicates.split(',').filter(Boolean).map(Number);
const rateOfDuplicates = 100;
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

/** What people do, in turn: of twenty changes eight are bookings, six moves, two edits of the title, four cancellations. */
const turns = 'BMBTCMBCBMBMBCTMBMBC';

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

interface Done {
  /** Those that nobody changed again. */
  readonly bookings: readonly Change[];
  readonly changes: number;
  readonly from: number;
}

/** Meetings that can be moved, edited and cancelled later, at the same rate. */
async function bookAhead(world: World, rate: number): Promise<Change[]> {
  const ahead: Change[] = [];
  const from = Date.now();
  for (let i = 0; i < (rate * seconds) / 2; i += 1) {
    await pause(from + (i * 1_000) / rate - Date.now());
    ahead.push(bookNext(world));
  }
  return ahead;
}

/**
 * One change every so often, at its time even when the one before came late. What is moved, edited or cancelled was
 * booked at least five seconds before.
 */
async function changeAt(world: World, rate: number, ahead: readonly Change[]): Promise<Done> {
  const untouched = [...ahead];
  const from = Date.now();
  for (let i = 0; i < rate * seconds; i += 1) {
    await pause(from + (i * 1_000) / rate - Date.now());
    const turn = turns[i % turns.length];
    const settled = untouched[0] !== undefined && Date.now() - untouched[0].at > 5_000;
    if (turn === 'B' || !settled) {
      untouched.push(bookNext(world));
      continue;
    }
    const [{ event }] = untouched.splice(0, 1) as [Change];
    if (turn === 'C') world.graph.outlook.cancel(event);
    else if (turn === 'T') {
      world.graph.outlook.update(event, { subject: `Edited ${i}` });
    } else {
      const start = new Date((world.graph.outlook.event(event.organizer, event)?.start ?? 0) + hour / 2);
      world.graph.outlook.update(event, { start });
    }
  }
  return { bookings: untouched, changes: rate * seconds, from };
}

/** When the room's acceptance was first told: the first change of its copy after the tentative entry. */
function acceptances(world: World): Map<string, number> {
  const told = new Map<string, number>();
  for (const { at, attempt, value } of world.graph.notificationLog) {
    for (const one of attempt === 1 ? value : []) {
      if (!('resourceData' in one) || one.changeType !== 'updated') continue;
      const { id } = one.resourceData;
      told.set(id, Math.min(at, told.get(id) ?? at));
    }
  }
  return told;
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

async function allTold(world: World, product: Product, bookings: readonly Change[]): Promise<void> {
  await until(
    async () => {
      const written = invitations(world);
      if (bookings.every(({ event }) => written.has(event.id))) return true;
      await pause(1_000);
      return undefined;
    },
    120_000,
    () => `${bookings.length} organizers told; ${product.output().slice(-2_000)}`,
  );
}

const purposes = ['delta, notified', 'delta, swept', 'organizer read', 'organizer written', 'else'] as const;

/** How many requests to Graph there were since, by purpose. A round that follows no notification is a sweep. */
function requestsSince(world: World, from: number): Record<(typeof purposes)[number], number> {
  const notified = new Map<string, number[]>();
  const guids = new Map([...world.graph.subscriptions.values()].map((one) => [one.id, one.mailbox.address]));
  for (const { at, value } of world.graph.notificationLog) {
    for (const { subscriptionId } of value) {
      const mailbox = guids.get(subscriptionId) ?? '';
      notified.set(mailbox, [...(notified.get(mailbox) ?? []), at]);
    }
  }
  const counted = Object.fromEntries(purposes.map((purpose) => [purpose, 0])) as Record<
    (typeof purposes)[number],
    number
  >;
  for (const { at, method, path, mailbox } of world.graph.log) {
    if (at < from || /\/oauth2\//.test(path)) continue;
    if (/\/calendarView\/delta/i.test(path)) {
      const push = (notified.get(mailbox ?? '') ?? []).some((told) => told <= at && at - told < 5_000);
      counted[push ? 'delta, notified' : 'delta, swept'] += 1;
    } else if (/\/events/i.test(path)) {
      counted[method === 'GET' ? 'organizer read' : 'organizer written'] += 1;
    } else counted.else += 1;
  }
  return counted;
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
  const begun = Date.now();
  const product = await world.start();
  await world.graph.waitFor(() => world.graph.subscriptions.size >= rooms.length, 600_000);
  await world.allRead(product, 600_000);
  await world.graph.settled(60_000);
  say(`${rooms.length} rooms subscribed and read after ${Math.round((Date.now() - begun) / 1_000)} s`);
  const rows: Row[] = [];
  const wanted = [
    ...rates.map((rate) => ({ rate, share: 0 })),
    ...duplicates.map((share) => ({ rate: rateOfDuplicates, share })),
  ];
  for (const { rate, share } of wanted) {
    const twice = share === 0 ? '' : `, ${share} % of notifications are duplicates`;
    say(`${rate} changes a second for ${seconds} s${twice} …`);
    Object.assign(world.graph.knobs, {
      notificationCopies: Math.round(1 / (1 - share / 100)),
      notificationCopyDelay: 50,
    });
    const ahead = await bookAhead(world, rate);
    await allTold(world, product, ahead);
    await pause(12_000);
    const before = cpuSeconds(product.pid);
    const { bookings, changes, from } = await changeAt(world, rate, ahead);
    const took = (Date.now() - from) / 1_000;
    await allTold(world, product, bookings);
    const cpu = cpuSeconds(product.pid) - before;
    const found = await follow(world, product, bookings);
    // Echoes of what we wrote last may still come.
    await pause(5_000);
    const counted = requestsSince(world, from);
    const { 'delta, swept': _, ...forChanges } = counted;
    const all = Object.values(forChanges).reduce((sum, count) => sum + count, 0);
    rows.push({
      ...{ rate, share, made: changes / took, followed: found.reserved.length, of: bookings.length, changes },
      ...percentiles('slot', found.reserved),
      ...percentiles('told', found.invited),
      ...percentiles('click', found.whole),
      ...{ cpu, requests: all / changes },
      ...Object.fromEntries(purposes.map((purpose) => [purpose, counted[purpose] / changes])),
    });
    keep('notify', { rooms: rooms.length, seconds }, { notify: rows });
  }
  print(rows);
}

const shares = [0.5, 0.95, 0.99];

function percentiles(name: string, all: readonly number[]): Row {
  return Object.fromEntries(shares.map((share) => [`${name}${share * 100}`, percentile(all, share)]));
}

function print(rows: readonly Row[]): void {
  const of = (row: Row, name: string) => (typeof row[name] === 'number' ? row[name] : Number.NaN);
  const named = (row: Row) => `${row.rate} a second${row.share === 0 ? '' : `, ${row.share} % duplicates`}`;
  const ms = (row: Row, name: string) =>
    shares.map((share) => figure(of(row, `${name}${share * 100}`), 'ms'));
  const head = [
    '',
    'made a second',
    'followed',
    'slot p50',
    'p95',
    'p99',
    'organizer told p50',
    'p95',
    'p99',
  ];
  say('');
  say(
    table(
      [...head, 'from the click p50', 'p95', 'p99'],
      rows.map((row) => [
        ...[named(row), figure(of(row, 'made')), `${row.followed} of ${row.of}`],
        ...[...ms(row, 'slot'), ...ms(row, 'told'), ...ms(row, 'click')],
      ]),
    ),
  );
  say('');
  say(
    'From the notification of the room’s acceptance, but for the last three, which begin with the booking.',
  );
  say('');
  say(
    table(
      ['', 'changes', 'requests each, sweeps aside', ...purposes, 'processor each'],
      rows.map((row) => [
        ...[named(row), String(row.changes), of(row, 'requests').toFixed(2)],
        ...purposes.map((purpose) => of(row, purpose).toFixed(2)),
        figure((of(row, 'cpu') * 1_000) / of(row, 'changes'), 'ms'),
      ]),
    ),
  );
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
