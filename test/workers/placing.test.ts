import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { protectionOf } from '../../src/access-rules.ts';
import { deriveIdentityKey, derivePasscode, deriveSecret } from '../../src/conference/identity.ts';
import type { Meeting } from '../../src/conference/meeting.ts';
import { nextStep } from '../../src/conference/plan.ts';
import type { Run } from '../../src/conference/run.ts';
import { type ClusterConfig, type ConferenceConfig, standardPolicies } from '../../src/config.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { meetingKey, mergeBookings, type RoomBooking } from '../../src/meeting/booking.ts';
import { BridgeStore } from '../../src/redis/bridges.ts';
import { MeetingStore } from '../../src/redis/meetings.ts';
import { SlotStore } from '../../src/redis/slots.ts';
import { foundKey, Placing, type PlacingDeps } from '../../workers/placing.ts';
import { protectWith } from '../../workers/protecting.ts';
import { startRedis, type TestRedis } from '../redis/server.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const identityKey = deriveIdentityKey('test');
const metrics = createMetrics();
const conference: ConferenceConfig = {
  setup: 5 * minute,
  teardown: 5 * minute,
  preflight: 0,
  lead: 0,
  extension: {
    ...{ by: 15 * minute, times: 2, rooms: 'ignore-muted', ignore: [] },
    ...{ roomCalendar: true, warnings: [] },
  },
  ...{ earlyJoin: 'open', release: { after: 0, room: false }, attendance: 0 },
  ...{ passcode: 'random', passcodeLength: 6, access: 'open' },
  askedBy: { keywords: [], categories: [] },
  onlineMeetings: 'also',
};
const cluster = (name: string, base: number, quantity: number): ClusterConfig => ({
  name,
  domain: `${name}.example.com`,
  numbers: { base, quantity },
  slotName: 'Slot_',
  accessNumbers: [],
  callBridges: [],
});

let server: TestRedis;
let meetings: MeetingStore;
let slots: SlotStore;
let bridges: BridgeStore;
/** Tomorrow, so that nothing has begun. */
let soon: number;
beforeAll(async () => {
  server = await startRedis();
  meetings = new MeetingStore(server.redis);
  slots = new SlotStore(server.redis);
  bridges = new BridgeStore(server.redis);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.redis.flushall();
  soon = Date.now() + day;
});

function placingWith(clusters: readonly ClusterConfig[], more: Partial<PlacingDeps> = {}): Placing {
  const how = { access: standardPolicies(), clusters, conference: more.conference ?? conference, rooms: [] };
  return new Placing({
    protect: protectWith(identityKey, protectionOf(how), slots),
    ...{ clusters, conference, identityKey, meetings, slots, bridges, metrics, now: Date.now },
    sipOf: (mailbox) => (mailbox === 'board@x' ? 'board@video' : undefined),
    remembered: async () => undefined,
    numberLeft: async () => undefined,
    ...more,
  });
}

/** Books the room, or moves what it has booked. @returns the meeting's key */
async function book(
  uid: string,
  start: number,
  long = hour,
  { room = 'board@x', ...fields }: Partial<RoomBooking> & { room?: string } = {},
): Promise<string> {
  const key = meetingKey(uid, fields.originalStart);
  const booking: RoomBooking = {
    ...{ key, uid, eventId: 'e', start, end: start + long, title: uid, isPrivate: false },
    timesSince: Date.now(),
    ...fields,
  };
  await meetings.putBooking(room, key, booking, mergeBookings(new Map([[room, booking]])), []);
  return key;
}

async function bookSeries(uid: string, days: number): Promise<string[]> {
  return await Promise.all(
    Array.from({ length: days }, (_, n) =>
      book(uid, soon + n * day, hour, { originalStart: soon + n * day }),
    ),
  );
}

async function numberOf(key: string): Promise<string | undefined> {
  return (await meetings.load(key))?.placement?.number;
}
const numbersOf = (keys: readonly string[]) => Promise.all(keys.map(numberOf));

