/** Connections to Redis, each for its purpose. */
import { Redis, type RedisOptions } from 'ioredis';

/** How what is sent gets there, where that is not by a socket. */
export type Way = Pick<RedisOptions, 'Connector' | 'disableClientInfo' | 'enableAutoPipelining'>;

/** For stores and queues: commands wait for Redis to come back, and calls of one tick share a round trip. */
export function connect(url: string, way: Way = {}): Redis {
  return new Redis(url, {
    maxRetriesPerRequest: null,
    enableAutoPipelining: true,
    retryStrategy: (times) => Math.min(times * 100, 1_000),
    ...way,
  });
}

/** For the receiver and for readiness: an answer soon, or an error. */
export function connectImpatiently(url: string, way: Way = {}): Redis {
  return new Redis(url, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: 800,
    connectTimeout: 800,
    retryStrategy: (times) => Math.min(times * 100, 1_000),
    ...way,
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
  return () => state;
}
