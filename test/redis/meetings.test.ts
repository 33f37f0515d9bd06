import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../../src/conference/search/place.ts';
import { mergeBookings, type RoomBooking } from '../../src/meeting/booking.ts';
import { changesKey } from '../../src/redis/changes.ts';
import { type Lease, MeetingStore } from '../../src/redis/meetings.ts';
import { placement, run } from '../conference/a-meeting.ts';
import { booking, day, hour, t0 } from '../meeting/a-room.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let meetings: MeetingStore;
beforeAll(async () => {
  server = await startRedis();
  meetings = new MeetingStore(server.redis);
});
afterAll(() => server.close());
beforeEach(() => server.redis.flushall());

const lease: Lease = { hash: 'leases', field: 'uid', holder: 'me' };
const note = { at: 1, what: 'booked' as const, room: 'a@x' };

/** What a room says, with what it means together with what the other rooms have said. */
async function say(mailbox: string, key: string, says: RoomBooking | undefined): Promise<void> {
  const rooms = new Map((await meetings.load(key))?.bookings);
  if (says === undefined) rooms.delete(mailbox);
  else rooms.set(mailbox, says);
  await meetings.putBooking(mailbox, key, says, mergeBookings(rooms), [note]);
}
const put = (key: string, start = t0, long = hour, uid = key) =>
  say('a@x', key, booking({ key, uid, start, end: start + long }));

describe('a meeting', () => {
  it('is what its rooms say together, each in a field of its own', async () => {
    await say('a@x', 'uid', booking());
    await say('b@x', 'uid', booking({ timesSince: 2, end: t0 + 2 * hour }));
    const meeting = await meetings.load('uid');
    expect(meeting?.booked).toMatchObject({ rooms: ['a@x', 'b@x'], end: t0 + 2 * hour });
    expect(meeting?.last).toEqual(meeting?.booked);
    expect(meeting).toMatchObject({ placement: undefined, run: undefined });
    expect(meeting).not.toHaveProperty('unplaced');
    expect(await meetings.load('another')).toBeUndefined();
  });

  it('said by several rooms at the same moment is that of all of them', async () => {
    await Promise.all(Array.from({ length: 10 }, (_, n) => say(`${n}@x`, 'uid', booking({ timesSince: n }))));
    expect((await meetings.load('uid'))?.booked?.rooms).toHaveLength(10);
  });

  it('that no room has any more stays known as what it was', async () => {
    await say('a@x', 'uid', booking());
    await say('a@x', 'uid', undefined);
    expect(await meetings.load('uid')).toMatchObject({
      booked: undefined,
      last: { start: t0, rooms: ['a@x'] },
    });
  });

  it('has its slot, or the reason why it has none, never both', async () => {
    await put('uid');
    await meetings.putPlacement('uid', undefined, 'no slot is free', [note]);
    expect(await meetings.load('uid')).toMatchObject({ placement: undefined, unplaced: 'no slot is free' });
    expect(await meetings.unplaced()).toEqual(['uid']);
    await meetings.putPlacement('uid', placement, undefined, []);
    const placed = await meetings.load('uid');
    expect(placed?.placement).toEqual(placement);
    expect(placed).not.toHaveProperty('unplaced');
    expect(await meetings.unplaced()).toEqual([]);
  });

  it('is known with the meetings of its series', async () => {
    await Promise.all([put('s@1', t0, hour, 's'), put('s@2', t0, hour, 's'), put('other')]);
    expect((await meetings.ofSeries('s')).sort()).toEqual(['s@1', 's@2']);
    expect(await meetings.loadMany([])).toEqual([]);
    expect((await meetings.loadMany(['s@2', 'nobody', 's@1'])).map(({ key }) => key)).toEqual(['s@2', 's@1']);
  });

  it('keeps what happened in its order', async () => {
    await put('uid');
    await meetings.note('uid', [
      { at: 2, what: 'reserved' },
      { at: 3, what: 'opened' },
    ]);
    await meetings.note('uid', []);
    expect((await meetings.timeline('uid')).map(({ what }) => what)).toEqual([
      'booked',
      'reserved',
      'opened',
    ]);
  });

  it("takes what the organizer's copy says, but no subject of a private one", async () => {
    await put('uid');
    const said = async () => (await meetings.load('uid'))?.organizerCopy;
    expect(await said()).toBeUndefined();
    await meetings.putOrganizerCopy('uid', { subject: 'Plan', isPrivate: false });
    expect(await said()).toEqual({ subject: 'Plan', isPrivate: false });
    await meetings.putOrganizerCopy('uid', { subject: 'Cuts', isPrivate: true });
    expect(await said()).toEqual({ subject: '', isPrivate: true });
    await meetings.putOrganizerCopy('uid', 'unreadable');
    expect(await said()).toBe('unreadable');
  });
});

