/** What nobody notifies is found by looking, and subscriptions that nobody knows do not stay. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { deltaRounds, onDay } from '../world/graph-side.ts';
import { organizer, type Product, until, World } from '../world/world.ts';

const [boardroom, huddle] = ['boardroom@example.com', 'huddle@example.com'];

let world: World;
afterEach(() => world.destroy());

interface RoomJson {
  mailbox: string;
  subscription: { id: string } | null;
  lastSync: string | null;
}

async function subscribed(product: Product): Promise<RoomJson[]> {
  return await until(async () => {
    const { rooms } = await world.api<{ rooms: RoomJson[] }>(product, '/api/rooms');
    return rooms.every(({ subscription, lastSync }) => subscription && lastSync) ? rooms : undefined;
  }, 20_000);
}

const book = (mailbox: string, hour: number) =>
  world.graph.outlook.book({
    ...{ organizer, rooms: [mailbox], subject: `At ${hour}` },
    ...{ start: onDay(2, hour), end: onDay(2, hour, 45) },
  });

test('changes whose notifications were lost are found by the sweep, and quiet rooms are read one by one', async () => {
  world = await World.create({ config: { calendar: { sweep: '6s' } } });
  const product = await world.start();
  await subscribed(product);
  const kept = book(huddle, 9);
  await world.meetingThat(product, kept.iCalUId, ({ number }) => number !== null);
  await world.graph.settled();

  world.graph.knobs.dropNotifications = true;
  const lostAt = Date.now();
  const lost = book(boardroom, 10);
  world.graph.outlook.cancel(kept);
  const found = await world.meetingThat(product, lost.iCalUId, ({ number }) => number !== null, 20_000);
  await world.meetingThat(product, kept.iCalUId, ({ state }) => state === 'cancelled', 20_000);
  expect(found.timeline?.some(({ what }) => what === 'booked')).toBe(true);
  const { rooms } = await world.api<{ rooms: { lastNotification: string | null }[] }>(product, '/api/rooms');
  for (const { lastNotification } of rooms)
    expect(Date.parse(lastNotification ?? '0')).toBeLessThanOrEqual(lostAt + 100);

  // Nothing happens any more, and each room is looked at all the same, never later than its time.
  await world.graph.waitFor(
    () =>
      [boardroom, huddle].every(
        (mailbox) => deltaRounds(world.graph, mailbox).filter(({ at }) => at > lostAt).length >= 4,
      ),
    40_000,
  );
  for (const mailbox of [boardroom, huddle]) {
    const times = deltaRounds(world.graph, mailbox)
      .map(({ at }) => at)
      .filter((at) => at > lostAt);
    times.slice(1).forEach((at, i) => {
      expect(at - (times[i] ?? 0), 'between two looks').toBeLessThan(6_000 + 3_000);
    });
  }
});

test('subscriptions that nobody knows, and those of rooms that are no longer configured, are deleted', async () => {
  const rooms = [boardroom, huddle, 'former@example.com'].map((mailbox) => ({ mailbox }));
  world = await World.create({ rooms, config: { calendar: { sweep: '5s' } } });
  const first = await world.start();
  const [{ subscription: own } = { subscription: null }] = await subscribed(first);
  const meeting = book('former@example.com', 9);
  const { number } = await world.meetingThat(first, meeting.iCalUId, ({ number: held }) => held !== null);
  expect(number).not.toBeNull();
  first.kill('SIGTERM');
  await first.ended;
  const known = world.graph.subscriptions.get(own?.id ?? '');
  const stranger = randomUUID();
  if (known)
    world.graph.subscriptions.set(stranger, {
      ...known,
      id: stranger,
      changeType: 'created',
      clientState: 'long ago',
    });

  const product = await world.start('all', 'config', { change: { rooms: rooms.slice(0, 2) } });
  const configured = await subscribed(product);
  await world.graph.waitFor(() => world.graph.subscriptions.size === 2, 120_000);
  expect([...world.graph.subscriptions.keys()].sort()).toEqual(
    configured.map(({ subscription }) => subscription?.id).sort(),
  );
  // A room that is gone books nothing any more.
  await world.meetingThat(
    product,
    meeting.iCalUId,
    ({ state, number: held }) => state === 'cancelled' && held === null,
  );

  // Those of ours are left alone: their changes still come.
  const event = book(boardroom, 11);
  await world.meetingThat(product, event.iCalUId, ({ number: held }) => held !== null, 5_000);
}, 180_000);
