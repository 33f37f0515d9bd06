/** What people do in Outlook changes exactly what it must, and nothing else. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyWrites, inSeconds, onDay } from '../world/graph-side.ts';
import { type MeetingJson, organizer, type Product, until, World } from '../world/world.ts';

const names = [
  ...['tentative', 'declining', 'slow', 'one', 'two', 'three', 'moved', 'retitled', 'cancelled', 'withdrawn'],
  ...[
    'own',
    'outside',
    'private',
    'unmarked',
    'weekly',
    'daily',
    'endless',
    'exception',
    'silent',
    'removed',
  ],
  ...['shifted', 'ended', 'refusing', 'running', 'rejoining', 'joint', 'joint2'],
];
const mailboxOf = (name: string) => `${name}@example.com`;
const iso = (at: Date) => at.toISOString();

let world: World;
let product: Product;

beforeAll(async () => {
  const sip = (name: string) => (name === 'running' ? { sip: `${name}@video.example.com` } : {});
  world = await World.create({
    rooms: names.map((name) => ({ mailbox: mailboxOf(name), ...sip(name) })),
    quantity: 200,
  });
  product = await world.start();
  await world.allRead(product);
}, 90_000);

afterAll(() => world.destroy());

type NewMeeting = Parameters<World['graph']['outlook']['book']>[0];

const book = (rooms: readonly string[], details: Partial<NewMeeting> = {}) =>
  world.graph.outlook.book({
    ...{ organizer, subject: rooms.join(' and '), rooms: rooms.map(mailboxOf) },
    ...{ start: onDay(3, 9), end: onDay(3, 10) },
    ...details,
  });

const that = (key: string, isAsWished: (meeting: MeetingJson) => boolean, timeout = 20_000) =>
  world.meetingThat(product, key, isAsWished, timeout);
const planned = (key: string) => that(key, ({ state, number }) => state === 'planned' && number !== null);
const words = ({ timeline = [] }: MeetingJson) => timeline.map(({ what }) => what);
const occurrence = (uid: string, at: Date) => `${uid}@${iso(at).replace('.000Z', 'Z')}`;

/** Every meeting of the series, by start. */
async function ofSeries(uid: string): Promise<MeetingJson[]> {
  const all = await world.meetings(product, `?from=${iso(onDay(-1, 0))}&to=${iso(onDay(400, 0))}&limit=1000`);
  return all.filter(({ key }) => key.startsWith(`${uid}@`));
}

async function seriesOf(uid: string, count: number): Promise<MeetingJson[]> {
  let found: MeetingJson[] = [];
  return await until(
    async () => {
      found = (await ofSeries(uid)).filter(({ state }) => state === 'planned');
      return found.length === count && found.every(({ number }) => number !== null) ? found : undefined;
    },
    30_000,
    () => `${found.length} occurrences, not ${count}`,
  );
}

const numbersOf = (meetings: readonly MeetingJson[]) => [...new Set(meetings.map(({ number }) => number))];

const daily = (count: number) => ({
  pattern: { type: 'daily' as const, interval: 1 },
  range: { type: 'numbered' as const, numberOfOccurrences: count },
});

test.concurrent('a booking counts once the room has accepted it, not before, and never when it declines', async () => {
  const room = (name: string) => world.graph.rooms.get(mailboxOf(name));
  Object.assign(room('tentative') ?? {}, { policy: 'autoUpdate' });
  Object.assign(room('declining') ?? {}, { policy: 'declineAll' });
  const tentative = book(['tentative']);
  const declined = book(['declining']);
  // Both rooms were heard of: a booking behind them has come through.
  await world.graph.waitFor(
    () => world.graph.outlook.roomCopy(mailboxOf('declining'), declined)?.response.response === 'declined',
  );
  await planned(book(['slow']).iCalUId);
  await world.graph.settled();
  await until(async () => {
    const { rooms } = await world.api<{ rooms: { mailbox: string; lastChange: string | null }[] }>(
      product,
      '/api/rooms',
    );
    const heard = (name: string) => rooms.find(({ mailbox }) => mailbox === mailboxOf(name))?.lastChange;
    return (heard('tentative') && heard('declining')) || undefined;
  }, 20_000);
  expect(await world.meeting(product, tentative.iCalUId)).toBeUndefined();
  expect(await world.meeting(product, declined.iCalUId)).toBeUndefined();

  world.graph.outlook.acceptByRoom(mailboxOf('tentative'), tentative.iCalUId);
  await planned(tentative.iCalUId);
  world.graph.outlook.declineByRoom(mailboxOf('tentative'), tentative.iCalUId);
  await that(tentative.iCalUId, ({ state, number }) => state === 'cancelled' && number === null);
});

