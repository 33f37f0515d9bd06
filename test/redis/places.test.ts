import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { MeetingStore } from '../../src/redis/meetings.ts';
import { PlaceStore } from '../../src/redis/places.ts';
import { SlotStore } from '../../src/redis/slots.ts';
import { booked, placement, run, start } from '../conference/a-meeting.ts';
import { startRedis, type TestRedis } from './server.ts';

let server: TestRedis;
let meetings: MeetingStore;
let places: PlaceStore;
const lease = { hash: 'lease', field: 'uid', holder: 'me' };
const there = { ...placement, cluster: 'apac', number: '7000' };
const left = {
  ...{
    cluster: 'emea',
    number: '8000',
    space: 's',
    at: 1,
    start,
    end: start + 1,
    from: start,
    to: start + 2,
  },
  ...{ state: 'left' as const, unclear: [] },
};
const note = { at: 1, what: 'rehomed' as const };

beforeAll(async () => {
  server = await startRedis();
  meetings = new MeetingStore(server.redis);
  places = new PlaceStore(server.redis);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.redis.flushall();
  await server.redis.hset(lease.hash, lease.field, lease.holder);
  const { rooms: _, ...booking } = booked;
  await meetings.putBooking('board@x', 'uid', { ...booking, accepted: true } as never, booked, []);
  await meetings.putPlacement('uid', placement, undefined, []);
});

const load = async () => {
  const meeting = await meetings.load('uid');
  if (meeting === undefined) throw new Error('the meeting is lost');
  return meeting;
};

it('a meeting gets another place only in the state in which it was read, and all at once', async () => {
  const seen = await load();
  const move = { to: there, left: [left], dropsRun: false };
  await meetings.saveRun('uid', run, lease);
  expect(await places.move(seen, move, [note]), 'it was begun meanwhile').toBe(false);
  expect(await load()).toMatchObject({ placement, run });
  expect((await load()).left).toBeUndefined();

  expect(await places.move(await load(), { ...move, dropsRun: true }, [note])).toBe(true);
  const moved = await load();
  expect(moved).toMatchObject({ placement: there, left: [left] });
  expect(moved.run).toBeUndefined();
  expect(await meetings.timeline('uid')).toContainEqual(note);
  expect(await places.move(seen, move, [note]), 'somebody else was quicker').toBe(false);
  expect((await meetings.timeline('uid')).filter(({ what }) => what === 'rehomed')).toHaveLength(1);
});

it('what is found ahead and what was left is written by who has the claim alone', async () => {
  const preflight = { start, cluster: 'emea', number: '8000', done: 'early' as const };
  expect(await places.savePreflight('uid', preflight, lease)).toBe(true);
  expect(await places.saveLeft('uid', [left], lease, [note])).toBe(true);
  expect(await load()).toMatchObject({ preflight, left: [left] });
  const other = { ...lease, holder: 'another' };
  expect(await places.savePreflight('uid', { ...preflight, done: 'lead' }, other)).toBe(false);
  expect(await places.saveLeft('uid', [], other)).toBe(false);
  expect(await load()).toMatchObject({ preflight, left: [left] });
  expect(await places.saveLeft('uid', [], lease)).toBe(true);
  expect((await load()).left).toBeUndefined();
  expect(await places.savePreflight('unknown', preflight, { ...lease, field: 'uid' })).toBe(false);
});

it('a slot passes from one key to another without being free in between', async () => {
  const slots = new SlotStore(server.redis);
  const emea = { name: 'emea', numbers: { base: 8_000, quantity: 2 } };
  const held = { from: start, to: start + 3_600_000 };
  const wish = (key: string) => [{ key, ...held }];
  await slots.reserve(emea, wish('uid'), { mode: 'lowest' });
  expect(await slots.handOver('emea', '8001', 'uid', 'moved'), 'it holds another').toBe(false);
  expect(await slots.handOver('emea', '8000', 'unknown', 'moved')).toBe(false);
  expect(await slots.handOver('emea', '8000', 'uid', 'moved')).toBe(true);
  expect(await slots.handOver('emea', '8000', 'uid', 'moved'), 'done twice').toBe(false);
  expect(await slots.heldBy('emea', 'moved')).toEqual({ number: '8000', ...held });
  expect(await slots.heldBy('emea', 'uid')).toBeUndefined();
  expect(await slots.reserve(emea, wish('uid'), { mode: 'lowest' })).toBe('8001');
  expect(await slots.handOver('emea', '8001', 'uid', 'moved'), 'it has one already').toBe(false);
  expect(await slots.reserve(emea, wish('third'), { mode: 'lowest' })).toBeUndefined();
  await slots.release('emea', ['moved']);
  expect(await slots.reserve(emea, wish('third'), { mode: 'lowest' })).toBe('8000');
});
