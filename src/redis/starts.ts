/**
 * How late conferences were opened, by the time at which they were; written with the record that says that they are
 * open, and kept as long as meetings are.
 */
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';

export interface Start {
  readonly key: string;
  /** Epoch ms. */
  readonly at: number;
  /** Milliseconds. */
  readonly late: number;
}

export const startsKey = `${keyPrefix}:starts`;
export class StartStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** Those from that instant on, in their order. */
  async since(at: number): Promise<Start[]> {
    const found = await this.#redis.zrangebyscore(startsKey, at, '+inf', 'WITHSCORES');
    const starts: Start[] = [];
    for (let i = 0; i < found.length; i += 2) {
      const [late = '', ...key] = (found[i] ?? '').split(' ');
      starts.push({ key: key.join(' '), at: Number(found[i + 1]), late: Number(late) });
    }
    return starts;
  }
}
