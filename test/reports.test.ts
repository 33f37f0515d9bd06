/** Reports, from real stores: what is counted once, what anew, and what nobody knows any more. */
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TimelineEntry } from '../src/conference/timeline.ts';
import { EpochStore } from '../src/redis/epoch.ts';
import { MeetingStore, retention } from '../src/redis/meetings.ts';
import { ReportStore } from '../src/redis/reports.ts';
import { Reports } from '../src/reports.ts';
import { placement, run } from './conference/a-meeting.ts';
import { startRedis, type TestRedis } from './redis/server.ts';
import { configurationOf } from './virtual/configuration.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const config = configurationOf({
  ...{ graphUrl: 'https://graph.example.com', ca: '', quantity: 10 },
  rooms: [{ mailbox: 'board@x' }, { mailbox: 'huddle@x' }],
  clusters: [
    {
      ...{ name: 'emea', domain: 'meet.example.com', numbers: { base: 8_000, quantity: 10 } },
      ...{ slotName: 'Slot_', accessNumbers: [] },
      callBridges: [{ address: 'https://cms1', username: 'api', password: 'pw', requests: 8 }],
    },
  ],
});

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.close());

let meetings: MeetingStore;
let now: number;
beforeEach(async () => {
  await server.redis.flushall();
  await server.redis.hset('lease', 'key', 'me');
  meetings = new MeetingStore(server.redis);
  now = Date.parse('2026-11-27T09:00:00Z');
  await new EpochStore(server.redis).begin(now - 100 * day);
});

function process(patience?: number, of: MeetingStore = meetings): Reports {
  return new Reports({
    ...{ config, meetings: of, epochs: new EpochStore(server.redis), log: pino({ level: 'silent' }) },
    ...{ store: new ReportStore(server.redis), now: () => now },
    ...(patience !== undefined && { patience }),
  });
}

const lease = { hash: 'lease', field: 'key', holder: 'me' };

async function book(key: string, start: number, length = 30 * minute, room = 'board@x') {
  const organizer = { name: 'Tim', address: 'tim@example.com' };
  const booking = { key, uid: key, start, end: start + length, title: 'Budget', organizer, isPrivate: false };
  await meetings.putBooking(
    room,
    key,
    { ...booking, timesSince: 0, changeKey: key } as never,
    { ...booking, rooms: [room] },
    [],
  );
  await meetings.putPlacement(key, placement, undefined, []);
}

async function hold(key: string, start: number, late = 10, length = 30 * minute) {
  await book(key, start, length);
  const end = start + length;
  const closed = { ...run, end, openedAt: start - minute, closedAt: end, closeReason: 'ended' as const };
  const opened: TimelineEntry = { at: start - minute, what: 'opened', callBridge: 'https://cms1', late };
  await meetings.saveRun(key, closed, lease, [opened]);
}

const nine = (date: string) => Date.parse(`${date}T09:00:00Z`);
const figures = async (reports: Reports, date: string, zone = 'UTC') =>
  (await reports.days(date, date, zone))[0];

it('days are told in their order, each with what began on it in its zone', async () => {
  await hold('yesterday', nine('2026-11-26'));
  await book('night', Date.parse('2026-11-26T23:30:00Z'));
  await book('ahead', nine('2026-11-28'));
  const utc = await process().days('2026-11-25', '2026-11-28', 'UTC');
  expect(utc.map(({ date, state, figures }) => [date, state, figures?.booked, figures?.held])).toEqual([
    ['2026-11-25', 'final', 0, 0],
    ['2026-11-26', 'final', 2, 1],
    ['2026-11-27', 'so-far', 0, 0],
    ['2026-11-28', 'so-far', 1, 0],
  ]);
  const berlin = await process().days('2026-11-26', '2026-11-27', 'Europe/Berlin');
  expect(berlin.map(({ figures }) => figures?.booked)).toEqual([1, 1]);
});

describe('a day that is over', () => {
  it('is counted once, for whichever process asks', async () => {
    await hold('m', nine('2026-11-26'));
    const before = await figures(process(), '2026-11-26');
    await server.redis.del(...(await server.redis.keys('*meeting*')));
    expect(await figures(process(), '2026-11-26')).toEqual(before);
    const [kept = ''] = await server.redis.keys('*:report:UTC:2026-11-26');
    expect(await server.redis.pttl(kept)).toBeGreaterThan(399 * day);
  });

  it('is counted anew as long as one of its meetings goes on', async () => {
    await book('long', nine('2026-11-25'), 50 * hour);
    expect(await figures(process(), '2026-11-25')).toMatchObject({ state: 'so-far' });
    now = nine('2026-11-27') + 2 * hour + minute;
    expect(await figures(process(), '2026-11-25')).toMatchObject({ state: 'so-far' });
    now += hour;
    expect(await figures(process(), '2026-11-25')).toMatchObject({ state: 'final' });
  });

  it('is the same when two processes count it at once', async () => {
    for (let n = 0; n < 20; n += 1) await hold(`m${n}`, nine('2026-11-26') + n * minute, n);
    const [one, other] = await Promise.all([process(), process()].map((p) => figures(p, '2026-11-26')));
    expect(one).toEqual(other);
    expect(one?.figures?.lateness).toEqual({ opened: 20, p50: 9, p99: 19, max: 19 });
  });

  it('names neither titles nor organizers', async () => {
    await hold('m', nine('2026-11-26'));
    await figures(process(), '2026-11-26');
    const [kept = ''] = await server.redis.keys('*:report:UTC:2026-11-26');
    const json = await server.redis.get(kept);
    expect(json).toContain('board@x');
    expect(json).not.toMatch(/Budget|Tim|tim@/);
  });
});

