/** Each room has one living subscription of its own, whatever becomes of it or of us. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { deltaRounds, onDay, subscriptionRequests } from '../world/graph-side.ts';
import { organizer, type Product, until, World } from '../world/world.ts';

const [boardroom, huddle] = ['boardroom@example.com', 'huddle@example.com'];

let world: World;
afterEach(() => world.destroy());

const subscriptionOf = (mailbox: string) =>
  [...world.graph.subscriptions.values()].find(
    (one) => one.mailbox.address === mailbox && one.expires > Date.now(),
  );

const idOf = (mailbox: string) => subscriptionOf(mailbox)?.id;

/** Waits until both rooms have a subscription, and Redis knows it. */
async function subscribed(product: Product): Promise<void> {
  await until(async () => {
    const { rooms } = await world.api<{
      rooms: { mailbox: string; subscription: { id: string } | null; lastSync: string }[];
    }>(product, '/api/rooms');
    return (
      rooms.every(
        (room) => room.lastSync && room.subscription && room.subscription.id === idOf(room.mailbox),
      ) || undefined
    );
  }, 20_000);
}

async function stop(product: Product): Promise<void> {
  product.kill('SIGTERM');
  expect(await product.ended).toBe(0);
}

/** Whether the room was read after that moment, without anybody having notified a change. */
const readAfter = (mailbox: string, at: number) =>
  world.graph.waitFor(() => deltaRounds(world.graph, mailbox).some((round) => round.at >= at));

let booked = 0;
async function bookingIsNoticed(product: Product, mailbox: string): Promise<void> {
  booked += 1;
  const event = world.graph.outlook.book({
    ...{ organizer, rooms: [mailbox], subject: `Noticed ${booked}` },
    ...{ start: onDay(2, booked % 20), end: onDay(2, booked % 20, 30) },
  });
  await world.meetingThat(product, event.iCalUId, ({ number }) => number !== null);
}

test('each room has a subscription with both addresses and a secret of its own, and is read after it was made', async () => {
  world = await World.create();
  const product = await world.start();
  await subscribed(product);
  const created = subscriptionRequests(world.graph, 'POST').filter(({ status }) => status === 201);
  expect(created).toHaveLength(2);
  for (const mailbox of [boardroom, huddle]) {
    const {
      notificationUrl = '',
      lifecycleNotificationUrl,
      clientState,
      immutableIds,
    } = subscriptionOf(mailbox) ?? {};
    expect(new URL(notificationUrl).pathname).toBe('/graph/notifications');
    expect(new URL(lifecycleNotificationUrl ?? '').pathname).toBe('/graph/lifecycle');
    expect(clientState?.length).toBeGreaterThan(30);
    expect(immutableIds).toBe(true);
    const made = created.find(({ body }) => JSON.stringify(body).includes(mailbox));
    await readAfter(mailbox, made?.at ?? 0);
  }
  expect(subscriptionOf(boardroom)?.clientState).not.toBe(subscriptionOf(huddle)?.clientState);
  for (const url of ['/api/rooms', '/api/health', '/api/meetings']) {
    const shown = JSON.stringify(await world.api(product, url)) + product.output();
    expect(shown).not.toContain(subscriptionOf(boardroom)?.clientState);
  }
});

test('a restart adopts the subscriptions, with its memory and without, and replaces what is not its own', async () => {
  world = await World.create();
  const first = await world.start();
  await subscribed(first);
  const ids = [idOf(boardroom), idOf(huddle)];
  await stop(first);

  const again = await world.start();
  await subscribed(again);
  await bookingIsNoticed(again, boardroom);
  expect([idOf(boardroom), idOf(huddle)]).toEqual(ids);
  expect(subscriptionRequests(world.graph, 'POST')).toHaveLength(2);
  await stop(again);

  // Redis is lost: only Graph still knows them.
  rmSync(join(world.folder, 'data'), { recursive: true });
  const withoutMemory = await world.start();
  await subscribed(withoutMemory);
  expect([idOf(boardroom), idOf(huddle)]).toEqual(ids);
  await bookingIsNoticed(withoutMemory, boardroom);
  await stop(withoutMemory);

  // And now one of them turns out to carry a secret that is not ours.
  rmSync(join(world.folder, 'data'), { recursive: true });
  const foreign = subscriptionOf(boardroom);
  if (foreign) world.graph.subscriptions.set(foreign.id, { ...foreign, clientState: 'of somebody else' });
  const replacing = await world.start();
  await subscribed(replacing);
  expect(idOf(boardroom)).not.toBe(ids[0]);
  expect(idOf(huddle)).toBe(ids[1]);
  expect(world.graph.subscriptions.size).toBe(2);
  await bookingIsNoticed(replacing, boardroom);
  await stop(replacing);

  // Another notification address in the configuration: what calls the old one is replaced.
  const moved = subscriptionOf(boardroom)?.notificationUrl.replace('localhost', '127.0.0.1') ?? '';
  const elsewhere = await world.start('all', 'config', {
    change: { graph: { notificationUrl: new URL(moved).origin } },
  });
  await subscribed(elsewhere);
  await until(async () => subscriptionOf(boardroom)?.notificationUrl === moved || undefined, 15_000);
  await until(async () => subscriptionOf(huddle)?.notificationUrl === moved || undefined, 15_000);
  expect(world.graph.subscriptions.size).toBe(2);
  await bookingIsNoticed(elsewhere, huddle);
});

