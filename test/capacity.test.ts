/** Slots and ports of a cluster, from real stores: what is taken when, who holds what, and the ticket before it is too late. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Capacity } from '../src/capacity.ts';
import { slotMap, slotsNow } from '../src/capacity-slots.ts';
import { leftKey } from '../src/conference/left.ts';
import type { Run } from '../src/conference/run.ts';
import { BadCursor } from '../src/http/admin/meetings.ts';
import { capacityAnswer, slotsAnswer } from '../src/http/api/capacity.ts';
import { AttendanceStore } from '../src/redis/attendance.ts';
import { BridgeStore } from '../src/redis/bridges.ts';
import { MeetingStore } from '../src/redis/meetings.ts';
import { SlotStore } from '../src/redis/slots.ts';
import { TicketStore } from '../src/redis/tickets.ts';
import { placement, run } from './conference/a-meeting.ts';
import { startRedis, type TestRedis } from './redis/server.ts';
import { configurationOf } from './virtual/configuration.ts';

const minute = 60_000;
const quarter = 15 * minute;
const day = 96 * quarter;
const [cms1, cms2] = ['https://cms1', 'https://cms2'];
const config = configurationOf({
  ...{ graphUrl: 'https://graph.example.com', ca: '', quantity: 10 },
  rooms: [
    { mailbox: 'board@x', sip: 'board@video' },
    { mailbox: 'huddle@x', sip: 'huddle@video' },
    { mailbox: 'attic@x' },
  ],
  clusters: [
    {
      ...{ name: 'emea', domain: 'meet.example.com', numbers: { base: 8_000, quantity: 10 } },
      ...{ slotName: 'Slot_', accessNumbers: [] },
      callBridges: [cms1, cms2].map((address) => ({ address, username: 'api', password: 'pw', requests: 8 })),
    },
  ],
});
const { setup, teardown } = config.conference;
const [cluster] = config.clusters as [(typeof config.clusters)[0] & object];

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

let stores: {
  meetings: MeetingStore;
  slots: SlotStore;
  bridges: BridgeStore;
  tickets: TicketStore;
  attendance: AttendanceStore;
};
let now: number;
beforeEach(async () => {
  const { redis } = server;
  await redis.flushall();
  await redis.hset('lease', 'key', 'me');
  stores = {
    ...{ meetings: new MeetingStore(redis), slots: new SlotStore(redis), bridges: new BridgeStore(redis) },
    ...{ tickets: new TicketStore(redis), attendance: new AttendanceStore(redis) },
  };
  // Bitmaps of reservations end by the clock of Redis.
  now = Math.ceil(Date.now() / day) * day + 8 * 4 * quarter + 7 * minute;
});

const capacity = () => new Capacity({ config, ...stores, now: () => now });
const on = (at: number) => new Date(at).toISOString().slice(0, 10);
const lease = { hash: 'lease', field: 'key', holder: 'me' };

async function book(
  key: string,
  start: number,
  minutes: number,
  rooms: string[],
  more: object = {},
): Promise<string> {
  const end = start + minutes * minute;
  const wish = { key, from: start - setup, to: end + teardown };
  const number = (await stores.slots.reserve(cluster, [wish], { mode: 'lowest' })) ?? '';
  await describeMeeting(key, start, end, rooms, more);
  await stores.meetings.putPlacement(key, { ...placement, number }, undefined, []);
  return number;
}

async function describeMeeting(key: string, start: number, end: number, rooms: string[], more: object = {}) {
  const organizer = { name: 'Tim', address: 'board@x' };
  const booking = { key, uid: key, start, end, title: `About ${key}`, organizer, isPrivate: false, ...more };
  const whole = { ...booking, rooms };
  await stores.meetings.putBooking(
    'board@x',
    key,
    { ...booking, timesSince: 0, changeKey: key } as never,
    whole,
    [],
  );
}

/** One that is over, and had so many people in at once for half an hour. */
async function held(key: string, people: number): Promise<void> {
  const start = now - 2 * day;
  const closed: Run = { ...run, openedAt: start, closedAt: start + 60 * minute, closeReason: 'ended' };
  await describeMeeting(key, start, start + 60 * minute, ['board@x']);
  await stores.meetings.saveRun(key, closed, lease);
  const times = { since: start, connectedAt: start, leftAt: start + 30 * minute, heardAt: start, legs: [] };
  const attendees = Array.from(
    { length: people },
    (_, i) => [`${key}-${i}`, { ...times, id: `${key}-${i}` }] as const,
  );
  await stores.attendance.commit(lease, cms1, {
    calls: new Map([[key, { knownAt: start, meeting: key, overAt: start + 60 * minute } as never]]),
    ...{ seats: new Map(), over: new Set(), records: undefined, taken: 0, waiting: [], keep: day, now },
    attendees: new Map([[key, new Map(attendees)]]),
  } as never);
}

const limited = async (...limits: number[]) => {
  for (const [i, participantLimit] of limits.entries())
    await stores.bridges.putFacts([cms1, cms2][i] ?? '', { at: now, participantLimit });
};

