/** Sign-ins that are under way at the provider, by the hash of what their browser holds: each is taken once, in time. */
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';

interface PendingSignIn {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  /** Where the browser goes afterwards. */
  readonly to: string;
  /** Epoch milliseconds. */
  readonly begun: number;
}

/** Milliseconds that people have for it. */
const keptFor = 600_000;

const keyOf = (hash: string) => `${keyPrefix}:sign-in:${hash}`;

export class PendingSignInStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async put(hash: string, pending: PendingSignIn): Promise<void> {
    await this.#redis.set(keyOf(hash), JSON.stringify(pending), 'PX', keptFor);
  }

  /** Nobody else gets it afterwards. */
  async take(hash: string, now: number): Promise<PendingSignIn | undefined> {
    const done = await this.#redis.multi().get(keyOf(hash)).del(keyOf(hash)).exec();
    const [error, text] = done?.[0] ?? [new Error('the sign-in could not be read'), null];
    if (error) throw error;
    if (typeof text !== 'string') return undefined;
    const pending = JSON.parse(text) as PendingSignIn;
    return now < pending.begun + keptFor ? pending : undefined;
  }
}