test.concurrent('several rooms of one event are one meeting; rooms come and go, the last one takes it along', async () => {
  const event = book(['one', 'two'], { start: onDay(4, 9), end: onDay(4, 10) });
  // The title is shown once the organizer's copy was seen not to be private.
  const both = await that(
    event.iCalUId,
    ({ rooms, number, title }) => rooms.length === 2 && number !== null && title === 'one and two',
  );
  expect(both).toMatchObject({
    organizer,
    start: iso(onDay(4, 9)),
    end: iso(onDay(4, 10)),
  });
  const { number } = both;
  expect(
    words(both)
      .filter((what) => what === 'booked' || what === 'room-added')
      .sort(),
  ).toEqual(['booked', 'room-added']);

  world.graph.outlook.update(event, { rooms: ['one', 'two', 'three'].map(mailboxOf) });
  const three = await that(event.iCalUId, ({ rooms }) => rooms.length === 3);
  expect(three).toMatchObject({ number, state: 'planned', rooms: ['one', 'three', 'two'].map(mailboxOf) });
  expect(words(three)).toContain('room-added');

  world.graph.outlook.update(event, { rooms: ['two', 'three'].map(mailboxOf) });
  const two = await that(event.iCalUId, ({ rooms }) => rooms.length === 2);
  expect(two).toMatchObject({ number, state: 'planned', rooms: ['three', 'two'].map(mailboxOf) });

  world.graph.outlook.declineByRoom(mailboxOf('two'), event.iCalUId);
  expect(await that(event.iCalUId, ({ rooms }) => rooms.length === 1)).toMatchObject({
    number,
    state: 'planned',
  });

  world.graph.outlook.update(event, { rooms: [] });
  const none = await that(event.iCalUId, ({ state, number: held }) => state === 'cancelled' && held === null);
  expect(words(none)).toEqual(expect.arrayContaining(['room-removed', 'cancelled', 'released']));
  const window = `?from=${iso(onDay(4, 0))}&to=${iso(onDay(5, 0))}`;
  expect((await world.meetings(product, window)).filter(({ key }) => key === event.iCalUId)).toHaveLength(1);

  // And back again.
  world.graph.outlook.update(event, { rooms: [mailboxOf('one')] });
  expect(await planned(event.iCalUId)).toMatchObject({ rooms: [mailboxOf('one')] });
});

test.concurrent('a meeting that is moved keeps its number, one that is retitled its times', async () => {
  const moved = book(['moved'], { start: onDay(5, 9), end: onDay(5, 10) });
  const { number, passcode } = await planned(moved.iCalUId);
  world.graph.outlook.update(moved, { start: onDay(6, 11) });
  const there = await that(moved.iCalUId, ({ start }) => start === iso(onDay(6, 11)));
  expect(there).toMatchObject({ number, passcode, end: iso(onDay(6, 12)), state: 'planned' });
  expect(words(there)).toContain('moved');
  expect(words(there)).not.toContain('cancelled');

  const retitled = book(['retitled'], { start: onDay(5, 9), end: onDay(5, 10) });
  const before = await planned(retitled.iCalUId);
  world.graph.outlook.update(retitled, { subject: 'Quite another name' });
  const after = await that(retitled.iCalUId, ({ title }) => title === 'Quite another name');
  const same = ({ number: n, start, end, rooms, passcode: p }: MeetingJson) => ({ n, start, end, rooms, p });
  expect(same(after)).toEqual(same(before));
});