it('of today it is told how it is, a minute late at most', async () => {
  const reports = process();
  expect(await figures(reports, '2026-11-27')).toMatchObject({ figures: { booked: 0 } });
  await book('m', now + hour);
  now += minute + 1;
  expect(await figures(reports, '2026-11-27')).toMatchObject({ state: 'so-far', figures: { booked: 1 } });
});

describe('what nobody knows', () => {
  it('is unknown, not nothing: before the product ran, and after meetings were forgotten', async () => {
    await server.redis.flushall();
    await new EpochStore(server.redis).begin(nine('2026-11-25'));
    const days = await process().days('2026-11-24', '2026-11-26', 'UTC');
    expect(days.map(({ state }) => state)).toEqual(['unknown', 'partly', 'final']);
    expect(days[0]?.figures).toBeNull();
    now += retention;
    expect(await figures(process(), '2026-11-26')).toMatchObject({ state: 'final' });
    expect(await figures(process(), '2026-11-27')).toMatchObject({ state: 'unknown', figures: null });
  });

  it('is told of a day that is forgotten while it is counted', async () => {
    class Forgetting extends MeetingStore {
      override async timelines(keys: readonly string[]) {
        now += retention;
        return await super.timelines(keys);
      }
    }
    await hold('m', nine('2026-11-26'));
    const reports = process(undefined, new Forgetting(server.redis));
    expect(await figures(reports, '2026-11-26')).toMatchObject({ state: 'unknown' });
    expect(await server.redis.keys('*:report:UTC:*')).toEqual([]);
  });
});

describe('nightly', () => {
  it('past days are counted before their meetings are forgotten, in the zones that were asked for', async () => {
    await hold('m', nine('2026-11-26'));
    await process().days('2026-11-27', '2026-11-27', 'Europe/Berlin');
    await process().countPast();
    now += retention + day;
    await meetings.forget(now - retention);
    for (const zone of ['UTC', 'Europe/Berlin'])
      expect(await figures(process(), '2026-11-26', zone)).toMatchObject({ figures: { held: 1 } });
    expect(await figures(process(), '2026-11-26', 'Asia/Tokyo')).toMatchObject({ state: 'unknown' });
  });

  it('one process does it, and the next time any other', async () => {
    const store = new ReportStore(server.redis);
    expect(await store.takeTurn(hour)).toBe(true);
    await process().countPast();
    expect(await server.redis.keys('*:report:UTC:*')).toEqual([]);
    await server.redis.del(...(await server.redis.keys('*:reports:turn')));
    await process().countPast();
    expect((await server.redis.keys('*:report:UTC:*')).length).toBe(29);
  });

  it('the twenty zones that were asked for last are remembered', async () => {
    const store = new ReportStore(server.redis);
    for (let n = 0; n < 25; n += 1) await store.askedFor(`Zone/${n}`, now + n);
    const zones = await store.zones(now);
    expect(zones).toHaveLength(20);
    expect(zones[0]).toBe('Zone/24');
    expect(await store.zones(now + 500 * day)).toEqual([]);
  });
});

it('what takes too long is pending, and there when it is asked for again', async () => {
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  class Slow extends MeetingStore {
    override async loadMany(keys: readonly string[]) {
      await held;
      return await super.loadMany(keys);
    }
  }
  await hold('m', nine('2026-11-26'));
  const reports = process(20, new Slow(server.redis));
  expect(await figures(reports, '2026-11-26')).toEqual({
    ...{ date: '2026-11-26', state: 'pending', figures: null },
  });
  letGo();
  await expect
    .poll(async () => await figures(reports, '2026-11-26'))
    .toMatchObject({ state: 'final', figures: { held: 1 } });
  await reports.close();
});

it('thousands of meetings of one day are counted page by page, each once', async () => {
  const pages: number[] = [];
  class Watched extends MeetingStore {
    override async loadMany(keys: readonly string[]) {
      pages.push(keys.length);
      return await super.loadMany(keys);
    }
  }
  for (let i = 0; i < 2_300; i += 100)
    await Promise.all(
      Array.from({ length: 100 }, (_, n) => book(`m${i + n}`, nine('2026-11-26') + (i % 7) * minute)),
    );
  const reports = process(20_000, new Watched(server.redis));
  expect(await figures(reports, '2026-11-26')).toMatchObject({ figures: { booked: 2_300 } });
  expect(Math.max(...pages)).toBe(200);
});