/** Opens the conference of a placed meeting, as far as its record goes. */
async function open(key: string, more: Partial<Run> = {}): Promise<Run> {
  const meeting = await loaded(key);
  if (meeting.placement === undefined || meeting.booked === undefined) throw new Error('it has no slot');
  const { cappedEnd: _, ...slot } = meeting.placement;
  const run: Run = {
    ...slot,
    ...{ space: 's', name: meeting.last.title, end: meeting.booked.end, rooms: {} },
    ...{ callBridge: 'https://cms1', call: 'c', openedAt: Date.now() },
    ...more,
  };
  await meetings.adoptRun(key, run, []);
  return run;
}

async function loaded(key: string): Promise<Meeting> {
  const meeting = await meetings.load(key);
  if (meeting === undefined) throw new Error(`${key} is not there`);
  return meeting;
}

const words = async (key: string) => (await meetings.timeline(key)).map(({ what }) => what);
const keysOf = (placed: readonly Meeting[]) => placed.map(({ key }) => key);

describe('a meeting', () => {
  it('gets the lowest free number over its margins, with a passcode and a secret of its own', async () => {
    const placing = placingWith([cluster('emea', 8000, 3)]);
    const one = await book('one', soon);
    const next = await book('next', soon + hour + 9 * minute);
    const apart = await book('apart', soon + hour + 25 * minute);
    expect(keysOf(await placing.place([one, next, apart]))).toEqual([one, next, apart]);
    expect(await numbersOf([one, next, apart])).toEqual(['8000', '8001', '8000']);
    expect((await loaded(one)).placement).toEqual({
      cluster: 'emea',
      number: '8000',
      passcode: derivePasscode(identityKey, 'one', '8000'),
      secret: deriveSecret(identityKey, one),
    });
    expect(await slots.heldBy('emea', one)).toEqual({
      number: '8000',
      from: soon - 5 * minute,
      to: soon + hour + 5 * minute,
    });
    expect(await words(one)).toEqual(['reserved']);
  });

  it('that is placed again keeps what it has, and says nothing more of it', async () => {
    const placing = placingWith([cluster('emea', 8000, 3)]);
    const one = await book('one', soon);
    await placing.place([one]);
    const before = await meetings.load(one);
    expect(await placing.place([one])).toEqual([]);
    expect(await meetings.load(one)).toEqual(before);
    expect(await words(one)).toEqual(['reserved']);
  });

  it('read from two rooms at once gets one slot', async () => {
    const clusters = [cluster('emea', 8000, 50)];
    const one = await book('one', soon);
    await Promise.all(Array.from({ length: 10 }, () => placingWith(clusters).place([one])));
    expect(await slots.count('emea')).toBe(1);
    expect(await numberOf(one)).toBe('8000');
  });

  it('has no passcode where none is configured', async () => {
    const placing = placingWith([cluster('emea', 8000, 1)], {
      conference: { ...conference, passcode: 'none' },
    });
    const one = await book('one', soon);
    await placing.place([one]);
    expect((await loaded(one)).placement?.passcode).toBe('');
  });

  it('goes to the next cluster when the first is full', async () => {
    const placing = placingWith([cluster('emea', 8000, 1), cluster('apac', 9000, 1)]);
    const [one, two, three] = [await book('one', soon), await book('two', soon), await book('three', soon)];
    const placed = await placing.place([one, two, three]);
    expect(keysOf(placed)).toEqual([one, two]);
    expect(await numbersOf([one, two, three])).toEqual(['8000', '9000', undefined]);
    expect(await loaded(three)).toMatchObject({ placement: undefined, unplaced: 'no slot is free' });
    expect(await words(three)).toEqual(['unplaced']);
  });

  it('that is over, or was cancelled, gets no slot', async () => {
    const placing = placingWith([cluster('emea', 8000, 1)]);
    const past = await book('past', Date.now() - 2 * hour);
    const gone = await book('gone', soon);
    await meetings.putBooking('board@x', gone, undefined, undefined, []);
    expect(await placing.place([past, gone, 'never heard of'])).toEqual([]);
    expect(await slots.count('emea')).toBe(0);
  });
});

