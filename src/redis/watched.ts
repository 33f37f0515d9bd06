/** Whether Redis answers and takes writes: a full disk, a replica or its memory's limit leaves only the reading. */
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';

export interface RedisState {
  readonly ok: boolean;
  /** Epoch ms. */
  readonly since: number;
  readonly why?: string;
}

export interface WatchedRedis {
  /** Since when Redis is as it is, and why not as it should be. */
  state(): RedisState;
  /** Asks it now. */
  takesWrites(): Promise<boolean>;
}

const every = 2_000;
const key = `${keyPrefix}:writes`;

/** Watches it until its connection is ended for good. @param redis whose commands fail soon where it does not answer */
export function watchRedis(redis: Redis): WatchedRedis {
  let state: RedisState = { ok: false, since: Date.now(), why: 'not connected yet' };
  const become = (ok: boolean, why?: string) => {
    const { since } = ok === state.ok ? state : { since: Date.now() };
    state = why === undefined ? { ok, since } : { ok, since, why };
  };
  const takesWrites = async () => {
    try {
      await redis.set(key, '1', 'PX', every);
      become(true);
      return true;
    } catch (error) {
      // Where it does not answer at all, its connection tells.
      if (error instanceof Error && error.name === 'ReplyError')
        become(false, `it takes no writes: ${error.message}`);
      return false;
    }
  };
  const timer = setInterval(() => void takesWrites(), every).unref();
  redis.on('ready', () => become(true));
  redis.on('error', (error) => become(false, error.message));
  redis.on('close', () => {
    if (state.ok) become(false, 'the connection was closed');
  });
  redis.on('end', () => clearInterval(timer));
  return { state: () => state, takesWrites };
}