test('a subscription is renewed at half its life, not all at once, and the room is read each time', async () => {
  const rooms = ['one', 'two', 'three', 'four'].map((name) => ({ mailbox: `${name}@example.com` }));
  world = await World.create({ rooms });
  const life = 12_000;
  world.graph.knobs.subscriptionGrant = life;
  const product = await world.start();
  await world.graph.waitFor(() => subscriptionRequests(world.graph, 'PATCH').length >= 8, 40_000);
  expect(subscriptionRequests(world.graph, 'POST')).toHaveLength(4);
  for (const { mailbox } of rooms) {
    const id = idOf(mailbox) ?? '';
    const made = subscriptionRequests(world.graph, 'POST').find(({ body }) =>
      JSON.stringify(body).includes(mailbox),
    );
    const renewals = subscriptionRequests(world.graph, 'PATCH').filter(({ path }) => path.endsWith(id));
    const after = (renewals[0]?.at ?? 0) - (made?.at ?? 0);
    expect(after).toBeGreaterThan(0.4 * life);
    expect(after).toBeLessThan(life);
    for (const { at, status } of renewals) {
      expect(status).toBe(200);
      await readAfter(mailbox, at);
    }
  }
  const firstRenewals = subscriptionRequests(world.graph, 'PATCH')
    .slice(0, 4)
    .map(({ at }) => at);
  expect(Math.max(...firstRenewals) - Math.min(...firstRenewals), 'spread over the rooms').toBeGreaterThan(
    20,
  );
  const health = await world.api<{ subscriptions: { ok: boolean }[] }>(product, '/api/health');
  expect(health.subscriptions.map(({ ok }) => ok)).toEqual([true, true, true, true]);
});

test('one that Graph removed, told or not, or that has expired is made again and followed by a round', async () => {
  const rooms = ['told', 'untold', 'expired'].map((name) => ({ mailbox: `${name}@example.com` }));
  world = await World.create({ rooms });
  world.graph.knobs.subscriptionGrant = 12_000;
  const product = await world.start();
  const [told = '', untold = '', expired = ''] = rooms.map(({ mailbox }) => mailbox);
  await subscribed(product);
  const before = new Map(rooms.map(({ mailbox }) => [mailbox, idOf(mailbox)]));
  // What happens while nobody is told of it must be found by the round that follows.
  const removedAt = Date.now();
  world.graph.sendLifecycle(told, 'subscriptionRemoved');
  world.graph.removeSubscriptionSilently(untold);
  world.graph.expireSubscription(expired);
  const events = rooms.map(({ mailbox }) =>
    world.graph.outlook.book({
      ...{ organizer, rooms: [mailbox], subject: 'Unnotified' },
      ...{ start: onDay(3, 9), end: onDay(3, 10) },
    }),
  );
  for (const [i, { mailbox }] of rooms.entries()) {
    const id = await world.graph.waitFor(() => idOf(mailbox) !== undefined && idOf(mailbox), 20_000);
    expect(id).not.toBe(before.get(mailbox));
    await world.meetingThat(product, events[i]?.iCalUId ?? '', ({ number }) => number !== null);
    await readAfter(mailbox, removedAt);
  }
  await subscribed(product);
  for (const { mailbox } of rooms) await bookingIsNoticed(product, mailbox);
});

test('one that ran out while we were away is made again at the start', async () => {
  world = await World.create();
  world.graph.knobs.subscriptionGrant = 3_000;
  const first = await world.start();
  await subscribed(first);
  const id = idOf(boardroom);
  await stop(first);
  await until(async () => (subscriptionOf(boardroom) === undefined ? true : undefined), 10_000);
  world.graph.knobs.subscriptionGrant = Number.POSITIVE_INFINITY;
  const product = await world.start();
  await subscribed(product);
  expect(idOf(boardroom)).not.toBe(id);
  await bookingIsNoticed(product, boardroom);
});

test('a lifecycle event is acted upon: reauthorization renews, missed reads the calendar', async () => {
  world = await World.create();
  const product = await world.start();
  await subscribed(product);
  const ids = [idOf(boardroom), idOf(huddle)];
  world.graph.sendLifecycle(boardroom, 'reauthorizationRequired');
  await world.graph.waitFor(() =>
    subscriptionRequests(world.graph, 'PATCH').some(
      ({ path, status }) => path.endsWith(ids[0] ?? '') && status === 200,
    ),
  );

  world.graph.knobs.dropNotifications = true;
  const event = world.graph.outlook.book({
    ...{ organizer, rooms: [huddle], subject: 'Missed' },
    ...{ start: onDay(2, 9), end: onDay(2, 10) },
  });
  await world.graph.settled();
  world.graph.sendLifecycle(huddle, 'missed');
  await world.meetingThat(product, event.iCalUId, ({ number }) => number !== null);
  expect([idOf(boardroom), idOf(huddle)]).toEqual(ids);
});

test('a room whose subscription is refused is still read, and told about', async () => {
  world = await World.create({ config: { calendar: { sweep: '5s' } } });
  const refuse = world.graph.fail({
    ...{ kind: 'status', status: 403, code: 'Forbidden', times: 1_000 },
    ...{ method: 'POST', path: /\/subscriptions$/ },
  });
  const product = await world.start();
  await bookingIsNoticed(product, boardroom);
  const health = await world.api<{ ok: boolean; subscriptions: { ok: boolean; why: string }[] }>(
    product,
    '/api/health',
  );
  expect(health.ok).toBe(false);
  expect(health.subscriptions[0]).toMatchObject({ ok: false, why: expect.stringContaining('403') });
  refuse();
  await until(async () => (idOf(boardroom) && idOf(huddle) ? true : undefined), 40_000);
});