describe('a meeting without a slot', () => {
  it('gets one once one is free, and is told of as it is then', async () => {
    const placing = placingWith([cluster('emea', 8000, 1)]);
    const [one, two] = [await book('one', soon), await book('two', soon)];
    await placing.place([one, two]);
    expect(await meetings.unplaced()).toEqual([two]);
    expect(await placing.place(await meetings.unplaced())).toEqual([]);
    expect(await words(two)).toEqual(['unplaced']);
    await slots.release('emea', [one]);
    const [placed] = await placing.place(await meetings.unplaced());
    expect(placed).toMatchObject({ key: two, placement: { number: '8000' } });
    expect(placed).not.toHaveProperty('unplaced');
    expect(await meetings.unplaced()).toEqual([]);
    expect(await words(two)).toEqual(['unplaced', 'reserved']);
  });
});

describe('a series', () => {
  it('gets one number for all its occurrences: the lowest that is free for each of them', async () => {
    const placing = placingWith([cluster('emea', 8000, 3)]);
    await placing.place([await book('other', soon + 5 * day)]);
    const series = await bookSeries('series', 10);
    await placing.place(series);
    expect(new Set(await numbersOf(series))).toEqual(new Set(['8001']));
    const passcodes = await Promise.all(series.map(async (key) => (await loaded(key)).placement?.passcode));
    expect(new Set(passcodes).size).toBe(1);
    const secrets = await Promise.all(series.map(async (key) => (await loaded(key)).placement?.secret));
    expect(new Set(secrets).size).toBe(10);
  });

  it('has another number only where no number is free for all', async () => {
    const placing = placingWith([cluster('emea', 8000, 2)]);
    const blocking = [await book('a', soon + 2 * day), await book('b', soon + 4 * day)];
    await placing.place(blocking.slice(0, 1));
    await slots.reserve(
      cluster('emea', 8000, 2),
      [{ key: 'x', from: soon + 4 * day, to: soon + 4 * day + hour }],
      {
        mode: 'only',
        number: '8001',
      },
    );
    const series = await bookSeries('series', 6);
    await placing.place(series);
    expect(await numbersOf(series)).toEqual(['8000', '8000', '8001', '8000', '8000', '8000']);
  });

  it('has an occurrence unplaced, or on another cluster, where only that one finds no slot', async () => {
    const placing = placingWith([cluster('emea', 8000, 1), cluster('apac', 9000, 1)]);
    const other = await book('other', soon + day);
    await placing.place([other]);
    await slots.reserve(
      cluster('apac', 9000, 1),
      [{ key: 'x', from: soon + 3 * day, to: soon + 3 * day + 1 }],
      {
        mode: 'lowest',
      },
    );
    const series = await bookSeries('series', 4);
    await placing.place(series);
    expect(await numbersOf(series)).toEqual(['8000', '9000', '8000', '8000']);
    await placing.place([await book('more', soon + day)]);
    expect(await meetings.unplaced()).toEqual(['more']);
  });

  it('keeps its number for occurrences that come later', async () => {
    const placing = placingWith([cluster('emea', 8000, 3)]);
    await placing.place([await book('other', soon)]);
    const series = await bookSeries('series', 3);
    await placing.place(series);
    expect(await numberOf(series[0] ?? '')).toBe('8001');
    const further = await book('series', soon + 9 * day, hour, { originalStart: soon + 9 * day });
    await placing.place([further]);
    expect(await numberOf(further)).toBe('8001');
  });

  it('alternates between numbers where its occurrences overlap by their margins', async () => {
    const placing = placingWith([cluster('emea', 8000, 3)]);
    const series = await Promise.all(
      [0, 1, 2, 3].map((n) => book('days', soon + n * day, day, { originalStart: soon + n * day })),
    );
    await placing.place(series);
    expect(await numbersOf(series)).toEqual(['8000', '8001', '8000', '8001']);
  });

  it('moves an exception alone, to its number where that is free', async () => {
    const placing = placingWith([cluster('emea', 8000, 2)]);
    const series = await bookSeries('series', 3);
    await placing.place(series);
    await placing.place([await book('other', soon + day + 3 * hour)]);
    const moved = await book('series', soon + day + 6 * hour, hour, {
      originalStart: soon + day,
      exceptionUid: 'e',
    });
    expect(moved).toBe(series[1]);
    expect(await placing.place([moved])).toEqual([]);
    expect(await numbersOf(series)).toEqual(['8000', '8000', '8000']);
    await book('series', soon + day + 3 * hour, hour, { originalStart: soon + day, exceptionUid: 'e' });
    expect(keysOf(await placing.place([moved]))).toEqual([moved]);
    expect(await numbersOf(series)).toEqual(['8000', '8001', '8000']);
  });
});