test.concurrent('a cancelled meeting gives its slot back, whether its copy stays or leaves, and stays listed', async () => {
  Object.assign(world.graph.rooms.get(mailboxOf('withdrawn')) ?? {}, { removeCancelled: true });
  for (const room of ['cancelled', 'withdrawn']) {
    const event = book([room], { start: onDay(5, 14), end: onDay(5, 15) });
    await planned(event.iCalUId);
    world.graph.outlook.cancel(event);
    const gone = await that(event.iCalUId, ({ state, number }) => state === 'cancelled' && number === null);
    expect(words(gone)).toContain('released');
    const listed = await world.meetings(
      product,
      `?state=cancelled&from=${iso(onDay(5, 0))}&to=${iso(onDay(6, 0))}`,
    );
    expect(listed.map(({ key }) => key)).toContain(event.iCalUId);
  }
});

test.concurrent("a booking in the room's own calendar and one from outside the tenant are meetings too", async () => {
  const own = world.graph.outlook.bookInRoom(mailboxOf('own'), {
    subject: 'Made at the door',
    ...{ start: onDay(3, 9), end: onDay(3, 10) },
  });
  expect(await planned(own.iCalUId)).toMatchObject({
    title: 'Made at the door',
    organizer: mailboxOf('own'),
  });
  const outside = book(['outside'], { organizer: 'guest@elsewhere.example', subject: 'From outside' });
  const there = await that(
    outside.iCalUId,
    ({ number, title }) => number !== null && title === 'From outside',
  );
  expect(there).toMatchObject({ organizer: 'guest@elsewhere.example' });
});

test.concurrent('of a private meeting nobody is shown the title or the organizer', async () => {
  const details = {
    sensitivity: 'private' as const,
    subject: 'Severance of Mr Smith',
    start: onDay(7, 9),
    end: onDay(7, 10),
  };
  const event = book(['private'], { ...details, organizer: 'secretive@elsewhere.example' });
  // Exchange clears the mark in rooms that are set up so; the organizer's own copy still has it.
  const room = world.graph.rooms.get(mailboxOf('unmarked'));
  Object.assign(room ?? {}, { removePrivateProperty: true, deleteSubject: true });
  const unmarked = book(['unmarked'], { ...details, subject: 'Severance of Mrs Smith' });
  const meeting = await planned(event.iCalUId);
  expect(meeting).toMatchObject({ title: 'Meeting', organizer: null });
  await planned(unmarked.iCalUId);
  await world.graph.waitFor(
    () =>
      bodyWrites(world.graph, organizer).some(
        ({ path }) => path.includes(encodeURIComponent(unmarked.id)) || path.includes(unmarked.id),
      ),
    15_000,
  );
  expect(await world.meeting(product, unmarked.iCalUId)).toMatchObject({ title: 'Meeting' });
  await that(event.iCalUId, (now) => words(now).includes('invitation-refused'));
  const shown = [
    JSON.stringify([
      await world.meeting(product, event.iCalUId),
      await world.meeting(product, unmarked.iCalUId),
    ]),
    JSON.stringify(await world.meetings(product, `?from=${iso(onDay(7, 0))}&to=${iso(onDay(8, 0))}`)),
    await (await fetch(`${product.admin}/metrics`)).text(),
    product.output(),
  ];
  for (const text of shown) {
    expect(text).not.toContain('Severance');
    expect(text).not.toContain('secretive');
  }
});

test.concurrent('a daily, a weekly and a never-ending series have one number each, for half a year ahead', async () => {
  const ten = book(['daily'], { subject: 'Ten days', recurrence: daily(10) });
  const weekly = book(['weekly'], {
    subject: 'Weekly',
    timeZone: 'Europe/Berlin',
    recurrence: {
      pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday', 'thursday'] },
      range: { type: 'numbered', numberOfOccurrences: 12 },
    },
  });
  const endless = book(['endless'], {
    subject: 'For ever',
    recurrence: { pattern: { type: 'daily', interval: 1 }, range: { type: 'noEnd' } },
  });
  for (const [uid, count] of [
    [ten.iCalUId, 10],
    [weekly.iCalUId, 12],
  ] as const) {
    const found = await seriesOf(uid, count);
    expect(numbersOf(found)).toHaveLength(1);
    expect(new Set(found.map(({ title }) => title)).size).toBe(1);
  }
  const found = await until(async () => {
    const all = await ofSeries(endless.iCalUId);
    return all.length >= 170 && all.every(({ number }) => number !== null) ? all : undefined;
  }, 30_000);
  expect(numbersOf(found)).toHaveLength(1);
  expect(Date.parse(found.at(-1)?.start ?? '')).toBeGreaterThan(onDay(178, 0).getTime());
  const one = await world.meeting(product, found[3]?.key ?? '');
  expect(one?.passcode).toBe((await world.meeting(product, found[150]?.key ?? ''))?.passcode);
});

