/** What has changed stands in one stream, in the step that changed it; whoever was away goes on from where they were. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ChangeStore, changesKey, isBefore } from '../../src/redis/changes.ts';
import { MeetingStore } from '../../src/redis/meetings.ts';
import { PlaceStore } from '../../src/redis/places.ts';
import { RoomStore } from '../../src/redis/rooms.ts';
import { StartStore } from '../../src/redis/starts.ts';
import { TicketStore } from '../../src/redis/tickets.ts';
import { run } from '../conference/a-meeting.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let store: ChangeStore;
beforeAll(async () => {
  server = await startRedis();
  store = new ChangeStore(server.redis, server.connect());
});
afterAll(async () => {
  await server.close();
});
beforeEach(() => server.redis.flushall());

const lease = { hash: 'lease', field: 'key', holder: 'me' };
const meeting = { key: 'm', uid: 'm', start: 1, end: 2, title: 'T', isPrivate: false, rooms: ['board@x'] };

async function booked(): Promise<MeetingStore> {
  const meetings = new MeetingStore(server.redis);
  await meetings.putBooking('board@x', 'm', undefined, meeting, []);
  await server.redis.hset('lease', 'key', 'me');
  return meetings;
}

it('every write that people are shown says so, once, and what is refused says nothing', async () => {
  const meetings = await booked();
  await meetings.putPlacement('m', undefined, 'no slot', []);
  await meetings.saveRun('m', run, lease);
  await meetings.saveRun('m', run, { ...lease, holder: 'another' });
  await meetings.putOrganizerCopy('m', 'unreadable');
  await meetings.note('m', []);
  await meetings.putSeen(new Map());
  const places = new PlaceStore(server.redis);
  await places.savePreflight('m', { start: 1, cluster: 'emea', number: '8000', done: 'early' }, lease);
  await places.saveLeft('m', [], lease);
  const rooms = new RoomStore(server.redis);
  await rooms.putStatus('board@x', { lastSync: 1 });
  await rooms.putStatus('board@x', { lastSync: 2 });
  await rooms.putStatus('board@x', { error: 'refused' });
  await rooms.putStatus('board@x', { error: 'refused' });
  await rooms.putStatus('board@x', { error: undefined });
  const tickets = new TicketStore(server.redis);
  const condition = { code: 'clock-off', about: 'cms1', detail: '3 s' } as const;
  await tickets.settle('s', [condition], 1);
  await tickets.settle('s', [condition], 2);
  await tickets.settle('s', [{ ...condition, detail: '4 s' }], 3);
  await tickets.settle('s', [], 4);
  const { changes = [] } = (await store.since('0-0')) ?? {};
  const counts = new Map<string, number>();
  for (const { kind, key } of changes) {
    const name = kind === 'ticket' ? kind : `${kind} ${key}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  expect(Object.fromEntries(counts)).toEqual({ 'meeting m': 7, 'room board@x': 3, ticket: 3 });
});

it('whoever was away is told what came since; whoever was away for too long, or has another Redis, that it is not known', async () => {
  const meetings = await booked();
  const { last = '' } = (await store.since('0-0')) ?? {};
  expect(await store.since(last)).toEqual({ changes: [], last });
  await meetings.note('m', []);
  expect(await store.since(last)).toMatchObject({ changes: [{ kind: 'meeting', key: 'm' }] });
  await server.redis.xtrim(changesKey, 'MAXLEN', 0);
  await meetings.note('m', []);
  expect(await store.since('1-0')).toBeUndefined();
  await server.redis.flushall();
  expect(await store.since(last)).toBeUndefined();
  expect(await store.after(last, 1)).toBeUndefined();
  expect(await store.since('0-0')).toEqual({ changes: [], last: '0-0' });
  // An id of a Redis whose clock was ahead.
  await meetings.note('m', []);
  expect(await store.since('9999999999999-0')).toBeUndefined();
});

it('whoever has built on what came before knows only a Redis that has the last that they know', async () => {
  expect(await store.behind('0-0')).toEqual({ changes: [], last: '0-0' });
  const meetings = await booked();
  expect(await store.behind('0-0')).toBeUndefined();
  const last = await store.last();
  expect(await store.behind(last)).toEqual({ changes: [], last });
  await meetings.putOrganizersTimes('m', { start: 1, end: 2, at: 3 });
  await meetings.forget(5);
  expect((await store.behind(last))?.changes).toEqual([
    { kind: 'meeting', key: 'm' },
    { kind: 'meeting', key: 'm' },
  ]);
  // A replica that had not yet been told of it has become the master, and was written to.
  await server.redis.xdel(changesKey, last);
  expect(await store.behind(last)).toBeUndefined();
});

it('a change ends the wait for one', async () => {
  const meetings = await booked();
  const last = await store.last();
  const waited = store.after(last, 20_000);
  await meetings.note('m', []);
  expect((await waited)?.changes).toEqual([{ kind: 'meeting', key: 'm' }]);
  expect((await store.after(await store.last(), 1))?.changes).toEqual([]);
});

it.each([
  ['1-0', '2-0', true],
  ['1-1', '1-2', true],
  ['1-2', '1-2', false],
  ['10-0', '9-5', false],
])('%s is before %s: %s', (one, other, is) => {
  expect(isBefore(one, other)).toBe(is);
});

it('how late a conference was opened is kept by the time of its opening', async () => {
  const meetings = await booked();
  await meetings.saveRun('m', run, lease, [{ at: 5_000, what: 'opened', late: 120 }]);
  await meetings.saveRun('m', run, lease, [{ at: 6_000, what: 'dialled' }]);
  const starts = new StartStore(server.redis);
  expect(await starts.since(0)).toEqual([{ key: 'm', at: 5_000, late: 120 }]);
  expect(await starts.since(5_001)).toEqual([]);
});