describe('a moved meeting', () => {
  it('keeps its number where it can, though a lower one is free', async () => {
    const placing = placingWith([cluster('emea', 8000, 2)]);
    await placing.place([await book('first', soon)]);
    const one = await book('one', soon);
    await placing.place([one]);
    await book('one', soon + 5 * hour);
    expect(await placing.place([one])).toEqual([]);
    expect(await numberOf(one)).toBe('8001');
    expect(await slots.heldBy('emea', one)).toMatchObject({
      number: '8001',
      from: soon + 5 * hour - 5 * minute,
    });
  });

  it('gets another number, or another cluster, or none, and its old slot is free', async () => {
    const placing = placingWith([cluster('emea', 8000, 1), cluster('apac', 9000, 1)]);
    const one = await book('one', soon);
    await placing.place([one]);
    await placing.place([await book('there', soon + 5 * hour)]);
    await book('one', soon + 5 * hour);
    expect((await placing.place([one]))[0]).toMatchObject({ placement: { cluster: 'apac', number: '9000' } });
    expect(await slots.heldBy('emea', one)).toBeUndefined();
    const [six, seven] = [await book('six', soon + 10 * hour), await book('seven', soon + 10 * hour)];
    await placing.place([six, seven]);
    await book('one', soon + 10 * hour);
    expect(await placing.place([one])).toEqual([]);
    expect(await loaded(one)).toMatchObject({ placement: undefined, unplaced: 'no slot is free' });
    expect(await slots.heldBy('apac', one)).toBeUndefined();
    expect(await words(one)).toEqual(['reserved', 'reserved', 'unplaced']);
  });
});

describe('a slot among several that are free', () => {
  const clusters = [cluster('emea', 8000, 8)];

  it('is the lowest that leaves its neighbours room to be extended', async () => {
    const placing = placingWith(clusters);
    const near = soon + hour + 24 * minute;
    const keys = [await book('a', soon), await book('b', near, hour, { room: 'huddle@x' })];
    await placing.place(keys);
    expect(await numbersOf(keys)).toEqual(['8000', '8001']);
    await slots.release('emea', ['b']);
    const inTheSameRoom = await book('same', near);
    await placing.place([inTheSameRoom]);
    expect(await numberOf(inTheSameRoom), 'the first one has to leave the room anyway').toBe('8000');
    await slots.release('emea', ['same']);
    const without = placingWith(clusters, {
      conference: { ...conference, extension: { ...conference.extension, times: 0 } },
    });
    const c = await book('c', near, hour, { room: 'huddle@x' });
    await without.place([c]);
    expect(await numberOf(c), 'where nothing is ever extended, the lowest').toBe('8000');
  });

  it('is one that was seen empty where the meeting begins soon, and any where it does not', async () => {
    const placing = placingWith(clusters);
    const mark = {
      number: '8000',
      callBridge: 'https://cms1',
      since: Date.now(),
      space: 's',
      call: 'c',
      why: 'away' as const,
    };
    await slots.markUnclean('emea', [mark, { ...mark, callBridge: 'https://cms2' }]);
    const near = await book('near', Date.now() + 10 * minute);
    const far = await book('far', soon + 10 * hour);
    await placing.place([near, far]);
    expect(await numbersOf([near, far])).toEqual(['8001', '8000']);
    for (const { callBridge } of await slots.unclean('emea')) {
      await slots.seenEmpty('emea', { ...mark, callBridge });
      await slots.release('emea', [near]);
      const again = await book(`again ${callBridge}`, Date.now() + 10 * minute);
      await placing.place([again]);
      const left = (await slots.unclean('emea')).length;
      expect(await numberOf(again)).toBe(left > 0 ? '8001' : '8000');
      await slots.release('emea', [again]);
    }
  });

  it('is one that was not seen empty where there is no other', async () => {
    const mark = {
      number: '8000',
      callBridge: 'https://cms1',
      since: Date.now(),
      space: 's',
      call: '',
      why: 'away' as const,
    };
    await slots.markUnclean('emea', [mark]);
    const key = await book('near', Date.now() + 10 * minute);
    await placingWith([cluster('emea', 8000, 1)]).place([key]);
    expect(await numberOf(key)).toBe('8000');
  });
});

