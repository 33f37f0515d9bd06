import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Exchange } from '../../src/conference/exchange/exchange.ts';
import { mergeBookings } from '../../src/meeting/booking.ts';
import { ExchangeStore, exchangesOf } from '../../src/redis/exchanges.ts';
import { MeetingStore } from '../../src/redis/meetings.ts';
import { asWork } from '../../src/work.ts';
import { booking, t0 } from '../meeting/a-room.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let exchanges: ExchangeStore;
let meetings: MeetingStore;
beforeAll(async () => {
  server = await startRedis();
  exchanges = new ExchangeStore(server.redis);
  meetings = new MeetingStore(server.redis);
});
afterAll(() => server.close());
beforeEach(async () => void (await server.redis.flushall()));

async function meeting(key: string, uid = key): Promise<void> {
  const says = booking({ key, uid, start: t0, end: t0 + 1_000 });
  await meetings.putBooking('a@x', key, says, mergeBookings(new Map([['a@x', says]])), []);
}
const exchange = (at: number, fields: Partial<Exchange> = {}): Exchange => ({
  ...{
    id: String(at).padStart(6, '0'),
    work: 'w',
    at,
    took: 1,
    system: 'graph',
    method: 'PATCH',
    path: '/x',
  },
  ...fields,
});
const put = (owner: string, ...all: Exchange[]) => exchanges.put(new Map([[owner, all]]));
const listed = async (...owners: string[]) => (await exchanges.list(owners)).map(({ at }) => at);

it('those of a meeting and of its series are listed together, in the order of time', async () => {
  await meeting('series/1', 'series');
  await put('series/1', exchange(2), exchange(4));
  await put('series', exchange(3), exchange(1, { method: 'GET' }));
  expect(await listed('series/1', 'series')).toEqual([1, 2, 3, 4]);
  expect(await listed('series/1', 'series/1')).toEqual([2, 4]);
});

it('what belongs to no meeting is not kept', async () => {
  await meeting('uid');
  await exchanges.put(
    new Map([
      ['gone', [exchange(1)]],
      ['uid', [exchange(2)]],
    ]),
  );
  expect(await listed('gone', 'uid')).toEqual([2]);
  expect((await server.redis.keys('*exchanges*')).length).toBe(1);
});

it('the newest are kept, and looking often does not push out what was done', async () => {
  await meeting('uid');
  await put('uid', exchange(0), exchange(1, { method: 'GET', fault: 'busy' }));
  for (let i = 0; i < 3; i += 1) {
    const looks = Array.from({ length: 150 }, (_, n) => exchange(1_000 * (i + 1) + n, { method: 'GET' }));
    await put('uid', ...looks);
  }
  const all = await listed('uid');
  expect(all).toHaveLength(102);
  expect(all.slice(0, 3)).toEqual([0, 1, 3_050]);
  await put('uid', ...Array.from({ length: 500 }, (_, n) => exchange(10_000 + n)));
  expect(await listed('uid')).toHaveLength(300);
});

it('looks are kept for a week, what was done for as long as the meeting', async () => {
  await meeting('uid');
  await put('uid', exchange(0), exchange(1, { method: 'GET' }));
  const left = await Promise.all(exchangesOf('uid').map((list) => server.redis.pttl(list)));
  expect(left.map((ms) => Math.round(ms / 86_400_000))).toEqual([1_000, 7]);
});

it('they are forgotten with their meetings, those of a series with its last', async () => {
  await meeting('series/1', 'series');
  await put('series/1', exchange(1));
  await put('series', exchange(2));
  const later = booking({ key: 'series/2', uid: 'series', start: t0 + 9_000, end: t0 + 9_900 });
  await meetings.putBooking('a@x', 'series/2', later, mergeBookings(new Map([['a@x', later]])), []);
  await meetings.forget(t0 + 5_000);
  expect(await listed('series/1')).toEqual([]);
  expect(await listed('series')).toEqual([2]);
  await meetings.forget(t0 + 10_000);
  expect(await server.redis.keys('*exchanges*')).toEqual([]);
});

it('an entry of the timeline says in which work it was written, where it was in any', async () => {
  await meeting('uid');
  await meetings.note('uid', [{ at: 1, what: 'renamed' }]);
  await asWork({ of: 'conference', key: 'uid' }, () => meetings.note('uid', [{ at: 2, what: 'renamed' }]));
  expect(await meetings.timeline('uid')).toEqual([
    { at: 1, what: 'renamed' },
    { at: 2, what: 'renamed', work: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}$/) },
  ]);
});
