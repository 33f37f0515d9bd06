/** API tokens by the hash of what they say; one that has ended is none, whether Redis has dropped it yet or not. */
import type { Redis } from 'ioredis';
import type { UserRole } from '../config-signin.ts';
import { keyPrefix } from '../queues.ts';

interface ApiToken {
  readonly id: string;
  readonly name: string;
  readonly role: UserRole;
  readonly by: string;
  /** Epoch milliseconds. */
  readonly made: number;
  readonly ends: number;
}

/** Of each id the hash. */
const allKey = `${keyPrefix}:api-tokens`;
const keyOf = (hash: string) => `${keyPrefix}:api-token:${hash}`;
const usedOf = (hash: string) => `${keyPrefix}:api-token-used:${hash}`;
const minute = 60_000;

export class ApiTokenStore {
  readonly #redis: Redis;

  constructor(redis: Redis) {
    this.#redis = redis;
  }

  async add(hash: string, token: ApiToken): Promise<void> {
    await this.#redis.set(keyOf(hash), JSON.stringify(token), 'PX', token.ends - token.made);
    await this.#redis.hset(allKey, token.id, hash);
  }

  /** Counts as a use. */
  async find(hash: string, now: number): Promise<ApiToken | undefined> {
    const [text, used] = await this.#redis.mget(keyOf(hash), usedOf(hash));
    const token = tokenOf(text, now);
    if (token === undefined) return undefined;
    if (Number(used ?? 0) <= now - minute)
      await this.#redis.set(usedOf(hash), now, 'PX', Math.max(1, token.ends - now));
    return token;
  }

  /** Oldest first. */
  async list(now: number): Promise<(ApiToken & { readonly used?: number })[]> {
    const all = Object.entries(await this.#redis.hgetall(allKey));
    const found = await Promise.all(
      all.map(async ([id, hash]) => {
        const [text, used] = await this.#redis.mget(keyOf(hash), usedOf(hash));
        const token = tokenOf(text, now);
        if (token === undefined) await this.#redis.hdel(allKey, id);
        return token && { ...token, ...(used == null ? {} : { used: Number(used) }) };
      }),
    );
    return found.filter((one) => one !== undefined).sort((a, b) => a.made - b.made);
  }

  /** @returns what it was */
  async remove(id: string): Promise<ApiToken | undefined> {
    const hash = await this.#redis.hget(allKey, id);
    if (hash === null) return undefined;
    const text = await this.#redis.get(keyOf(hash));
    await this.#redis.del(keyOf(hash), usedOf(hash));
    await this.#redis.hdel(allKey, id);
    return tokenOf(text, 0);
  }
}

function tokenOf(text: string | null | undefined, now: number): ApiToken | undefined {
  if (text == null) return undefined;
  const token = JSON.parse(text) as ApiToken;
  return now < token.ends ? token : undefined;
}
