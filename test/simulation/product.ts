/** The product's processes in the simulation: what `app.ts` puts together, with its ways to others in place of sockets. */
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { pino } from 'pino';
import type { Dispatcher } from 'undici';
import { Capacity } from '../../src/capacity.ts';
import type { Config } from '../../src/config.ts';
import { Draining } from '../../src/drain.ts';
import { GraphClient } from '../../src/graph/client.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { type DoorbellJob, keyPrefix, type QueueName, queueNames } from '../../src/queues.ts';
import { createReceiver } from '../../src/receiver.ts';
import { Agenda } from '../../src/redis/agenda.ts';
import { AttendanceStore } from '../../src/redis/attendance.ts';
import { BridgeStore } from '../../src/redis/bridges.ts';
import { connect, connectImpatiently } from '../../src/redis/connection.ts';
import { DiscoveryStore } from '../../src/redis/discoveries.ts';
import { EpochStore } from '../../src/redis/epoch.ts';
import { startHeartbeat } from '../../src/redis/heartbeat.ts';
import { MeetingStore } from '../../src/redis/meetings.ts';
import { NoticeStore } from '../../src/redis/notices.ts';
import { OperationStore } from '../../src/redis/operations.ts';
import { PlaceStore } from '../../src/redis/places.ts';
import { RoomStore } from '../../src/redis/rooms.ts';
import { SlotStore } from '../../src/redis/slots.ts';
import { TicketStore } from '../../src/redis/tickets.ts';
import { ToldStore } from '../../src/redis/told.ts';
import { identityKeyOf } from '../../workers/bookings.ts';
import { connectCallBridges } from '../../workers/connecting.ts';
import { startWorkers } from '../../workers/main.ts';
import { tokensOf } from '../virtual/tokens.ts';
import type { Post } from './post.ts';
import type { RedisLines } from './redis-line.ts';
import type { Machine } from './stage.ts';

export interface ProcessDeps {
  readonly config: Config;
  readonly machine: Machine;
  readonly lines: RedisLines;
  /** In place of ioredis and BullMQ. */
  readonly standIns: StandIns | undefined;
  readonly network: Dispatcher;
  /** Given each line of the log. */
  readonly log: (line: string) => void;
}

export interface StandIns {
  readonly post: Post;
  connect(machine: Machine, isPatient: boolean): Redis;
}

const url = 'redis://redis.simulated:6379';

function groundOf({ machine, lines, log, standIns }: ProcessDeps) {
  const logger = pino({ level: 'info', base: { process: machine.name } }, { write: log });
  const way = {
    Connector: lines.connectorOf(machine) as never,
    // It would read its own package from the disk, which takes real time.
    disableClientInfo: true,
    // A line sends what is written in one breath together anyhow; ioredis makes an object of 500 fields for it each time.
    enableAutoPipelining: false,
  };
  const opened = (redis: Redis): Redis => {
    redis.on('error', (error) => logger.warn({ reason: error.message }, 'redis connection failed'));
    return redis;
  };
  const agendaOf = (redis: Redis, name: QueueName, connection: Redis) => {
    if (standIns !== undefined) return new Agenda(redis, standIns.post.queueOf(machine, name), machine.name);
    const queue = new Queue<DoorbellJob>(name, { connection, prefix: keyPrefix });
    queue.on('error', (error) =>
      logger.warn({ reason: error.message, queue: name }, 'queue connection failed'),
    );
    return new Agenda(redis, queue, machine.name);
  };
  return {
    ...{ logger, agendaOf },
    connect: () => standIns?.connect(machine, true) ?? opened(connect(url, 'stores', way)),
    connectImpatiently: () =>
      standIns?.connect(machine, false) ?? opened(connectImpatiently(url, 'stores', way)),
  };
}

/** Starts a process that receives; a notification is posted to what it answers, which answers the status. */
export function startReceiver(deps: ProcessDeps): (path: string, body: string) => Promise<number> {
  const { config } = deps;
  const { logger, agendaOf, connectImpatiently: impatiently } = groundOf(deps);
  const redis = impatiently();
  const receiver = createReceiver({
    ...{ config, redis, metrics: createMetrics(), log: logger, tracing: undefined },
    key: identityKeyOf(config),
    calendar: agendaOf(redis, 'calendar', impatiently()),
    attendance: agendaOf(redis, 'attendance', impatiently()),
  });
  return async (path, body) => {
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const { statusCode } = await receiver.inject({ method: 'POST', url: path, headers, payload: body });
    return statusCode;
  };
}

/** Starts a process that works. */
export async function startWorker(deps: ProcessDeps): Promise<void> {
  const { config, network, machine } = deps;
  const { logger: log, agendaOf, connect: open } = groundOf(deps);
  const [redis, queueRedis] = [open(), open()];
  const metrics = createMetrics();
  const agendas = Object.fromEntries(
    queueNames.map((name) => [name, agendaOf(redis, name, queueRedis)]),
  ) as Record<QueueName, Agenda>;
  const stores = {
    meetings: new MeetingStore(redis),
    places: new PlaceStore(redis),
    rooms: new RoomStore(redis),
    slots: new SlotStore(redis),
    bridges: new BridgeStore(redis),
    tickets: new TicketStore(redis),
    notices: new NoticeStore(redis),
    discoveries: new DiscoveryStore(redis),
    attendance: new AttendanceStore(redis),
    operations: new OperationStore(redis),
    told: new ToldStore(redis),
    epochs: new EpochStore(redis),
  };
  const ring = (rings: Parameters<Agenda['ring']>[0]) => agendas.conference.ring(rings);
  const draining = new Draining({ ...stores, config, now: Date.now, ring });
  const capacity = new Capacity({ ...stores, config, now: Date.now });
  const heartbeat = await startHeartbeat(redis, machine.name, (error) =>
    log.warn({ err: error }, 'heartbeat failed'),
  );
  await startWorkers({
    ...{ ...stores, config, log, metrics, tracing: undefined, agendas, heartbeat },
    graph: new GraphClient({ graph: config.graph, dispatcher: network, signIn: tokensOf(config, network) }),
    callBridges: connectCallBridges({
      ...{ config, store: stores.bridges, viewer: machine.name, metrics, log },
      ...{ closers: [], dispatcher: network },
    }),
    settleDrains: (cluster) => draining.settle(cluster),
    settleCapacity: (cluster) => capacity.settle(cluster),
    // Call bridges whose events do not come through are asked.
    eventConnections: new Map(),
    connect: open,
    ...(deps.standIns && { jobs: deps.standIns.post.jobsOf(machine) }),
  });
}