test.concurrent('an occurrence is moved, retitled or cancelled alone, and declined alone', async () => {
  const series = book(['exception'], { subject: 'Exceptional', recurrence: daily(6) });
  const [{ number } = { number: null }] = await seriesOf(series.iCalUId, 6);
  const [, second, third, , fifth] = [3, 4, 5, 6, 7].map((day) => onDay(day, 9));
  world.graph.outlook.updateOccurrence(series, second as Date, { start: onDay(4, 15) });
  const movedKey = occurrence(series.iCalUId, second as Date);
  expect(await that(movedKey, ({ start }) => start === iso(onDay(4, 15)))).toMatchObject({
    number,
    end: iso(onDay(4, 16)),
  });
  world.graph.outlook.updateOccurrence(series, third as Date, { subject: 'Exceptional indeed' });
  const retitledKey = occurrence(series.iCalUId, third as Date);
  expect(await that(retitledKey, ({ title }) => title === 'Exceptional indeed')).toMatchObject({ number });
  const copy = world.graph.outlook
    .roomCopies(mailboxOf('exception'))
    .find(({ start }) => start === onDay(4, 15).getTime());
  world.graph.outlook.declineByRoom(mailboxOf('exception'), copy?.iCalUId ?? '');
  await that(movedKey, ({ state }) => state === 'cancelled');
  world.graph.outlook.cancelOccurrence(series, fifth as Date);
  await that(occurrence(series.iCalUId, fifth as Date), ({ state }) => state === 'cancelled');
  const rest = await seriesOf(series.iCalUId, 4);
  expect(numbersOf(rest)).toEqual([number]);
  expect(rest.filter(({ title }) => title === 'Exceptional')).toHaveLength(3);
});

test('a cancelled occurrence is found whether Graph says so or leaves it out', async () => {
  for (const how of ['silent', 'removed'] as const) {
    world.graph.knobs.deletedOccurrence = how;
    const series = book([how], { recurrence: daily(5) });
    const before = await seriesOf(series.iCalUId, 5);
    world.graph.outlook.cancelOccurrence(series, onDay(5, 9));
    await that(
      occurrence(series.iCalUId, onDay(5, 9)),
      ({ state, number }) => state === 'cancelled' && number === null,
    );
    expect(numbersOf(await seriesOf(series.iCalUId, 4))).toEqual(numbersOf(before));
  }
  world.graph.knobs.deletedOccurrence = 'silent';
});

test.concurrent('a series that is shifted, lengthened or cancelled as a whole changes as a whole and keeps its number', async () => {
  const series = book(['shifted'], { recurrence: daily(5) });
  const [{ number } = { number: null }] = await seriesOf(series.iCalUId, 5);
  // By less than it lasts: its own old occurrences are no reason for another number.
  world.graph.outlook.update(series, { start: onDay(3, 9, 30), end: onDay(3, 10, 30) });
  const shifted = await until(async () => {
    const found = (await ofSeries(series.iCalUId)).filter(
      ({ state, number: held }) => state === 'planned' && held,
    );
    return found.length === 5 && found.every(({ start }) => start.includes('T09:30')) ? found : undefined;
  }, 30_000);
  expect(numbersOf(shifted)).toEqual([number]);

  world.graph.outlook.update(series, { recurrence: daily(8) });
  expect(numbersOf(await seriesOf(series.iCalUId, 8))).toEqual([number]);
  world.graph.outlook.update(series, { subject: 'Shifted and renamed' });
  let found: MeetingJson[] = [];
  const told = () =>
    JSON.stringify(found.map(({ key, state, title, number: held }) => [key, state, title, held]));
  await until(
    async () => {
      found = await seriesOf(series.iCalUId, 8);
      return found.every(({ title }) => title === 'Shifted and renamed') || undefined;
    },
    20_000,
    told,
  );
  const exceptions = world.graph.outlook
    .roomCopies(organizer)
    .filter((one) => one.seriesMasterId === series.id);
  expect(exceptions, 'we have not made an exception of any occurrence').toEqual([]);

  world.graph.outlook.cancel(series);
  await until(
    async () => {
      found = await ofSeries(series.iCalUId);
      return found.every(({ state, number: held }) => state === 'cancelled' && held === null) || undefined;
    },
    20_000,
    told,
  );
});

