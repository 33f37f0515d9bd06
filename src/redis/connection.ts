/** Connections to Redis, each for its purpose. */
import type { Redis, RedisOptions } from 'ioredis';
import { openRedis, type RedisPlace, type Users } from './ways.ts';

/** How what is sent gets there, where that is not by a socket. */
export type Way = Pick<RedisOptions, 'Connector' | 'disableClientInfo' | 'enableAutoPipelining'>;

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
export function connect(place: RedisPlace, users: Users = 'stores', way: Way = {}): Redis {
  return openRedis(place, users, {
    connection: {
      ...{ maxRetriesPerRequest: null, enableAutoPipelining: true, retryStrategy, socketTimeout: silence },
      reconnectOnError: onRefusal,
      ...way,
    },
    withoutMaster: 3_600_000,
  });
}

/** For the receiver and for readiness: an answer soon, or an error. */
export function connectImpatiently(place: RedisPlace, users: Users = 'stores', way: Way = {}): Redis {
  return openRedis(place, users, {
    connection: {
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      commandTimeout: 800,
      connectTimeout: 800,
      socketTimeout: 5_000,
      retryStrategy,
      reconnectOnError: (error) => onRefusal(error) !== false,
      ...way,
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