describe('a running conference', () => {
  const clusters = [cluster('emea', 8000, 2)];
  /** One that began half an hour ago. */
  async function running(placing: Placing): Promise<{ key: string; start: number; end: number }> {
    const start = Date.now() - hour / 2;
    const key = await book('running', start);
    await placing.place([key]);
    await open(key);
    return { key, start, end: start + hour };
  }

  it('has its slot for as long as its later end says', async () => {
    const placing = placingWith(clusters);
    const { key, start } = await running(placing);
    await book('running', start, 2 * hour);
    await placing.place([key]);
    expect(await slots.heldBy('emea', key)).toMatchObject({
      number: '8000',
      to: start + 2 * hour + 5 * minute,
    });
    expect((await loaded(key)).placement).not.toHaveProperty('cappedEnd');
  });

  it('runs until the next one in its slot begins where its later end collides, and on when that is gone', async () => {
    const placing = placingWith(clusters);
    const { key, start, end } = await running(placing);
    const next = await book('next', end + 30 * minute);
    await placing.place([next]);
    expect(await numberOf(next)).toBe('8000');
    await book('running', start, 2 * hour);
    for (let twice = 0; twice < 2; twice += 1) expect(await placing.place([key])).toEqual([]);
    // Its own five minutes and those of the next one lie between them.
    expect((await loaded(key)).placement).toMatchObject({ number: '8000', cappedEnd: end + 20 * minute });
    expect(await slots.heldBy('emea', key)).toMatchObject({ to: end + 25 * minute });
    expect(await meetings.capped()).toEqual([key]);
    expect(await words(key)).toEqual(['reserved', 'not-extended']);

    // The next one moves a little, then to another day; nobody asks for the one that runs.
    await book('next', end + 45 * minute);
    await placing.place([next]);
    expect(await numberOf(next)).toBe('8000');
    expect((await loaded(key)).placement).toMatchObject({ cappedEnd: end + 35 * minute });
    await book('next', end + 3 * day);
    await placing.place([next]);
    expect((await loaded(key)).placement).not.toHaveProperty('cappedEnd');
    expect(await slots.heldBy('emea', key)).toMatchObject({ to: start + 2 * hour + 5 * minute });
    expect(await meetings.capped()).toEqual([]);
  });

  it('is lengthened when the next one gives its slot back', async () => {
    const placing = placingWith(clusters);
    const { key, start, end } = await running(placing);
    const next = await book('next', end + 30 * minute);
    await placing.place([next]);
    await book('running', start, 2 * hour);
    await placing.place([key]);
    await slots.release('emea', [next]);
    await placing.place([]);
    expect((await loaded(key)).placement).not.toHaveProperty('cappedEnd');
    expect(await slots.heldBy('emea', key)).toMatchObject({ to: start + 2 * hour + 5 * minute });
  });

  it('keeps a number that the range has left, and leaves it when it is moved', async () => {
    const { key, start } = await running(placingWith(clusters));
    const later = await book('later', soon);
    await placingWith(clusters).place([later]);
    const placing = placingWith([cluster('emea', 8500, 2)]);
    await book('running', start, 2 * hour);
    expect(await placing.place([key, later])).toEqual([]);
    expect(await slots.heldBy('emea', key)).toMatchObject({
      number: '8000',
      to: start + 2 * hour + 5 * minute,
    });
    expect(await numberOf(later)).toBe('8000');
    await book('later', soon + hour);
    await placing.place([later]);
    expect(await numberOf(later)).toBe('8500');
    expect(await slots.holderAt('emea', '8000', soon + hour)).toBeUndefined();
  });

  it('that is extended is not cut short by being placed again', async () => {
    const placing = placingWith(clusters);
    const { key, end } = await running(placing);
    await open(key, { extension: { of: end, until: end + 15 * minute, times: 1 } });
    await placing.place([key]);
    expect(await slots.heldBy('emea', key)).toMatchObject({ to: end + 20 * minute });
  });

  it('that is moved to another day gets a slot for that day, whatever its number is then', async () => {
    const placing = placingWith(clusters);
    const { key } = await running(placing);
    await placing.place([await book('there', soon)]);
    await book('running', soon);
    expect(keysOf(await placing.place([key]))).toEqual([key]);
    expect((await loaded(key)).placement).toMatchObject({ number: '8001' });
    expect((await loaded(key)).placement).not.toHaveProperty('cappedEnd');
    const settings = { ...conference, watchEvery: 1, clearFor: 1, sip: new Map() };
    expect(nextStep(await loaded(key), Date.now(), settings)).toEqual({ do: 'close', reason: 'moved' });
  });
});

