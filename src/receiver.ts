/** The public listener of a process that receives, put together: what it knows is read where it does not wait for long. */
import type { FastifyInstance } from 'fastify';
import type { Redis } from 'ioredis';
import type { Config } from './config.ts';
import { sameClientState } from './graph/client-state.ts';
import type { HttpLog } from './http/log.ts';
import type { Metrics } from './http/metrics.ts';
import type { DoorOutcome } from './http/public/door-outcome.ts';
import { createPublicListener } from './http/public-listener.ts';
import { createReceiving } from './receiving.ts';
import { createReceivingRecords } from './receiving-records.ts';
import type { Agenda } from './redis/agenda.ts';
import { AttendanceStore } from './redis/attendance.ts';
import { RoomStore } from './redis/rooms.ts';
import type { Tracing } from './work.ts';

export interface ReceiverDeps {
  readonly config: Config;
  /** Answers soon or not at all: a sender waits. */
  readonly redis: Redis;
  readonly calendar: Pick<Agenda, 'ring'>;
  readonly attendance: Pick<Agenda, 'ring'>;
  /** Of which the secrets in the paths of records are made. */
  readonly key: Buffer;
  readonly metrics: Metrics;
  readonly tracing: Tracing | undefined;
  readonly log: HttpLog;
}

/** One that does not listen yet. */
export function createReceiver({
  config,
  redis,
  calendar,
  attendance,
  key,
  metrics,
  tracing,
  log,
}: ReceiverDeps): FastifyInstance {
  const rooms = new RoomStore(redis);
  const count = (outcome: DoorOutcome, times?: number) => metrics.door.inc({ outcome }, times);
  const { tls } = config.http.public;
  return createPublicListener({
    ...(tls === undefined ? {} : { tls }),
    knownSubscription: (id) => rooms.subscription(id),
    sameClientState,
    ring: createReceiving({
      ...{ rooms, count, now: Date.now, tracing },
      ring: (rings) => calendar.ring(rings),
    }),
    ...(config.cdr.receive && {
      records: createReceivingRecords({
        ...{ attendance: new AttendanceStore(redis), key, now: Date.now },
        callBridges: config.clusters.flatMap(({ callBridges }) => callBridges.map(({ address }) => address)),
        from: config.cdr.from,
        ring: (rings) => attendance.ring(rings),
      }),
    }),
    count,
    log,
  });
}
