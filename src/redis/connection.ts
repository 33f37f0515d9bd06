/** Connections to Redis, each for its purpose. */
import { Redis } from 'ioredis';

/** For stores and queues: commands wait for Redis to come back, and calls of one tick share a round trip. */
export function connect(url: string): Redis {
  return new Redis(url, {
    maxRetriesPerRequest: null,
    enableAutoPipelining: true,
    retryStrategy: (times) => Math.min(times * 100, 1_000),
  });
}

/** For the receiver and for readiness: an answer soon, or an error. */
export function connectImpatiently(url: string): Redis {
  return new Redis(url, {
    maxRetriesPerRequest: 0,
    enableOfflineQueue: false,
    commandTimeout: 800,
    connectTimeout: 800,
    retryStrategy: (times) => Math.min(times * 100, 1_000),
  });
}