describe('a conference that was closed', () => {
  async function closed(
    placing: Placing,
    reason: Run['closeReason'],
  ): Promise<{ key: string; start: number }> {
    const start = Date.now() - hour / 2;
    const key = await book('one', start);
    await placing.place([key]);
    await open(key, { closedAt: Date.now(), ...(reason === undefined ? {} : { closeReason: reason }) });
    await slots.release('emea', [key]);
    await meetings.putPlacement(key, undefined, undefined, []);
    return { key, start };
  }

  it('gets no slot again', async () => {
    const placing = placingWith([cluster('emea', 8000, 1)]);
    const { key } = await closed(placing, 'ended');
    expect(await placing.place([key])).toEqual([]);
    expect(await slots.count('emea')).toBe(0);
  });

  it.each(['cancelled', 'moved'] as const)(
    'because it was %s gets one when it is booked again',
    async (reason) => {
      const placing = placingWith([cluster('emea', 8000, 1)]);
      const { key } = await closed(placing, reason);
      expect(keysOf(await placing.place([key]))).toEqual([key]);
    },
  );

  it('gets one when Outlook gives it a later end', async () => {
    const placing = placingWith([cluster('emea', 8000, 1)]);
    const { key, start } = await closed(placing, 'ended');
    await book('one', start, 2 * hour);
    expect(keysOf(await placing.place([key]))).toEqual([key]);
  });
});

