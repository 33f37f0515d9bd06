/** The gauges of the whole, read from real stores: as they are, and none of them while Redis is away. */
import { Queue } from 'bullmq';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Gauges } from '../src/gauges.ts';
import { createMetrics, type Metrics } from '../src/http/metrics.ts';
import { type DoorbellJob, keyPrefix } from '../src/queues.ts';
import { Agenda } from '../src/redis/agenda.ts';
import { BridgeStore } from '../src/redis/bridges.ts';
import { connectImpatiently } from '../src/redis/connection.ts';
import { MeetingStore } from '../src/redis/meetings.ts';
import { RoomStore } from '../src/redis/rooms.ts';
import { SlotStore } from '../src/redis/slots.ts';
import { TicketStore } from '../src/redis/tickets.ts';
import { startRedis, type TestRedis } from './redis/server.ts';
import { createTestAuthority } from './simulators/certificates.ts';
import { configurationOf } from './virtual/configuration.ts';

const now = Date.parse('2026-11-27T08:30:00Z');
const hour = 3_600_000;
const address = 'https://cms1.example.com:445';
const labels = `cluster="emea",call_bridge="${address}"`;

let server: TestRedis;
let queue: Queue<DoorbellJob>;
let certificate: string;
beforeAll(async () => {
  server = await startRedis();
  queue = new Queue('conference', { connection: server.connect(), prefix: keyPrefix });
  certificate = createTestAuthority().issue(['localhost']).cert;
});
afterAll(async () => {
  await queue.close();
  await server.close();
});

let metrics: Metrics;
let redisIsUp: boolean;
beforeEach(async () => {
  await server.redis.flushall();
  metrics = createMetrics();
  redisIsUp = true;
});

function gaugesOn(redis: TestRedis['redis']): Gauges {
  const config = configurationOf({
    ...{ graphUrl: 'https://graph.example.com', ca: '', quantity: 10 },
    rooms: [{ mailbox: 'board@x' }, { mailbox: 'huddle@x' }, { mailbox: 'attic@x' }],
    clusters: [
      {
        ...{ name: 'emea', domain: 'meet.example.com', numbers: { base: 8_000, quantity: 10 } },
        ...{ slotName: 'Slot_', accessNumbers: [] },
        callBridges: [{ address, username: 'api', password: 'pw', requests: 8 }],
      },
    ],
  });
  const tls = { certificate, privateKey: '' };
  return new Gauges({
    config: { ...config, http: { ...config.http, public: { ...config.http.public, tls } } },
    metrics,
    ...{ tickets: new TicketStore(redis), slots: new SlotStore(redis), bridges: new BridgeStore(redis) },
    ...{ rooms: new RoomStore(redis), meetings: new MeetingStore(redis) },
    agendas: new Map([['conference', new Agenda(redis, queue, 'me')]]),
    redisState: () => ({ ok: redisIsUp }),
    signInState: () => ({ ok: true, since: now }),
  });
}

async function shown(gauges: Gauges, at = now): Promise<string> {
  await gauges.show(at);
  return await metrics.registry.metrics();
}

async function book(key: string, start: number): Promise<void> {
  const booking = { key, uid: key, start, end: start + hour, title: key, isPrivate: false };
  const said = { ...booking, timesSince: 0, changeKey: key } as never;
  await new MeetingStore(server.redis).putBooking(
    'board@x',
    key,
    said,
    { ...booking, rooms: ['board@x'] },
    [],
  );
}

it('say how the whole is', async () => {
  const { redis } = server;
  const rooms = new RoomStore(redis);
  const bridges = new BridgeStore(redis);
  const subscribe = (mailbox: string, expires: number, renewAt: number) =>
    rooms.putSubscription({
      ...{ id: `s-${mailbox}`, mailbox, clientState: 'x', since: now, expires, renewAt },
    });
  await subscribe('board@x', now + 2 * hour, now + hour);
  await subscribe('huddle@x', now + 2 * hour, now - 60 * hour);
  await rooms.putStatus('board@x', { lastSync: now });
  await bridges.putViews('worker', new Map([[address, { health: healthy(12), silent: false }]]));
  await bridges.putDrain(address, { since: now, from: now - hour });
  const facts = { at: now, load: { now: 30, limit: 120 } };
  const shownCertificate = { validTo: now + 48 * hour, issuer: 'x', names: [] };
  await bridges.putFacts(address, { ...facts, certificate: shownCertificate });
  await new Agenda(redis, queue, 'other').ring([{ key: 'm', at: now - 7_000 }]);
  await book('soon', now + hour / 2);
  await book('later', now + 2 * hour);

  const text = await shown(gaugesOn(redis));
  for (const line of [
    `roombridge_call_bridge_state{${labels},state="up"} 1`,
    `roombridge_call_bridge_state{${labels},state="down"} 0`,
    `roombridge_call_bridge_drained{${labels}} 1`,
    `roombridge_call_bridge_call_legs{${labels}} 12`,
    `roombridge_call_bridge_load_ratio{${labels}} 0.25`,
    `roombridge_call_bridge_certificate_expiry_timestamp_seconds{${labels}} ${(now + 48 * hour) / 1_000}`,
    'roombridge_queue_lateness_seconds{queue="conference"} 7',
    'roombridge_queue_entries{queue="conference",state="waiting"} 1',
    'roombridge_rooms 3',
    'roombridge_rooms_unread 2',
    'roombridge_rooms_unsubscribed 1',
    'roombridge_subscriptions_lapsing 1',
    'roombridge_workers 1',
    'roombridge_conferences_running 0',
    'roombridge_meetings_next_hour 1',
    'roombridge_tickets{code="capacity-short",severity="warning"} 0',
    'roombridge_slots_held{cluster="emea"} 0',
    'roombridge_redis_up 1',
    'roombridge_graph_signed_in 1',
    'roombridge_start_failures_total{cluster="emea"} 0',
  ])
    expect(text).toContain(`${line}\n`);
  expect(text).toMatch(
    /roombridge_listener_certificate_expiry_timestamp_seconds\{listener="public"\} [1-9]\d{9}/,
  );
});

it('say nothing of the whole while Redis is away, and everything that was counted here', async () => {
  const away = connectImpatiently('redis://127.0.0.1:1');
  away.on('error', () => {});
  try {
    // What was known a moment ago is not said any more either.
    const before = await shown(gaugesOn(server.redis));
    expect(before).toContain('roombridge_workers 0\n');
    redisIsUp = false;
    metrics.graphThrottled.inc();
    const text = await shown(gaugesOn(away));
    for (const name of ['workers', 'rooms', 'tickets', 'slots_held', 'queue_lateness_seconds'])
      expect(text).not.toMatch(new RegExp(`^roombridge_${name}[ {]`, 'm'));
    expect(text).toContain('roombridge_redis_up 0\n');
    expect(text).toContain('roombridge_graph_throttled_total 1\n');
  } finally {
    away.disconnect();
  }
});

it('read rooms not more often than needed, for there may be thousands', async () => {
  const gauges = gaugesOn(server.redis);
  const rooms = new RoomStore(server.redis);
  await shown(gauges);
  await rooms.putStatus('board@x', { lastSync: now });
  expect(await shown(gauges, now + 10_000)).toContain('roombridge_rooms_unread 3\n');
  expect(await shown(gauges, now + 31_000)).toContain('roombridge_rooms_unread 2\n');
});

const healthy = (callLegsActive: number) => ({
  ...{ state: 'up' as const, since: now, at: now, answeredAt: now, callLegsActive },
});