describe('a forecast', () => {
  it('counts slots with their margins, and rooms that are dialled while their meetings are on', async () => {
    const nine = now - (now % day) + 9 * 4 * quarter;
    await book('one', nine, 30, ['attic@x', 'board@x', 'huddle@x']);
    await book('two', nine + quarter, 15, ['huddle@x']);
    const found = await capacity().forecast('emea', { from: on(now), days: 2, zone: 'UTC' });
    expect(capacityAnswer.parse(found)).toEqual(found);
    const [today, tomorrow] = found?.days ?? [];
    const of = (from: number, count: number) =>
      today?.quarters
        .filter(({ at }) => Date.parse(at) >= from)
        .slice(0, count)
        .map(({ held, meetings, rooms, ports }) => [held, meetings, rooms, ports]);
    expect(setup).toBeLessThanOrEqual(quarter);
    expect(of(nine - quarter, 4)).toEqual([
      [1, 0, 0, 0],
      [2, 1, 2, 2],
      [2, 2, 3, 3],
      [2, 0, 0, 0],
    ]);
    expect(today?.fewestSlots).toMatchObject({ at: new Date(nine).toISOString(), held: 2, slots: 10 });
    expect(today?.fewestPorts).toMatchObject({ ports: 3, limit: null, inService: 2 });
    expect(tomorrow?.quarters).toHaveLength(96);
    expect(found?.people).toEqual({ perMeeting: null, meetings: 0 });
  });

  it('knows no cluster of another name', async () => {
    expect(await capacity().forecast('apac', { from: on(now), days: 1, zone: 'UTC' })).toBeUndefined();
  });

  it('expects as many people as meetings have had, once enough of them are known', async () => {
    for (let i = 0; i < 10; i += 1) await held(`past-${i}`, i % 2 === 0 ? 2 : 5);
    await book('one', now + quarter, 60, ['board@x']);
    const found = await capacity().forecast('emea', { from: on(now), days: 1, zone: 'UTC' });
    expect(found?.people).toEqual({ perMeeting: 3.5, meetings: 10 });
    expect(found?.days[0]?.fewestPorts).toMatchObject({ meetings: 1, rooms: 1, ports: 5 });
  });

  it('has the ports of call bridges that are in service, and numbers that are not of others', async () => {
    await limited(40, 60);
    await stores.slots.block(cluster, ['8001', '8002']);
    await stores.bridges.putDrain(cms1, { since: now, from: now, until: now + 60 * minute });
    const found = await capacity().forecast('emea', { from: on(now), days: 1, zone: 'UTC' });
    const at = (time: number) =>
      found?.days[0]?.quarters.find((one) => Date.parse(one.at) === Math.floor(time / quarter) * quarter);
    expect(at(now)).toMatchObject({ slots: 8, inService: 1, limit: 60 });
    expect(at(now + 90 * minute)).toMatchObject({ slots: 8, inService: 2, limit: 100 });
    expect(found?.callBridges).toMatchObject([
      { address: cms1, state: 'unknown', isDrained: true, limit: 40 },
      { address: cms2, isDrained: false, limit: 60 },
    ]);
  });
});

