/** What goes wrong with Redis in a long run: killed and started again, stopped for a while, slow, or emptied. */
import { Redis } from 'ioredis';
import type { RedisServer } from '../bench/redis-server.ts';
import type { Misfortunes } from './misfortunes.ts';

/** An empty Redis is noticed and rebuilt from Exchange and the call bridges within this, in milliseconds. */
const rebuiltWithin = 60_000;
/** Connections are there again, and leases of whoever lost them taken over, within this. */
const resumedWithin = 10_000;

export class RedisMishaps {
  readonly #server: RedisServer;
  readonly #with: Misfortunes;
  #unableUntil = 0;
  #harmed = false;

  constructor(server: RedisServer, misfortunes: Misfortunes) {
    this.#server = server;
    this.#with = misfortunes;
  }

  begin(): void {
    this.#with.every(60, 180, () => (this.#harmed ? undefined : this.#harm()));
  }

  /** Whether it can be worked with: it answers, and what was lost of it is there again. */
  get isAble(): boolean {
    return !this.#harmed && Date.now() >= this.#unableUntil;
  }

  async #harm(): Promise<void> {
    this.#harmed = true;
    const mends = await this.#strike(this.#with.roll(4));
    this.#unableUntil = Math.max(this.#unableUntil, Date.now() + mends);
    this.#harmed = false;
  }

  /** @returns milliseconds after which all must be well */
  async #strike(kind: number): Promise<number> {
    switch (kind) {
      case 0:
        this.#with.count('Redis killed');
        await this.#server.kill();
        await this.#with.lasting(1, 10);
        await this.#server.startAgain();
        return resumedWithin;
      case 1:
        this.#with.count('Redis stopped');
        this.#server.signal('SIGSTOP');
        await this.#with.lasting(2, 10);
        this.#server.signal('SIGCONT');
        return resumedWithin;
      case 2:
        this.#with.count('Redis slow');
        await this.#slow();
        return resumedWithin;
      default:
        this.#with.count('Redis emptied');
        await this.#ask((redis) => redis.flushall());
        return rebuiltWithin;
    }
  }

  /** Every command waits for up to as long as this, time and again. */
  async #slow(): Promise<void> {
    const until = Date.now() + (5 + this.#with.roll(15)) * 1_000;
    while (Date.now() < until) {
      await this.#ask((redis) => redis.call('CLIENT', 'PAUSE', String(50 + this.#with.roll(400)), 'ALL'));
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }

  async #ask(what: (redis: Redis) => Promise<unknown>): Promise<void> {
    const redis = new Redis(this.#server.url);
    try {
      await what(redis);
    } finally {
      redis.disconnect();
    }
  }
}
