/** The calendar's side of one process in virtual time: the product's own assembly on real Redis and real HTTPS. */
import type { Redis } from 'ioredis';
import { type Logger, pino } from 'pino';
import type { Dispatcher } from 'undici';
import type { Config } from '../../src/config.ts';
import { type GraphCall, GraphClient, type GraphObservation } from '../../src/graph/client.ts';
import { createMetrics, type Metrics } from '../../src/http/metrics.ts';
import { BridgeStore } from '../../src/redis/bridges.ts';
import { EpochStore } from '../../src/redis/epoch.ts';
import { type Lease, MeetingStore } from '../../src/redis/meetings.ts';
import { OperationStore } from '../../src/redis/operations.ts';
import { RoomStore } from '../../src/redis/rooms.ts';
import { SlotStore } from '../../src/redis/slots.ts';
import { ToldStore } from '../../src/redis/told.ts';
import { assembleBookings, type Bookings } from '../../workers/bookings.ts';
import { strangersKey } from '../../workers/calendar.ts';
import { Life, mortalGraph, mortalRedis } from './life.ts';
import type { VirtualQueues, Worker } from './queues.ts';
import { tokensOf } from './tokens.ts';
import { bringSlot, sweepSlots } from './unopened.ts';

export interface WorkerDeps {
  readonly config: Config;
  readonly redis: Redis;
  /** Trusts the CA of Graph's certificate; shared, for it costs 20 ms. */
  readonly dispatcher: Dispatcher;
  readonly queues: VirtualQueues;
  /** Epoch ms. */
  now(): number;
  /** Ahead of each request to Graph: how time passes while a handler is at work. */
  readonly onRequest?: (call: GraphCall) => void;
  /** False: subscriptions that nobody knows are not looked for. */
  readonly strangers?: boolean;
  readonly observe?: (observation: GraphObservation) => void;
  readonly log?: Logger;
  readonly metrics?: Metrics;
}

export interface CalendarWorker extends Worker {
  readonly life: Life;
  readonly bookings: Bookings;
  readonly metrics: Metrics;
  readonly meetings: MeetingStore;
  readonly rooms: RoomStore;
  readonly slots: SlotStore;
}

/** Under which operators' orders are settled; who wants some gives it to the worker first. */
export const leaseOf = (key: string): Lease => ({ hash: 'leases', field: key, holder: 'the worker' });

let sharedMetrics: Metrics | undefined;

/** Starts as a process does: slots stand, an epoch is there, everything is rung. */
export async function startWorker(deps: WorkerDeps): Promise<CalendarWorker> {
  const { config, queues, now } = deps;
  const life = new Life();
  const redis = mortalRedis(deps.redis, life);
  sharedMetrics ??= createMetrics();
  const metrics = deps.metrics ?? sharedMetrics;
  const stores = {
    meetings: new MeetingStore(redis),
    rooms: new RoomStore(redis),
    slots: new SlotStore(redis),
    bridges: new BridgeStore(redis),
    told: new ToldStore(redis),
    operations: new OperationStore(redis),
  };
  const epochs = new EpochStore(redis);
  const client = new GraphClient({
    graph: config.graph,
    dispatcher: deps.dispatcher,
    signIn: tokensOf(config, deps.dispatcher),
    now,
    ...(deps.observe === undefined ? {} : { observe: deps.observe }),
  });
  const mailboxes = config.rooms.map(({ mailbox }) => mailbox);
  let readIn: string | undefined;
  const allRoomsRead = async () => {
    const epoch = await epochs.current();
    if (epoch !== undefined && readIn !== epoch.id && (await epochs.allRead(mailboxes))) readIn = epoch.id;
    return epoch !== undefined && readIn === epoch.id;
  };
  const bookings = assembleBookings({
    ...{ config, metrics, now, allRoomsRead, ...stores },
    log: deps.log ?? pino({ level: 'silent' }),
    graph: mortalGraph(client, life, deps.onRequest ?? (() => {})),
    memorySince: async () => (await epochs.current())?.begunAt,
    ring: (queue, rings) => life.effect(async () => queues.ring(queue, rings)),
    roomRead: (mailbox) => epochs.roomRead(mailbox),
  });
  const unopened = { ...stores, now, config, bookings, allRoomsRead };
  await begin(deps, mailboxes);
  return {
    ...{ life, bookings, metrics, meetings: stores.meetings, rooms: stores.rooms, slots: stores.slots },
    handlers: {
      calendar: (key) => bookings.bringRoom({ key }),
      invitation: (key) => bookings.bringInvitation({ key, lease: leaseOf(key) }),
      conference: (key) => bringSlot(unopened, key),
      bridge: () => sweepSlots(unopened),
    },
    ended: life.ended,
    get dead() {
      return life.dead;
    },
  };
}

/** What the guardian and the bridge worker do when a process starts. */
async function begin(
  { config, redis, queues, now, strangers = true }: WorkerDeps,
  mailboxes: readonly string[],
) {
  const bridges = new BridgeStore(redis);
  await new EpochStore(redis).begin(now());
  for (const { name, numbers } of config.clusters) {
    await bridges.putClusterStatus(name, { provisionedAt: now(), slots: numbers.quantity });
  }
  const at = now();
  queues.ring(
    'bridge',
    config.clusters.map(({ name }) => ({ key: name, at })),
  );
  queues.ring(
    'calendar',
    [...mailboxes, ...(strangers ? [strangersKey] : [])].map((key) => ({ key, at })),
  );
}