test.concurrent('a series in two rooms is one series, and one room leaves it without the other', async () => {
  const series = book(['joint', 'joint2'], { recurrence: daily(4) });
  const both = await until(async () => {
    const found = await seriesOf(series.iCalUId, 4);
    return found.every(({ rooms }) => rooms.length === 2) ? found : undefined;
  }, 20_000);
  expect(numbersOf(both)).toHaveLength(1);
  world.graph.outlook.update(series, { rooms: [mailboxOf('joint')] });
  const alone = await until(async () => {
    const found = await seriesOf(series.iCalUId, 4);
    return found.every(({ rooms }) => rooms.length === 1) ? found : undefined;
  }, 20_000);
  expect(numbersOf(alone)).toEqual(numbersOf(both));
});

test('a running conference outlives the moment in which its room is asked again', async () => {
  const start = inSeconds(4);
  const event = book(['running'], { start, end: new Date(start.getTime() + 60_000) });
  const open = await that(event.iCalUId, ({ state }) => state === 'open');
  world.graph.delays.acceptDelay = 2_500;
  const end = new Date(start.getTime() + 90_000);
  world.graph.outlook.update(event, { end });
  await world.graph.waitFor(
    () =>
      world.graph.outlook.roomCopy(mailboxOf('running'), event)?.response.response === 'tentativelyAccepted',
  );
  const later = await that(event.iCalUId, (meeting) => meeting.end === iso(end));
  world.graph.delays.acceptDelay = 50;
  expect(later).toMatchObject({ state: 'open', number: open.number, callBridge: open.callBridge });
  expect(words(later)).not.toContain('closed');
  expect(words(later)).not.toContain('cancelled');
  expect(world.cms.events.filter(({ kind }) => kind === 'callEnded')).toEqual([]);
});

test('an occurrence that collides alone gets another number', async () => {
  const rooms = ['series', 'first', 'second'].map((name) => ({ mailbox: mailboxOf(name) }));
  const small = await World.create({ rooms, quantity: 3 });
  try {
    const running = await small.start();
    const single = (room: string, day: number, hour: number) =>
      small.graph.outlook.book({
        ...{ organizer, rooms: [mailboxOf(room)], subject: room },
        ...{ start: onDay(day, hour), end: onDay(day, hour + 1) },
      });
    const numberOf = async (key: string) => {
      const { number } = await small.meetingThat(running, key, ({ number: held }) => held !== null, 20_000);
      return Number(number) - 80991000;
    };
    const series = small.graph.outlook.book({
      ...{ organizer, rooms: [mailboxOf('series')], subject: 'Series', recurrence: daily(4) },
      ...{ start: onDay(3, 9), end: onDay(3, 10) },
    });
    const keys = [3, 4, 5, 6].map((day) => occurrence(series.iCalUId, onDay(day, 9)));
    const [usual = 0] = await Promise.all(keys.map(numberOf));
    // At three in the afternoon of the fifth day every number but the last is taken.
    const taken: number[] = [];
    for (const room of ['first', 'second']) taken.push(await numberOf(single(room, 5, 15).iCalUId));
    expect(taken).toContain(usual);
    small.graph.outlook.updateOccurrence(series, onDay(5, 9), { start: onDay(5, 15) });
    const key = keys[2] ?? '';
    const moved = await small.meetingThat(
      running,
      key,
      ({ start, number }) => start === iso(onDay(5, 15)) && Number(number) - 80991000 !== usual,
      20_000,
    );
    expect(taken).not.toContain(Number(moved.number) - 80991000);
    expect(await Promise.all([0, 1, 3].map((i) => numberOf(keys[i] ?? '')))).toEqual([usual, usual, usual]);
  } finally {
    await small.destroy();
  }
});