describe('a run', () => {
  it('is written with its notes while the claim holds', async () => {
    await put('uid');
    await server.redis.hset(lease.hash, lease.field, lease.holder);
    expect(await meetings.saveRun('uid', run, lease, [{ at: 5, what: 'opened' }])).toBe(true);
    expect((await meetings.load('uid'))?.run).toEqual(run);
    expect((await meetings.timeline('uid')).at(-1)).toEqual({ at: 5, what: 'opened' });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['another process has taken it over', () => server.redis.hset(lease.hash, lease.field, 'another')],
    ['nobody has a claim', () => server.redis.hdel(lease.hash, lease.field)],
    ['Redis has lost the meeting', () => server.redis.del('roombridge:meeting:uid')],
    ['Redis has lost everything', () => server.redis.flushall()],
  ])('is not written, nor its notes, when %s', async (_, lose) => {
    await put('uid');
    await server.redis.hset(lease.hash, lease.field, lease.holder);
    await lose();
    const before = await meetings.timeline('uid');
    expect(await meetings.saveRun('uid', run, lease, [{ at: 5, what: 'opened' }])).toBe(false);
    expect((await meetings.load('uid'))?.run).toBeUndefined();
    expect(await meetings.timeline('uid')).toEqual(before);
  });
});

describe('meetings are found', () => {
  it('by their start, page by page, each once and in order, whatever shares a start', async () => {
    const starts = fc.array(fc.integer({ min: 0, max: 8 }), { maxLength: 25 });
    const window = fc.tuple(fc.integer({ min: -1, max: 9 }), fc.integer({ min: 0, max: 10 }));
    const order = fc.constantFrom('asc', 'desc');
    await fc.assert(
      fc.asyncProperty(
        starts,
        window,
        fc.integer({ min: 1, max: 7 }),
        order,
        async (all, [from, length], limit, by) => {
          await server.redis.flushall();
          // Not in the order of their numbers: members of one score come by their bytes.
          await Promise.all(all.map((start, n) => put(`k${(n * 7) % 31}-é${n}`, t0 + start)));
          const wanted = all
            .map((start, n) => ({ key: `k${(n * 7) % 31}-é${n}`, start: t0 + start }))
            .filter(({ start }) => start >= t0 + from && start < t0 + from + length)
            .sort((a, b) => a.start - b.start || Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
          if (by === 'desc') wanted.reverse();
          const found: Place[] = [];
          for (;;) {
            const page = await meetings.byStart(t0 + from, t0 + from + length, found.at(-1), limit, by);
            found.push(...page);
            if (page.length < limit) break;
          }
          expect(found).toEqual(wanted);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('by their room, while the room has them', async () => {
    await say('a@x', 'one', booking({ key: 'one', uid: 'one' }));
    await say('b@x', 'two', booking({ key: 'two', uid: 'two' }));
    const ofRoom = async () => (await meetings.ofRoom('a@x', t0, t0 + hour)).map(({ key }) => key);
    expect(await ofRoom()).toEqual(['one']);
    expect(await meetings.ofRoom('a@x', t0 - hour, t0)).toEqual([]);
    await say('a@x', 'one', undefined);
    expect(await ofRoom()).toEqual([]);
  });

  it('though they began days ago, when they are long', async () => {
    await put('long', t0 - 5 * day, 6 * day);
    await put('over', t0 - 5 * day, 2 * day);
    await put('short', t0);
    expect((await meetings.longOnes(t0)).map(({ key }) => key)).toEqual(['long']);
  });
});

it('what was over long ago is forgotten without a trace, and nothing else', async () => {
  await put('old', t0 - 40 * day);
  await put('old and long', t0 - 40 * day, 3 * day);
  await put('still going', t0 - 40 * day, 39 * day);
  await put('new');
  await meetings.putPlacement('old', undefined, 'no slot is free', []);
  await meetings.forget(t0 - 30 * day);
  expect(await meetings.load('old')).toBeUndefined();
  expect(await meetings.load('still going')).toBeDefined();
  await say('a@x', 'still going', undefined);
  // What has changed is kept until enough has changed since.
  const keys = (await server.redis.keys('*')).filter((key) => key !== changesKey).sort();
  const left = await Promise.all(keys.map((key) => server.redis.dump(key)));
  expect(keys.filter((key) => /old/.test(key))).toEqual([]);
  expect(left.some((value) => value?.includes('old'))).toBe(false);
  expect(await meetings.load('new')).toBeDefined();
});
