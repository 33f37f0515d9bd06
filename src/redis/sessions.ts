/**
 * Sessions of people who have signed in, each by the hash of what its browser holds: whoever reads Redis can be nobody.
 * A session that has ended, idle or at the latest, is none, whether Redis has dropped it yet or not.
 */
import type { Redis } from 'ioredis';
import type { UserRole } from '../config-signin.ts';
import { keyPrefix } from '../queues.ts';
import { defineScript, type Script } from './script.ts';

interface Session {
  /** Of whom, the same at each sign-in. */
  readonly subject: string;
  readonly name: string;
  readonly role: UserRole;
  readonly how: 'provider' | 'local';
}

const keyOf = (hash: string) => `${keyPrefix}:session:${hash}`;
/** Of all sessions the hashes, by their ends at the latest. */
const indexKey = `${keyPrefix}:session-index`;
const allOf = (subject: string) => `${keyPrefix}:sessions:${subject}`;

/** KEYS: session. ARGV: now, idle, absolute, 1 to count as use. */
const findScript = `
local value, since, seen = unpack(redis.call('HMGET', KEYS[1], 'value', 'since', 'seen'))
if not value then return false end
local now, idle, most = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(since) + tonumber(ARGV[3])
if now >= most or now >= tonumber(seen) + idle then
  redis.call('DEL', KEYS[1])
  return false
end
if ARGV[4] == '1' and now > tonumber(seen) then
  redis.call('HSET', KEYS[1], 'seen', ARGV[1])
  redis.call('PEXPIRE', KEYS[1], math.min(idle, most - now))
end
return { value, since }
`;

export class SessionStore {
  readonly #redis: Redis;
  readonly #limits: { readonly idle: number; readonly absolute: number };
  readonly #find: Script;

  /** @param limits milliseconds */
  constructor(redis: Redis, limits: { readonly idle: number; readonly absolute: number }) {
    this.#redis = redis;
    this.#limits = limits;
    this.#find = defineScript(redis, findScript);
  }

  async begin(hash: string, session: Session, now: number): Promise<void> {
    const { idle, absolute } = this.#limits;
    const done = await this.#redis
      .multi()
      .hset(keyOf(hash), { value: JSON.stringify(session), since: now, seen: now })
      .pexpire(keyOf(hash), Math.min(idle, absolute))
      .sadd(allOf(session.subject), hash)
      .pexpire(allOf(session.subject), absolute)
      .zadd(indexKey, now + absolute, hash)
      .zremrangebyscore(indexKey, '-inf', now)
      .pexpire(indexKey, absolute)
      .exec();
    const failed = done?.find(([error]) => error !== null)?.[0];
    if (done === null || failed) throw failed ?? new Error('the session could not be written');
  }

  /** @param isUse whether it begins to be idle only now */
  async find(
    hash: string,
    now: number,
    isUse: boolean,
  ): Promise<(Session & { readonly ends: number }) | undefined> {
    const { idle, absolute } = this.#limits;
    const found = (await this.#find([keyOf(hash)], [now, idle, absolute, isUse ? 1 : 0])) as
      | [string, string]
      | null;
    if (found === null) return undefined;
    const [value, since] = found;
    return { ...(JSON.parse(value) as Session), ends: Number(since) + absolute };
  }

  async end(hash: string): Promise<void> {
    await this.#redis.del(keyOf(hash));
  }

  /** All that have not ended, oldest first. */
  async list(now: number): Promise<(Session & { readonly since: number; readonly seen: number })[]> {
    return (await this.#open(now)).map(({ hash: _, ...session }) => session);
  }

  /** Ends those of this name, or all. @returns how many */
  async endNamed(name: string | undefined, now: number): Promise<number> {
    const meant = (await this.#open(now)).filter((one) => name === undefined || one.name === name);
    for (const { hash } of meant) await this.end(hash);
    return meant.length;
  }

  async #open(now: number) {
    const { idle, absolute } = this.#limits;
    const hashes = await this.#redis.zrangebyscore(indexKey, now, '+inf');
    const found = await Promise.all(
      hashes.map(async (hash) => {
        const [value, since, seen] = await this.#redis.hmget(keyOf(hash), 'value', 'since', 'seen');
        if (value == null) return [];
        const times = { since: Number(since), seen: Number(seen) };
        const isOver = now >= times.since + absolute || now >= times.seen + idle;
        return isOver ? [] : [{ hash, ...(JSON.parse(value) as Session), ...times }];
      }),
    );
    return found.flat();
  }

  /** Ends every one of theirs, in all browsers. */
  async endAllOf(subject: string): Promise<void> {
    const hashes = await this.#redis.smembers(allOf(subject));
    await this.#redis.del(allOf(subject), ...hashes.map(keyOf));
  }
}