describe('the slot map', () => {
  const all = async (from: number, to: number, limit: number) => {
    const pages = [];
    for (let after: string | undefined; ; ) {
      const page = await slotMap(stores, cluster, { from, to, after, limit });
      expect(slotsAnswer.parse(page)).toEqual(page);
      pages.push(page);
      if (page.next === null) return pages;
      after = page.next;
    }
  };

  it('is the same by pages of any size, and what a look at every reservation finds', async () => {
    const random = seeded(7);
    for (let i = 0; i < 80; i += 1)
      await book(`m${i}`, now + Math.floor(random() * 200) * 5 * minute, 5 + Math.floor(random() * 200), [
        'board@x',
      ]);
    const reserved: { key: string; number: string; from: number; to: number }[] = [];
    for await (const page of stores.slots.all('emea'))
      for (const [key, one] of page) reserved.push({ key, ...one });
    expect(reserved.length).toBeGreaterThan(30);
    for (const [begin, length] of [
      [0, 1],
      [100, 240],
      [-600, 3_000],
    ] as const) {
      const [from, to] = [now + begin * minute, now + (begin + length) * minute];
      const wanted = reserved
        .filter((one) => one.from < to && one.to > from)
        .sort((a, b) => Number(a.number) - Number(b.number) || a.from - b.from)
        .map(({ key, number, from }) => [number, from, key]);
      for (const limit of [1, 3, 500]) {
        const pages = await all(from, to, limit);
        const found = pages.flatMap(({ held }) => held);
        expect(found.map((one) => [one.number, Date.parse(one.from), one.meeting?.key])).toEqual(wanted);
        expect(pages.slice(0, -1).every(({ held }) => held.length === limit)).toBe(true);
        expect(pages.map(({ numbers }) => numbers !== null)).toEqual(pages.map((_, i) => i === 0));
        expect(pages[0]?.numbers?.held).toBe(new Set(wanted.map(([number]) => number)).size);
      }
    }
  });

  it('says what each number is, and hides what is to be hidden', async () => {
    const at = now + 60 * minute;
    const taken = await book('board-secret', at, 60, ['board@x'], { isPrivate: true });
    const hold = (key: string, number: string) =>
      stores.slots.reserve(cluster, [{ key, from: at, to: at + minute }], { mode: 'found', number });
    await hold(leftKey('board-secret', '8005'), '8005');
    await hold('found:8006', '8006');
    await hold('of-a-range-that-was', '7999');
    await stores.bridges.putSpaces('emea', new Map([['7999', 'space']]));
    await stores.slots.block(cluster, ['8007']);
    const mark = { callBridge: cms1, since: now, space: 's', call: '', why: 'away' as const };
    await stores.slots.markUnclean('emea', [
      { ...mark, number: '8008' },
      { ...mark, number: taken },
    ]);
    const [page] = await all(at, at + minute, 100);
    expect(page?.numbers).toEqual({
      ...{ base: 8_000, quantity: 10, held: 2, resting: 1, unclean: 1, blocked: 1, free: 5 },
    });
    expect(
      page?.held.map(({ number, as, isOfRange, meeting }) => [number, as, isOfRange, meeting?.title]),
    ).toEqual([
      ['8000', 'meeting', true, 'Meeting'],
      ['8005', 'left', true, 'Meeting'],
      ['8006', 'found', true, undefined],
      ['7999', 'meeting', false, undefined],
    ]);
    expect(JSON.stringify(page)).not.toContain('About');
  });

  it('goes on behind a number that is none of the cluster any more', async () => {
    for (const key of ['one', 'two']) await book(key, now, 30, ['board@x']);
    const from = { from: now, to: now + minute };
    const goOn = async (number: string) => {
      const after = Buffer.from(JSON.stringify([number, 0])).toString('base64url');
      const { held } = await slotMap(stores, cluster, { ...from, after, limit: 10 });
      return held.map((one) => one.number);
    };
    expect(await goOn('7999')).toEqual(['8000', '8001']);
    expect(await goOn('8500')).toEqual([]);
  });

  it.each(['', 'x', Buffer.from('[1,2]').toString('base64url')])('does not go on from %j', async (after) => {
    await expect(slotMap(stores, cluster, { from: now, to: now + 1, after, limit: 1 })).rejects.toThrow(
      BadCursor,
    );
  });

  it('has a short form for those who measure', async () => {
    await book('one', now, 30, ['board@x']);
    await book('two', now, 90, ['huddle@x']);
    await stores.slots.block(cluster, ['8009']);
    expect(await slotsNow(stores.slots, config.clusters, now)).toEqual([
      { cluster: 'emea', there: 9, held: 2 },
    ]);
    expect(await slotsNow(stores.slots, config.clusters, now + 60 * minute)).toMatchObject([{ held: 1 }]);
  });
});

describe('a ticket', () => {
  const open = async () =>
    (await stores.tickets.list('open')).map(({ code, about, scope }) => [code, about, scope]);

  it('is opened before the slots are exhausted, and closes by itself', async () => {
    const at = now + 5 * day;
    for (let i = 0; i < 8; i += 1) await book(`m${i}`, at, 30, ['board@x']);
    await capacity().settle('emea');
    expect(await open()).toEqual([]);
    await book('m8', at, 30, ['board@x']);
    await capacity().settle('emea');
    expect(await open()).toEqual([['capacity-short', 'slots of cluster emea', 'capacity emea']]);
    const [ticket] = await stores.tickets.list('open');
    expect(ticket?.detail).toContain(
      `9 of 10 slots are held in the quarter-hour from ${new Date(at - quarter - (at % quarter)).toISOString().slice(0, 10)}`,
    );
    await stores.slots.release('emea', ['m3']);
    await capacity().settle('emea');
    expect(await open()).toEqual([]);
  });

  it('is not opened for what is further off than a week', async () => {
    for (let i = 0; i < 10; i += 1) await book(`m${i}`, now + 9 * day, 30, ['board@x']);
    await capacity().settle('emea');
    expect(await open()).toEqual([]);
    now += 3 * day;
    await capacity().settle('emea');
    expect(await open()).toHaveLength(1);
  });

  it('tells of ports, also when a drain that is planned takes them away', async () => {
    await limited(1, 2);
    for (const [key, room] of [
      ['a', 'board@x'],
      ['b', 'huddle@x'],
    ] as const)
      await book(key, now + day, 60, [room]);
    await capacity().settle('emea');
    expect(await open()).toEqual([]);
    await stores.bridges.putDrain(cms2, { since: now, from: now + day, until: now + 2 * day });
    await capacity().settle('emea');
    expect(await open()).toEqual([['capacity-short', 'ports of cluster emea', 'capacity emea']]);
    await stores.bridges.dropDrain(cms2);
    await capacity().settle('emea');
    expect(await open()).toEqual([]);
  });
});

/** The same sequence every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state / 0x7fff_ffff;
  };
}
