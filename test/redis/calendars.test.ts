import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bookingsOf, type HeldRoot } from '../../src/meeting/room-bookings.ts';
import { CalendarStore, type RoomSync } from '../../src/redis/calendars.ts';
import { day, event, exception, master, occurrence, rootsOf, t0 } from '../meeting/a-room.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let calendars: CalendarStore;
beforeAll(async () => {
  server = await startRedis();
  calendars = new CalendarStore(server.redis);
});
afterAll(() => server.close());
beforeEach(() => server.redis.flushall());

const view = { conference: 'always', onlineMeetings: 'also', hides: 'none', now: t0 - day } as const;
const held = (...changes: Parameters<typeof rootsOf>): Map<string, HeldRoot> =>
  new Map(
    [...rootsOf(...changes)].map(([id, root]) => [id, { root, bookings: bookingsOf(root, new Map(), view) }]),
  );
const none: ReadonlyMap<string, HeldRoot> = new Map();
const sync: RoomSync = {
  ...{ deltaLink: 'https://graph/delta?$deltatoken=1', window: { from: t0, to: t0 + 1 } },
  ...{ baselineAt: t0, readAs: '{}', waiting: ['m'] },
};
const series = [master('m'), occurrence('m', 0), occurrence('m', 1), exception('m', 2)] as const;
const idsOf = (roots: ReadonlyMap<string, unknown>) => [...roots.keys()].sort();

describe("a room's calendar", () => {
  it('is empty and without a delta link at first', async () => {
    expect(await calendars.sync('a@x')).toBeUndefined();
    expect((await calendars.all('a@x')).size).toBe(0);
  });

  it('is stored whole with its delta link, and apart from those of other rooms', async () => {
    const all = held(...series, event({ id: 'e', isAllDay: true }));
    await calendars.put('a@x', none, all, sync);
    expect(await calendars.all('a@x')).toEqual(all);
    expect(await calendars.sync('a@x')).toEqual(sync);
    expect((await calendars.all('b@x')).size).toBe(0);
  });

  it('loses what is gone, keeps what is the same and takes what changed', async () => {
    const before = held(event({ id: 'same' }), event({ id: 'old' }), event({ id: 'gone' }));
    await calendars.put('a@x', none, before, sync);
    const after = held(event({ id: 'same' }), event({ id: 'old', subject: 'New' }), event({ id: 'new' }));
    await calendars.put('a@x', before, after, { ...sync, deltaLink: '2', waiting: [] });
    expect(await calendars.all('a@x')).toEqual(after);
    expect(await calendars.sync('a@x')).toEqual({ ...sync, deltaLink: '2', waiting: [] });
  });

  it('is forgotten with everything about it', async () => {
    const all = held(...series);
    await calendars.put('a@x', none, all, sync);
    await calendars.put('a@x', all, none, undefined);
    expect(await server.redis.keys('*')).toEqual([]);
  });

  it('keeps what still runs of a root that is gone', async () => {
    const all = held(...series);
    const bookings = new Map([...(all.get('m')?.bookings ?? [])].slice(0, 1));
    await calendars.put('a@x', all, new Map([['m', { root: undefined, bookings }]]), sync);
    expect(await calendars.all('a@x')).toEqual(new Map([['m', { root: undefined, bookings }]]));
  });
});

describe('a root', () => {
  beforeEach(async () => {
    await calendars.put('a@x', none, held(...series, event({ id: 'e' }), event({ id: 'f' })), sync);
  });

  it('is found by its id, by its occurrences and exceptions, and by its iCalUId', async () => {
    expect(idsOf(await calendars.roots('a@x', { roots: ['m', 'unknown'] }))).toEqual(['m']);
    expect(idsOf(await calendars.roots('a@x', { members: ['m-1', 'unknown'] }))).toEqual(['m']);
    expect(idsOf(await calendars.roots('a@x', { members: ['m-2'], uids: ['uid-of-e'] }))).toEqual(['e', 'm']);
    expect((await calendars.roots('a@x', {})).size).toBe(0);
  });

  it('is no longer found by what it has lost, and still by what it has', async () => {
    const before = await calendars.roots('a@x', { roots: ['m'] });
    await calendars.put('a@x', before, held(...series.slice(0, 2)), sync);
    expect(idsOf(await calendars.roots('a@x', { members: ['m-1', 'm-2'] }))).toEqual([]);
    expect(idsOf(await calendars.roots('a@x', { members: ['m-0'] }))).toEqual(['m']);
    expect(idsOf(await calendars.all('a@x'))).toEqual(['e', 'f', 'm']);
  });

  it('that stands there a second time is found by its iCalUId when the first is gone', async () => {
    const twin = held(event({ id: 'twin', iCalUId: 'uid-of-e' }));
    const first = await calendars.roots('a@x', { uids: ['uid-of-e'] });
    await calendars.put('a@x', first, new Map([...first, ...twin]), sync);
    expect(idsOf(await calendars.roots('a@x', { uids: ['uid-of-e'] }))).toEqual(['twin']);
    const both = await calendars.roots('a@x', { roots: ['e', 'twin'] });
    await calendars.put('a@x', both, new Map([...both].filter(([id]) => id === 'e')), sync);
    expect(idsOf(await calendars.roots('a@x', { uids: ['uid-of-e'] }))).toEqual(['e']);
  });
});

it('a long series takes little room: its ids once, its bookings as times', async () => {
  const year = Array.from({ length: 180 }, (_, n) => occurrence('m', n));
  await calendars.put('a@x', none, held(master('m'), ...year), sync);
  const bytes = JSON.stringify(
    Object.entries(await server.redis.hgetall('roombridge:room:a@x:roots')),
  ).length;
  expect(bytes / 180).toBeLessThan(120);
});
