/** A room's calendar is read by delta, and nothing that Graph does on the way loses a booking. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deltaRequests, deltaRounds, onDay } from '../world/graph-side.ts';
import { organizer, type Product, until, World } from '../world/world.ts';

const day = 86_400_000;

const names = [
  ...['window', 'small', 'busy', 'unavailable', 'html', 'dropped', 'halfway'],
  ...['gone', 'located', 'midway', 'firstpages', 'crowded', 'storm', 'allday'],
];
const mailboxOf = (name: string) => `${name}@example.com`;

let world: World;
let product: Product;

// One world: each story has a room of its own, and what befalls one room must not trouble another.
beforeAll(async () => {
  world = await World.create({ rooms: names.map((name) => ({ mailbox: mailboxOf(name) })), quantity: 60 });
  // Pages small enough for a series to have several.
  world.graph.knobs.deltaPageMax = 50;
  product = await world.start();
  await world.allRead(product);
});

afterAll(async () => {
  await world.graph.settled(20_000);
  const { concurrencyViolations, maxConcurrent } = world.graph.counters;
  await world.destroy();
  expect(concurrencyViolations, 'a mailbox had more than four requests at once').toBe(0);
  expect(maxConcurrent).toBeLessThanOrEqual(4);
});

const book = (room: string, hour: number, subject = `${room} at ${hour}`) =>
  world.graph.outlook.book({
    ...{ organizer, rooms: [mailboxOf(room)], subject },
    ...{ start: onDay(2, hour), end: onDay(2, hour, 50) },
  });

const daily = (room: string, subject: string, hour: number, numberOfOccurrences: number) =>
  world.graph.outlook.book({
    ...{ organizer, rooms: [mailboxOf(room)], subject },
    ...{ start: onDay(2, hour), end: onDay(2, hour, 50) },
    recurrence: {
      pattern: { type: 'daily', interval: 1 },
      range: { type: 'numbered', numberOfOccurrences },
    },
  });

const planned = (key: string, timeout?: number) =>
  world.meetingThat(product, key, ({ state, number }) => state === 'planned' && number !== null, timeout);

const ofRoom = async (room: string, state = 'planned') => {
  const window = `from=${onDay(0, 0).toISOString()}&to=${onDay(60, 0).toISOString()}`;
  const all = await world.meetings(product, `?${window}&limit=1000&state=${state}`);
  return all.filter(({ rooms }) => rooms.includes(mailboxOf(room)));
};

const occurrenceKey = (uid: string, at: Date) => `${uid}@${at.toISOString().replace('.000Z', 'Z')}`;

test.concurrent('the first round asks for the fixed window, and every request for what Graph forgets', async () => {
  const first = deltaRequests(world.graph, mailboxOf('window'))[0];
  const query = new URL(first?.path ?? '', world.graph.url).searchParams;
  const [from, to] = ['startDateTime', 'endDateTime'].map((name) => Date.parse(query.get(name) ?? ''));
  expect((from ?? 0) - (first?.at ?? 0)).toBeLessThan(-0.9 * day);
  expect((to ?? 0) - (first?.at ?? 0)).toBeGreaterThan(180 * day);
  await planned(book('window', 9).iCalUId);
  const asked = deltaRequests(world.graph, mailboxOf('window'));
  expect(asked.at(-1)?.path).toMatch(/deltatoken/i);
  for (const { prefer } of asked) {
    expect(prefer).toContain('IdType="ImmutableId"');
    expect(prefer).toContain('outlook.timezone="UTC"');
    expect(prefer).toMatch(/odata\.maxpagesize=\d+/);
  }
});

test('small pages, an empty one, a repeated item and a series after its occurrences are one calendar', async () => {
  const { knobs } = world.graph;
  knobs.deltaPageMax = 3;
  knobs.deltaEmptyPage = true;
  knobs.deltaRepeats = true;
  knobs.deltaMasterLast = true;
  const series = daily('small', 'Every day', 8, 7);
  const single = book('small', 15);
  const last = occurrenceKey(series.iCalUId, onDay(8, 8));
  expect(await world.meetingThat(product, last, ({ title }) => title === 'Every day')).toMatchObject({
    organizer,
  });
  await planned(single.iCalUId);
  expect(await ofRoom('small')).toHaveLength(8);
  expect(
    deltaRequests(world.graph, mailboxOf('small')).filter(({ path }) => /skiptoken/i.test(path)).length,
  ).toBeGreaterThan(2);

  // Read anew, it is still the same calendar.
  world.graph.forgetDeltaTokens(mailboxOf('small'));
  await planned(book('small', 17).iCalUId);
  expect(await ofRoom('small')).toHaveLength(9);
  expect(await ofRoom('small', 'cancelled')).toEqual([]);
  Object.assign(knobs, {
    deltaPageMax: 50,
    deltaEmptyPage: false,
    deltaRepeats: false,
    deltaMasterLast: false,
  });
});

test('an all-day series keeps its days, however many pages it comes in', async () => {
  const zone = 'Europe/Berlin';
  world.graph.knobs.deltaMasterLast = true;
  const start = onDay(3, 0);
  const series = world.graph.outlook.book({
    ...{ organizer, rooms: [mailboxOf('allday')], subject: 'Fair', isAllDay: true, timeZone: zone },
    ...{ start, end: new Date(start.getTime() + day) },
    recurrence: {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday', 'wednesday', 'friday'] },
      range: { type: 'noEnd' },
    },
  });
  const found = await until(async () => {
    const meetings = await ofRoom('allday');
    return meetings.length >= 20 ? meetings : undefined;
  }, 20_000);
  world.graph.knobs.deltaMasterLast = false;
  const hour = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
  for (const meeting of found) {
    expect(meeting.key.startsWith(series.iCalUId)).toBe(true);
    expect(hour.format(new Date(meeting.start)), meeting.start).toBe('00:00');
    expect(hour.format(new Date(meeting.end)), meeting.end).toBe('00:00');
  }
});

for (const [room, what, fault] of [
  ['unavailable', 'a 503', { kind: 'status', status: 503 }],
  ['html', "a proxy's HTML page", { kind: 'html' }],
  ['dropped', 'a connection cut before the answer', { kind: 'drop-after' }],
] as const) {
  test.concurrent(`${what} in place of a round loses nothing, and the same link is asked again`, async () => {
    await planned(book(room, 9).iCalUId);
    const before = deltaRounds(world.graph, mailboxOf(room)).length;
    world.graph.fail({ ...fault, path: /delta/i, mailbox: mailboxOf(room), times: 2 });
    await planned(book(room, 11).iCalUId, 30_000);
    const [failed, again] = deltaRounds(world.graph, mailboxOf(room)).slice(before);
    expect(failed?.status).not.toBe(200);
    expect(again?.path).toBe(failed?.path);
    await until(async () => {
      const now = await world.api<{ rooms: { mailbox: string; error: string | null }[] }>(
        product,
        '/api/rooms',
      );
      return now.rooms.find(({ mailbox }) => mailbox === mailboxOf(room))?.error === null || undefined;
    }, 20_000);
  });
}

test.concurrent('a round that breaks off after its first page is read again from the link before it', async () => {
  const room = mailboxOf('halfway');
  await planned(book('halfway', 8).iCalUId);
  const before = deltaRounds(world.graph, room).length;
  world.graph.fail({ kind: 'drop-before', path: /skiptoken/i, mailbox: room });
  const series = daily('halfway', 'Long', 10, 70);
  await planned(occurrenceKey(series.iCalUId, onDay(2, 10)), 30_000);
  await planned(occurrenceKey(series.iCalUId, onDay(71, 10)));
  const rounds = deltaRounds(world.graph, room).slice(before);
  expect(
    deltaRequests(world.graph, room).some(({ status, path }) => status === 0 && /skiptoken/i.test(path)),
  ).toBe(true);
  const links = rounds.map(({ path }) => path);
  expect(new Set(links).size, 'one of the links was used again').toBeLessThan(links.length);
});

test.concurrent('a 429 is answered by staying away for as long as it says, whatever is notified meanwhile', async () => {
  const room = mailboxOf('busy');
  await planned(book('busy', 8).iCalUId);
  world.graph.fail({ kind: 'status', status: 429, retryAfter: 4, path: /delta/i, mailbox: room });
  const first = book('busy', 9);
  const refused = await world.graph.waitFor(() =>
    world.graph.log.find((entry) => entry.mailbox === room && entry.status === 429),
  );
  const second = book('busy', 10);
  await planned(first.iCalUId, 20_000);
  await planned(second.iCalUId);
  const next = deltaRequests(world.graph, room).find(({ at }) => at > refused.at);
  expect((next?.at ?? 0) - refused.at).toBeGreaterThanOrEqual(3_900);
});

test.concurrent('a lost delta link begins anew, and nobody is cancelled for it', async () => {
  const kept = book('gone', 8);
  const { number } = await planned(kept.iCalUId);
  world.graph.forgetDeltaTokens(mailboxOf('gone'));
  const added = book('gone', 9);
  await planned(added.iCalUId);
  expect(deltaRequests(world.graph, mailboxOf('gone')).some(({ status }) => status === 410)).toBe(true);
  expect(await world.meeting(product, kept.iCalUId)).toMatchObject({ state: 'planned', number });
});

test.concurrent('so does one that is answered with another address', async () => {
  const kept = book('located', 8);
  await planned(kept.iCalUId);
  world.graph.fail({ kind: 'gone', location: true, mailbox: mailboxOf('located') });
  await planned(book('located', 9).iCalUId);
  expect(await world.meeting(product, kept.iCalUId)).toMatchObject({ state: 'planned' });
});

test.concurrent('so does one that is lost between two pages, and what was cancelled meanwhile is found', async () => {
  const room = mailboxOf('midway');
  const kept = book('midway', 8);
  const dropped = book('midway', 9);
  await planned(kept.iCalUId);
  await planned(dropped.iCalUId);
  world.graph.fail({ kind: 'gone', path: /skiptoken/i, mailbox: room });
  world.graph.outlook.cancel(dropped);
  const series = daily('midway', 'Long', 11, 70);
  await planned(occurrenceKey(series.iCalUId, onDay(71, 11)), 30_000);
  expect(deltaRequests(world.graph, room).some(({ status }) => status === 410)).toBe(true);
  await world.meetingThat(product, dropped.iCalUId, ({ state }) => state === 'cancelled');
  expect(await world.meeting(product, kept.iCalUId)).toMatchObject({ state: 'planned' });
});

test.concurrent('so does a first reading that loses its link between two pages', async () => {
  const room = mailboxOf('firstpages');
  const series = daily('firstpages', 'Long', 12, 70);
  await planned(occurrenceKey(series.iCalUId, onDay(71, 12)), 30_000);
  world.graph.forgetDeltaTokens(room);
  world.graph.fail({ kind: 'gone', path: /skiptoken/i, mailbox: room });
  await planned(book('firstpages', 9).iCalUId, 30_000);
  expect(
    deltaRequests(world.graph, room).filter(({ status }) => status === 410).length,
  ).toBeGreaterThanOrEqual(2);
  expect(await ofRoom('firstpages', 'cancelled')).toEqual([]);
});

test.concurrent('fifty changes at once are one number of rounds, not fifty', async () => {
  const room = mailboxOf('storm');
  await planned(book('storm', 1).iCalUId);
  const before = deltaRounds(world.graph, room).length;
  const events = Array.from({ length: 50 }, (_, i) =>
    world.graph.outlook.book({
      ...{ organizer, rooms: [room], subject: `Storm ${i}` },
      ...{ start: onDay(4 + i, 8), end: onDay(4 + i, 9) },
    }),
  );
  for (const { iCalUId } of events) await planned(iCalUId, 30_000);
  await world.graph.settled(20_000);
  // Telling fifty organizers changes the room's copies again: those are rounds of their own, also shared.
  const rounds = deltaRounds(world.graph, room).length - before;
  expect(rounds).toBeLessThan(30);
});

test.concurrent('a mailbox that is organizer and room at once never has more than four requests', async () => {
  const events = Array.from({ length: 12 }, (_, i) =>
    world.graph.outlook.bookInRoom(mailboxOf('crowded'), {
      subject: `Crowded ${i}`,
      ...{ start: onDay(3 + i, 8), end: onDay(3 + i, 9) },
    }),
  );
  for (const { iCalUId } of events) await planned(iCalUId, 30_000);
});
