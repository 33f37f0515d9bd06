/** What the page of the present is told, from real stores: how everything stands, the days of rooms, what starts next. */
import { Queue } from 'bullmq';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { nowAnswer, startsAnswer, timelineAnswer } from '../src/http/api/now.ts';
import { Now, tellNow } from '../src/now.ts';
import { type DoorbellJob, keyPrefix } from '../src/queues.ts';
import { Agenda } from '../src/redis/agenda.ts';
import { BridgeStore } from '../src/redis/bridges.ts';
import { MeetingStore } from '../src/redis/meetings.ts';
import { RoomStore } from '../src/redis/rooms.ts';
import { StartStore } from '../src/redis/starts.ts';
import { TicketStore } from '../src/redis/tickets.ts';
import { placement, run } from './conference/a-meeting.ts';
import { startRedis, type TestRedis } from './redis/server.ts';
import { configurationOf } from './virtual/configuration.ts';

const minute = 60_000;
const now = Date.parse('2026-11-27T09:00:00Z');
const address = 'https://cms1.example.com:445';
const config = configurationOf({
  ...{ graphUrl: 'https://graph.example.com', ca: '', quantity: 10 },
  rooms: [{ mailbox: 'board@x', name: 'Board' }, { mailbox: 'huddle@x' }],
  clusters: [
    {
      ...{ name: 'emea', domain: 'meet.example.com', numbers: { base: 8_000, quantity: 10 } },
      ...{ slotName: 'Slot_', accessNumbers: [] },
      callBridges: [{ address, username: 'api', password: 'pw', requests: 8 }],
    },
  ],
});

let server: TestRedis;
let queue: Queue<DoorbellJob>;
beforeAll(async () => {
  server = await startRedis();
  queue = new Queue('conference', { connection: server.connect(), prefix: keyPrefix });
});
afterAll(async () => {
  await queue.close();
  await server.close();
});

let meetings: MeetingStore;
let rooms: RoomStore;
let present: Now;
beforeEach(async () => {
  await server.redis.flushall();
  await server.redis.hset('lease', 'key', 'me');
  meetings = new MeetingStore(server.redis);
  rooms = new RoomStore(server.redis);
  present = new Now({
    ...{ config, meetings, rooms, bridges: new BridgeStore(server.redis) },
    ...{ tickets: new TicketStore(server.redis), starts: new StartStore(server.redis) },
    work: [{ queue, agenda: new Agenda(server.redis, queue, 'me') }],
    signInState: () => undefined,
    redisState: () => ({ ok: true, since: now }),
  });
});

const changedIn = ({ rooms = [], meetings = [] }: { rooms?: string[]; meetings?: string[] }) => ({
  rooms: new Set(rooms),
  meetings: new Set(meetings),
});
const lease = { hash: 'lease', field: 'key', holder: 'me' };

async function book(key: string, start: number, { room = 'board@x', length = 30 * minute } = {}) {
  const booking = { key, uid: key, start, end: start + length, title: key, isPrivate: false };
  await meetings.putBooking(
    room,
    key,
    { ...booking, timesSince: 0, changeKey: key } as never,
    { ...booking, rooms: [room] },
    [],
  );
  await meetings.putPlacement(key, placement, undefined, []);
}

it('rooms that are not read or not subscribed are counted and named, until they are', async () => {
  const push = async (...changed: string[]) =>
    (await present.standing(now, changed.length === 0 ? 'all' : changedIn({ rooms: changed }))).push;
  expect(await push()).toMatchObject({ ok: false, rooms: 2, subscribed: 0, unread: 2 });
  for (const mailbox of ['board@x', 'huddle@x']) {
    await rooms.putStatus(mailbox, { lastSync: now });
    await rooms.putSubscription({
      ...{ id: mailbox, mailbox, clientState: 's', expires: now + minute, renewAt: now, since: now },
    });
  }
  expect(await push('board@x')).toMatchObject({
    ...{ ok: false, subscribed: 1, unread: 1 },
    failing: [{ mailbox: 'huddle@x', why: 'not read yet' }],
  });
  expect(await push('huddle@x')).toMatchObject({
    ok: true,
    subscribed: 2,
    unread: 0,
    failing: [],
  });
  // Subscriptions run out without anybody's doing: that is found all the same.
  expect((await present.standing(now + 2 * minute, changedIn({}))).push).toMatchObject({
    ok: false,
    subscribed: 0,
  });
});