describe('after the loss of Redis', () => {
  it('a conference that runs is known by its secret, keeps slot, call and passcode, and nobody is dialled', async () => {
    const placing = placingWith([cluster('apac', 9000, 2), cluster('emea', 8000, 3)]);
    const key = await book('one', Date.now() - hour / 2);
    const secret = deriveSecret(identityKey, key);
    const calls = [{ callBridge: 'https://cms2', call: 'c1' }];
    const parties = ['sip:board@video'];
    const found = {
      ...{ number: '8002', space: 's2', name: 'one', passcode: '999999', secret, calls, parties },
      foundAt: Date.now(),
    };
    const range = cluster('emea', 8000, 3);
    await bridges.putFound('emea', [found]);
    const hold = { key: foundKey('8002'), from: Date.now(), to: Date.now() + 10 * minute };
    await slots.reserve(range, [hold], { mode: 'only', number: '8002' });
    expect(await placing.isFound(key)).toBe(true);
    expect(await placing.isFound('another')).toBe(false);
    expect(keysOf(await placing.place([key]))).toEqual([key]);
    const meeting = await loaded(key);
    expect(meeting.placement).toEqual({ cluster: 'emea', number: '8002', passcode: '999999', secret });
    expect(meeting.run).toMatchObject({
      call: 'c1',
      callBridge: 'https://cms2',
      space: 's2',
      number: '8002',
    });
    expect(meeting.run?.rooms).toMatchObject({ 'board@x': { state: 'dialled', sip: 'board@video' } });
    expect(await slots.heldBy('emea', foundKey('8002'))).toBeUndefined();
    expect(await slots.heldBy('emea', key)).toMatchObject({ number: '8002' });
    expect(await words(key)).toEqual(['adopted']);
    expect(await placing.isFound(key)).toBe(false);
  });

  it('one that runs beyond its end is taken as extended, so that nobody is thrown out', async () => {
    const placing = placingWith([cluster('emea', 8000, 1)]);
    const start = Date.now() - 70 * minute;
    const key = await book('one', start);
    const calls = [{ callBridge: 'https://cms1', call: 'c1' }];
    const secret = deriveSecret(identityKey, key);
    await bridges.putFound('emea', [
      {
        number: '8000',
        space: 's',
        name: 'one',
        passcode: '',
        secret,
        calls,
        parties: [],
        foundAt: Date.now(),
      },
    ]);
    await placing.place([key]);
    expect((await loaded(key)).run?.extension).toEqual({
      of: start + hour,
      until: start + 75 * minute,
      times: 1,
    });
  });

  it('a room that may not have been dialled yet is looked for, then dialled; one that was due long ago is not', async () => {
    const placing = placingWith([cluster('emea', 8000, 3)]);
    const foundAt = Date.now();
    const calls = [{ callBridge: 'https://cms1', call: 'c1' }];
    const find = async (uid: string, number: string, start: number, found: typeof calls) => {
      const key = await book(uid, start);
      const secret = deriveSecret(identityKey, key);
      const conference = { number, space: 's', name: uid, passcode: '', secret, parties: [], foundAt };
      await bridges.putFound('emea', [{ ...conference, calls: found }]);
      await placing.place([key]);
      const rooms = Object.entries((await loaded(key)).run?.rooms ?? {});
      return rooms.map(([room, { state }]) => [room, state]);
    };
    expect(await find('just begun', '8000', foundAt - 1_000, calls)).toEqual([['board@x', 'intended']]);
    expect(await find('no call', '8001', foundAt - 2 * hour, [])).toEqual([]);
    expect(await find('long ago', '8002', foundAt - 4 * hour, calls)).toEqual([['board@x', 'dialled']]);
  });

  it('what the invitation says is kept: number and passcode', async () => {
    const remembered = async () => ({ number: '8002', passcode: '123123' });
    const placing = placingWith([cluster('emea', 8000, 3)], { remembered });
    const series = await bookSeries('series', 3);
    await placing.place(series);
    expect(await numbersOf(series)).toEqual(['8002', '8002', '8002']);
    expect((await loaded(series[0] ?? '')).placement?.passcode).toBe('123123');
    const taken = await book('late', soon);
    await placing.place([taken]);
    expect((await loaded(taken)).placement).toMatchObject({
      number: '8000',
      passcode: derivePasscode(identityKey, 'late', '8000'),
    });
  });

  it('a slot that was found open is nobody else’s', async () => {
    const placing = placingWith([cluster('emea', 8000, 2)]);
    const range = cluster('emea', 8000, 2);
    const hold = { key: foundKey('8000'), from: Date.now(), to: Date.now() + 10 * minute };
    await slots.reserve(range, [hold], { mode: 'only', number: '8000' });
    const now = await book('now', Date.now());
    await placing.place([now]);
    expect(await numberOf(now)).toBe('8001');
  });
});
