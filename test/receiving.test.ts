/** What becomes of true notifications: rooms are rung, once for what comes together, and not for our own echoes. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createReceiving } from '../src/receiving.ts';
import { RoomStore } from '../src/redis/rooms.ts';
import { startRedis, type TestRedis } from './redis/server.ts';

const now = Date.parse('2026-11-23T09:00:00.050Z');
const board = 'board@x';

let server: TestRedis;
let rooms: RoomStore;
let rung: { key: string; at: number }[] = [];
let counted: [string, number][] = [];
beforeAll(async () => {
  server = await startRedis();
  rooms = new RoomStore(server.redis);
});
afterAll(() => server.close());
beforeEach(async () => {
  await server.redis.flushall();
  [rung, counted] = [[], []];
});

const receive = (...heard: Parameters<ReturnType<typeof createReceiving>>[0]) =>
  createReceiving({
    rooms,
    now: () => now,
    ring: async (rings) => {
      rung.push(...rings);
    },
    count: (outcome, times) => counted.push([outcome, times]),
  })(heard);

it('a change is looked at in a moment that others share, a new entry when the room has had time to answer', async () => {
  await receive(
    { mailbox: board, changes: [{ eventId: 'e', changeType: 'updated' }] },
    { mailbox: 'huddle@x', changes: [{ eventId: 'f', changeType: 'created' }] },
    { mailbox: 'attic@x', changes: [{ changeType: 'created' }, { changeType: 'updated' }] },
    { mailbox: 'hall@x' },
  );
  const waits = new Map(rung.map(({ key, at }) => [key, at - now]));
  expect([...waits.keys()]).toEqual([board, 'huddle@x', 'attic@x', 'hall@x']);
  expect(waits.get('huddle@x')).toBeGreaterThan(500);
  expect(waits.get('huddle@x')).toBeLessThan(1_000);
  for (const mailbox of [board, 'attic@x', 'hall@x']) expect(waits.get(mailbox)).toBeLessThan(350);
  expect(await rooms.status(board)).toEqual({
    ...{ lastNotification: now, rungAt: now, rungBy: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}$/) },
  });
});

it('our own echoes ring nothing; what comes beside them, beyond them or too late does', async () => {
  await rooms.expectEcho(board, 'e', now + 10_000, 2);
  await receive({ mailbox: board, changes: [{ eventId: 'e' }, { eventId: 'e' }] });
  expect(rung).toEqual([]);
  expect(counted).toEqual([['own-echo', 2]]);
  expect(await rooms.status(board)).toEqual({ lastNotification: now });
  await receive({ mailbox: board, changes: [{ eventId: 'e' }] });
  expect(rung).toHaveLength(1);
  await rooms.expectEcho(board, 'e', now + 10_000, 3);
  await receive({ mailbox: board, changes: [{ eventId: 'e' }, { eventId: 'f' }] });
  expect(rung).toHaveLength(2);
  await rooms.expectEcho(board, 'g', now, 3);
  await receive({ mailbox: board, changes: [{ eventId: 'g' }] });
  expect(rung).toHaveLength(3);
});

it('a lifecycle event is noted for the room, and rings it', async () => {
  await receive({ mailbox: board, lifecycle: 'subscriptionRemoved' });
  expect(rung).toHaveLength(1);
  expect(await rooms.status(board)).toMatchObject({ subscriptionRemoved: now });
});
