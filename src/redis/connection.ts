/** Connections to Redis, each for its purpose. */
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';
import { openRedis, type RedisPlace, type Users } from './ways.ts';

const retryStrategy = (times: number) => Math.min(times * 100, 1_000);
/**
 * A server that has become a replica, or that no replica follows any more, takes no writes: it is left, for another may have
 * its place by now. A script, which has done nothing then, is run there; a command may be one of a transaction, whose others
 * would not go with it, so it fails.
 */
function onRefusal(error: Error): boolean | 2 {
  if (!/\b(?:READONLY|NOREPLICAS)\b/.test(error.message)) return false;
  const { command } = error as { readonly command?: { readonly name: string } };
  return command?.name === 'evalsha' || command?.name === 'eval' ? 2 : true;
}

/**
 * Milliseconds without a word after which a connection that waits for an answer is left: a server that has lost its power or
 * its network closes none. Longer than any command of ours or BullMQ's blocks.
 */
const silence = 15_000;

/** For stores and queues: commands wait for Redis to come back, and calls of one tick share a round trip. */
export function connect(place: RedisPlace, users: Users = 'stores'): Redis {
  return openRedis(place, users, {
    connection: {
      ...{ maxRetriesPerRequest: null, enableAutoPipelining: true, retryStrategy, socketTimeout: silence },
      reconnectOnError: onRefusal,
    },
    withoutMaster: 3_600_000,
  });
}

/** For the receiver and for readiness: an answer soon, or an error. */
export function connectImpatiently(place: RedisPlace, users: Users = 'stores'): Redis {
  return openRedis(place, users, {
    connection: {
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      commandTimeout: 800,
      connectTimeout: 800,
      socketTimeout: 5_000,
      retryStrategy,
      reconnectOnError: (error) => onRefusal(error) !== false,
    },
    withoutMaster: 400,
  });
}

/** For one question: to be connected by `connect()`, and given up when that or a command takes so many milliseconds. */
export function connectOnce(place: RedisPlace, deadline: number): Redis {
  return openRedis(place, 'stores', {
    connection: {
      ...{ lazyConnect: true, connectTimeout: deadline, commandTimeout: deadline, maxRetriesPerRequest: 0 },
      retryStrategy: () => null,
    },
    withoutMaster: 0,
  });
}

export interface RedisState {
  readonly ok: boolean;
  /** Epoch ms. */
  readonly since: number;
  readonly why?: string;
}

/** Whether Redis answers, since when, and why not. */
export function watchRedis(redis: Redis): () => RedisState {
  let state: RedisState = {
    ok: false,
    since: Date.now(),
    why: 'not connected yet',
  };
  redis.on('ready', () => {
    state = { ok: true, since: Date.now() };
  });
  redis.on('error', (error) => {
    state = { ok: false, since: state.ok ? Date.now() : state.since, why: error.message };
  });
  redis.on('close', () => {
    if (state.ok) state = { ok: false, since: Date.now(), why: 'the connection was closed' };
  });
  if (redis.isCluster)
    watchShard(redis, (ok, why) => {
      if (ok !== state.ok) state = { ok, since: Date.now(), ...(why !== undefined && { why }) };
    });
  return () => state;
}

const lookEvery = 1_000;

/** A Cluster is connected as long as any of its servers is: whether ours answers has to be asked. */
function watchShard(redis: Redis, tell: (ok: boolean, why?: string) => void): void {
  const timer = setInterval(() => {
    if (redis.status !== 'ready') return;
    redis.exists(`${keyPrefix}:epoch`).then(
      () => tell(true),
      (error: Error) => tell(false, error.message),
    );
  }, lookEvery);
  timer.unref();
  redis.once('end', () => clearInterval(timer));
}
