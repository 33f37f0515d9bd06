/**
 * Whether Redis still is the one we wrote to. An epoch is begun in an empty Redis and never written again: when it is
 * missing, everything was lost and must be rebuilt from Exchange and the bridges.
 */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';

export interface Epoch {
  readonly id: string;
  /** Epoch ms at which this Redis was found empty. */
  readonly begunAt: number;
}

const epochKey = `${keyPrefix}:epoch`;
const roomsKey = `${keyPrefix}:epoch:rooms`;

export class EpochStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async current(): Promise<Epoch | undefined> {
    const json = await this.#redis.get(epochKey);
    return json === null ? undefined : (JSON.parse(json) as Epoch);
  }

  /** Begins an epoch, or returns the one that another process has just begun. */
  async begin(now: number): Promise<{ readonly epoch: Epoch; readonly begunHere: boolean }> {
    const epoch: Epoch = { id: randomUUID(), begunAt: now };
    const begunHere = (await this.#redis.set(epochKey, JSON.stringify(epoch), 'NX')) === 'OK';
    return { epoch: (await this.current()) ?? epoch, begunHere };
  }

  /** Notes that a room's calendar has been read whole since the epoch began. */
  async roomRead(mailbox: string): Promise<void> {
    await this.#redis.sadd(roomsKey, mailbox);
  }

  /** Whether all of these rooms have been read: only then does a slot that nobody claims belong to nobody. */
  async allRead(mailboxes: readonly string[]): Promise<boolean> {
    if (mailboxes.length === 0) return true;
    return (await this.#redis.smismember(roomsKey, ...mailboxes)).every((read) => read === 1);
  }
}
