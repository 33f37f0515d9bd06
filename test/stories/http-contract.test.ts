/** The admin listener to the letter of contract.md, asked over HTTP of the running product. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startRedis } from '../redis/server.ts';
import { inSeconds, onDay } from '../world/graph-side.ts';
import { RedisProxy } from '../world/redis-proxy.ts';
import { base, type MeetingJson, organizer, type Product, until, World } from '../world/world.ts';

const [boardroom, huddle] = ['boardroom@example.com', 'huddle@example.com'];
const iso = (at: Date) => at.toISOString();
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);

const words = [
  ...['booked', 'room-added', 'room-removed', 'moved', 'retitled', 'cancelled', 'reserved', 'unplaced'],
  ...['released', 'invitation-written', 'invitation-removed', 'invitation-refused', 'opened', 'adopted'],
  ...['dialled', 'dial-failed', 'hung-up', 'renamed', 'extended', 'not-extended', 'failed-over', 'retrying'],
  ...['bridge-lost', 'recovered', 'moved-over', 'reopened', 'changed-on-bridge', 'stale-call-ended'],
  ...['closed', 'call-left-behind'],
];

type NewMeeting = Parameters<World['graph']['outlook']['book']>[0];

const bookIn = (
  world: World,
  room: string,
  start: Date,
  minutes: number,
  details: Partial<NewMeeting> = {},
) =>
  world.graph.outlook.book({
    ...{ organizer, rooms: [room], subject: `At ${iso(start)}` },
    ...{ start, end: new Date(start.getTime() + minutes * 60_000) },
    ...details,
  });

async function problem(
  product: Product,
  path: string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(product.admin + path);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

describe('a running product', () => {
  let world: World;
  let product: Product;

  beforeAll(async () => {
    world = await World.create();
    product = await world.start();
  }, 60_000);
  afterAll(() => world.destroy());

  test('tells all that is known of one meeting, and of many what may stand in a list', async () => {
    const start = inSeconds(5);
    const event = bookIn(world, boardroom, start, 30, { subject: 'Quarterly \u2013 Zahlen' });
    const open = await world.meetingThat(
      product,
      event.iCalUId,
      ({ state, timeline }) => state === 'open' && timeline?.some(({ what }) => what === 'dialled') === true,
      20_000,
    );
    expect(open).toEqual({
      key: event.iCalUId,
      state: 'open',
      reason: null,
      title: 'Quarterly \u2013 Zahlen',
      organizer,
      start: iso(start),
      end: iso(new Date(start.getTime() + 1_800_000)),
      rooms: [boardroom],
      cluster: 'emea',
      callBridge: world.cms.bridge('cms1').url,
      number: String(base),
      uri: `${base}@meet.example.com`,
      passcode: expect.stringMatching(/^\d{6}$/),
      extendedUntil: null,
      timeline: expect.any(Array),
    });
    for (const { at, what } of open.timeline ?? []) {
      expect(at).toEqual(instant);
      expect(words).toContain(what);
    }
    const times = (open.timeline ?? []).map(({ at }) => at);
    expect(times).toEqual([...times].sort());
    const [listed] = await world.meetings(product, '?state=open');
    const { passcode: _, timeline: __, ...rest } = open;
    expect(listed).toEqual(rest);

    world.graph.outlook.update(event, { end: new Date() });
    const closed = await world.meetingThat(product, event.iCalUId, ({ state }) => state === 'closed');
    expect(closed).toMatchObject({ reason: 'shortened', number: String(base), cluster: 'emea' });
  });

  test('a key is percent-encoded, an unknown one is 404', async () => {
    const at = onDay(40, 9);
    const series = bookIn(world, huddle, at, 30, {
      recurrence: {
        pattern: { type: 'daily', interval: 1 },
        range: { type: 'numbered', numberOfOccurrences: 2 },
      },
    });
    const key = `${series.iCalUId}@${iso(at).replace('.000Z', 'Z')}`;
    expect(await world.meetingThat(product, key, ({ number }) => number !== null)).toMatchObject({
      key,
      start: iso(at),
    });
    const { status, body } = await problem(product, '/api/meetings/nobody%40knows');
    expect(status).toBe(404);
    expect(body).toMatchObject({ status: 404, title: 'Not Found' });
  });

  test('the list has those that overlap its window, by start, a page at a time, each once', async () => {
    const rooms = [huddle];
    const starts = Array.from({ length: 7 }, (_, i) => onDay(20, 8 + i));
    const events = starts.map((start, i) =>
      bookIn(world, huddle, start, 30, { rooms, subject: `Paged ${i}` }),
    );
    for (const { iCalUId } of events)
      await world.meetingThat(product, iCalUId, ({ number }) => number !== null);
    const list = (query: string) =>
      world.api<{ meetings: MeetingJson[]; next: string | null }>(product, `/api/meetings?${query}`);
    const window = `from=${iso(onDay(20, 0))}&to=${iso(onDay(21, 0))}`;
    const whole = await list(window);
    expect(whole.next).toBeNull();
    expect(whole.meetings.map(({ key }) => key)).toEqual(events.map(({ iCalUId }) => iCalUId));

    const paged: string[] = [];
    let pages = 0;
    for (let after: string | null = ''; after !== null; pages += 1) {
      const page: { meetings: MeetingJson[]; next: string | null } = await list(
        `${window}&limit=3${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`,
      );
      expect(page.meetings.length).toBeLessThanOrEqual(3);
      paged.push(...page.meetings.map(({ key }) => key));
      after = page.next;
    }
    expect(paged).toEqual(whole.meetings.map(({ key }) => key));
    expect(pages).toBeGreaterThanOrEqual(3);

    // The window's edges: what touches it without overlapping is not in it.
    const edge = (from: Date, to: Date) =>
      list(`from=${iso(from)}&to=${iso(to)}`).then(({ meetings }) => meetings.length);
    expect(await edge(onDay(20, 8, 30), onDay(20, 9))).toBe(0);
    expect(await edge(onDay(20, 8, 29), onDay(20, 9))).toBe(1);
    expect(await edge(onDay(20, 8, 10), onDay(20, 8, 20))).toBe(1);
    expect(await edge(onDay(20, 8, 29), onDay(20, 9, 1))).toBe(2);
    expect((await list(`${window}&state=cancelled`)).meetings).toEqual([]);
    expect((await list(`${window}&state=planned`)).meetings).toHaveLength(7);
    expect(
      (await list('limit=1000')).meetings.some(({ title }) => title.startsWith('Paged')),
      'a week ahead',
    ).toBe(false);

    const [, second] = events;
    if (second) world.graph.outlook.cancel(second);
    await world.meetingThat(product, second?.iCalUId ?? '', ({ state }) => state === 'cancelled');
    expect((await list(`${window}&state=cancelled`)).meetings.map(({ key }) => key)).toEqual([
      second?.iCalUId,
    ]);

    // One that began long before the window and ends within it.
    const long = bookIn(world, boardroom, onDay(25, 8), 6 * 24 * 60);
    await world.meetingThat(product, long.iCalUId, ({ number }) => number !== null);
    const late = await list(`from=${iso(onDay(30, 0))}&to=${iso(onDay(30, 1))}`);
    expect(late.meetings.map(({ key }) => key)).toEqual([long.iCalUId]);
  });

  test.each([
    'from=yesterday',
    'to=2026-13-01T00:00:00Z',
    'state=opened',
    'limit=0',
    'limit=x',
    'after=garbage',
    'size=3',
    'from=2026-02-02T00:00:00Z&to=2026-02-01T00:00:00Z',
  ])('the parameter %s is 400 and named', async (query) => {
    const { status, body } = await problem(product, `/api/meetings?${query}`);
    expect(status).toBe(400);
    expect(body.parameter).toEqual(expect.any(String));
  });

  test('rooms, clusters and health say how each dependency is, since when and why', async () => {
    const { rooms } = await world.api<{ rooms: unknown[] }>(product, '/api/rooms');
    expect(rooms).toEqual([
      expect.objectContaining({
        ...{ mailbox: boardroom, name: 'Board room', sip: 'boardroom@video.example.com' },
        subscription: { id: expect.any(String), expires: instant },
        ...{ lastSync: instant, error: null, subscriptionError: null },
      }),
      expect.objectContaining({ mailbox: huddle }),
    ]);
    const { clusters } = await world.api<{ clusters: unknown[] }>(product, '/api/clusters');
    const addresses = world.cms.bridges.map(({ url }) => url);
    expect(clusters).toEqual([
      expect.objectContaining({
        ...{ name: 'emea', domain: 'meet.example.com', numbers: { base, quantity: 20 } },
        slots: expect.objectContaining({ ok: true, made: 20, reservations: expect.any(Number) }),
        callBridges: addresses.map((address) => expect.objectContaining({ address, ok: true, state: 'up' })),
      }),
    ]);
    const well = { ok: true, since: instant, why: null };
    const health = () => world.api<Record<string, unknown>>(product, '/api/health');
    expect(await health()).toEqual({
      ...{ ok: true, redis: well, token: well },
      rooms: [boardroom, huddle].map((mailbox) => ({ mailbox, ...well })),
      subscriptions: [boardroom, huddle].map((mailbox) => ({ mailbox, ...well })),
      clusters: [
        { name: 'emea', slots: well, callBridges: addresses.map((address) => ({ address, ...well })) },
      ],
    });

    // A dead bridge is ill health and nobody's unreadiness.
    await world.cms.bridge('cms2').kill();
    const ill = await until(async () => ((await health()).ok === false ? await health() : undefined), 30_000);
    const [, dead] = (ill.clusters as { callBridges: unknown[] }[])[0]?.callBridges ?? [];
    expect(dead).toEqual({ address: addresses[1], ok: false, since: instant, why: expect.any(String) });
    expect((await fetch(`${product.admin}/ready`)).status).toBe(200);
    await world.cms.bridge('cms2').restart();
    await until(async () => ((await health()).ok ? true : undefined), 40_000);
  });

  test('the rest of the pages are there, and nothing else', async () => {
    const get = (path: string, init?: RequestInit) => fetch(product.admin + path, init);
    expect((await get('/live')).status).toBe(200);
    expect((await get('/ready')).status).toBe(200);
    expect((await get('/queues')).status).toBe(200);
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain/);
    expect(await metrics.text()).toMatch(/^roombridge_door_total\{/m);
    expect((await problem(product, '/api/nothing')).status).toBe(404);
    const posted = await get('/api/meetings', { method: 'POST', body: '{}' });
    expect(posted.status).toBe(405);
    expect(posted.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  });
});

test('without Redis the process lives, is not ready, says so, and takes no notification; with Redis it goes on', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const wire = await RedisProxy.start(redis.url);
  onTestFinished(() => wire.close());
  const nowhere = await RedisProxy.start(redis.url);
  await nowhere.close();
  const world = await World.create({ redisUrl: wire.url });
  onTestFinished(() => world.destroy());
  const product = await world.start();
  const event = bookIn(world, huddle, onDay(2, 9), 30);
  await world.meetingThat(product, event.iCalUId, ({ number }) => number !== null);
  const status = async (path: string) => (await fetch(product.admin + path)).status;
  expect([await status('/ready'), await status('/live')]).toEqual([200, 200]);

  wire.leadTo(nowhere.url);
  await until(async () => ((await status('/ready')) === 503 ? true : undefined), 10_000);
  expect(await status('/live')).toBe(200);
  const health = await world.api<{ ok: boolean; redis: object }>(product, '/api/health');
  expect(health).toMatchObject({ ok: false, redis: { ok: false, since: instant, why: expect.any(String) } });
  expect((await problem(product, '/api/meetings')).status).toBe(503);
  expect((await problem(product, '/api/rooms')).status).toBe(503);

  // Graph is asked to repeat, in time.
  const meanwhile = bookIn(world, huddle, onDay(2, 11), 30);
  const refused = await world.graph.waitFor(
    () => world.graph.notificationLog.find((post) => post.status === 503),
    15_000,
  );
  expect(refused.took).toBeLessThan(3_000);
  expect(await status('/live')).toBe(200);

  wire.leadTo(redis.url);
  await until(async () => ((await status('/ready')) === 200 ? true : undefined), 15_000);
  await world.meetingThat(product, meanwhile.iCalUId, ({ number }) => number !== null, 20_000);
  expect(await world.meeting(product, event.iCalUId)).toMatchObject({ state: 'planned' });
});

test('receiver and worker are two processes with two files and one embedded Redis', async () => {
  const world = await World.create();
  onTestFinished(() => world.destroy());
  const [receiver, worker] = await Promise.all([
    world.start('receiver', 'receiver'),
    world.start('worker', 'worker'),
  ]);
  expect(receiver.admin).not.toBe(worker.admin);
  for (const product of [receiver, worker]) {
    await until(
      async () => ((await fetch(`${product.admin}/ready`)).status === 200 ? true : undefined),
      10_000,
    );
  }
  const event = bookIn(world, huddle, inSeconds(4), 30);
  const open = await world.meetingThat(receiver, event.iCalUId, ({ state }) => state === 'open', 20_000);
  expect(await world.meeting(worker, event.iCalUId)).toMatchObject({ state: 'open', number: open.number });
  const counted = async (product: Product, line: RegExp) => {
    const text = await (await fetch(`${product.admin}/metrics`)).text();
    return Number(line.exec(text)?.[1] ?? 0);
  };
  const requests = /^roombridge_graph_requests_total\{method="GET",status="200"\} (\d+)/m;
  expect(await counted(receiver, requests), 'the receiver asks Graph nothing').toBe(0);
  expect(await counted(worker, requests)).toBeGreaterThan(0);
  expect(world.graph.notificationLog.some(({ status }) => status === 202)).toBe(true);

  // The worker stops: notifications are still taken, and nothing of them is lost.
  worker.kill('SIGTERM');
  expect(await worker.ended).toBe(0);
  const later = bookIn(world, huddle, onDay(2, 9), 30);
  await world.graph.settled();
  expect(world.graph.notificationLog.at(-1)?.status).toBe(202);
  const successor = await world.start('worker', 'successor');
  await world.meetingThat(successor, later.iCalUId, ({ number }) => number !== null, 20_000);
  expect(await world.meeting(receiver, event.iCalUId)).toMatchObject({ state: 'open', number: open.number });
});