it('what runs is counted and what was lost is named, and only what has changed is read again', async () => {
  const running = async (...changed: string[]) =>
    (await present.standing(now, changed.length === 0 ? 'all' : changedIn({ meetings: changed }))).running;
  for (const key of ['one', 'other']) await book(key, now);
  await meetings.saveRun('one', run, lease);
  expect(await running()).toEqual({ count: 1, lost: [] });
  await meetings.saveRun('other', { ...run, lost: { callBridge: address, since: now } }, lease);
  expect(await running('one')).toEqual({ count: 1, lost: [] });
  expect(await running('other')).toEqual({ count: 2, lost: [{ key: 'other', title: 'other' }] });
  await meetings.saveRun('one', { ...run, closedAt: now, closeReason: 'ended' }, lease);
  await meetings.saveRun('other', run, lease);
  expect(await running('one', 'other', 'of nobody')).toEqual({ count: 1, lost: [] });
  expect(await running()).toEqual({ count: 1, lost: [] });
});

it('how late conferences were opened is told of the last day', async () => {
  for (const [i, late] of [10, 20, 30, 4_000].entries()) {
    await book(`m${i}`, now);
    await meetings.saveRun(`m${i}`, run, lease, [{ at: now + i, what: 'opened', late }]);
  }
  expect((await present.standing(now + minute)).starts).toEqual({
    opened: 4,
    p50: 30,
    p99: 4_000,
    max: 4_000,
  });
  await book('later', now);
  await meetings.saveRun('later', run, lease, [{ at: now + 3, what: 'opened', late: 5 }]);
  expect((await present.standing(now + minute)).starts).toMatchObject({ opened: 5, p50: 20 });
  expect((await present.standing(now + 25 * 60 * minute)).starts).toEqual({
    ...{ opened: 0, p50: null, p99: null, max: null },
  });
});

it('the days of rooms have what touches the time that is asked for, once each', async () => {
  await book('before', now - 60 * minute);
  await book('now', now - 10 * minute);
  await book('elsewhere', now, { room: 'huddle@x' });
  await book('after', now + 5 * 60 * minute);
  const bars = await present.bars(['board@x', 'huddle@x'], now, now + 60 * minute, now);
  expect(bars.map(({ key }) => key).sort()).toEqual(['elsewhere', 'now']);
  expect((await present.bars(['board@x'], now, now + 60 * minute, now)).map(({ key }) => key)).toEqual([
    'now',
  ]);
  expect(timelineAnswer.safeParse({ bars }).success).toBe(true);
});

it('what starts next is told in the order of its opening, what should be open too, and not what is', async () => {
  await book('second', now + 60 * minute);
  await book('first', now + 20 * minute);
  await book('early', now + 90 * minute);
  await meetings.putEarly('early', { of: now + 90 * minute, at: now + minute });
  await book('overdue', now - 2 * minute);
  await book('open', now - minute);
  await meetings.saveRun('open', { ...run, end: now + 29 * minute }, lease);
  const starts = await present.nextStarts(3, now);
  expect(starts.map(({ key, trouble }) => [key, trouble])).toEqual([
    ['overdue', 'not-opened'],
    ['early', null],
    ['first', null],
  ]);
  expect((await present.nextStarts(10, now)).map(({ key }) => key)).toContain('second');
  expect(startsAnswer.safeParse({ starts }).success).toBe(true);
});

it('all of it is as the description of the API has it', async () => {
  const said = await tellNow(present, '0-0', now);
  expect(nowAnswer.safeParse(JSON.parse(JSON.stringify(said)))).toMatchObject({ success: true });
  expect(said.rooms).toEqual([
    { mailbox: 'board@x', name: 'Board' },
    { mailbox: 'huddle@x', name: null },
  ]);
  expect(said.standing.clusters).toMatchObject([
    { name: 'emea', slots: { ok: false }, callBridges: [{ address, state: 'unknown', drained: false }] },
  ]);
  expect(said.standing.queues).toMatchObject([{ name: 'conference', waiting: 0, paused: false }]);
});
