/** Local administrators: of each name the record of a password, and the hash of a link by which one may be set, once. */
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';
import { defineScript, type Script } from './script.ts';

const passwordsKey = `${keyPrefix}:local-passwords`;
const linksKey = `${keyPrefix}:local-links`;

/** KEYS: passwords, links. ARGV: name, link hash, now, record. */
const setScript = `
local link = redis.call('HGET', KEYS[2], ARGV[1])
if not link then return 0 end
local hash, ends = string.match(link, '^(%x+) (%d+)$')
if hash ~= ARGV[2] or tonumber(ARGV[3]) >= tonumber(ends) then return 0 end
redis.call('HDEL', KEYS[2], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
return 1
`;

export class LocalAccountStore {
  readonly #redis: Redis;
  readonly #set: Script;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#set = defineScript(redis, setScript);
  }

  /** As much is asked of Redis for a name that is not known. */
  async password(name: string): Promise<string | undefined> {
    return (await this.#redis.hget(passwordsKey, name)) ?? undefined;
  }

  /** One more link ends the one before it. */
  async invite(name: string, linkHash: string, ends: number): Promise<void> {
    await this.#redis.hset(linksKey, name, `${linkHash} ${ends}`);
  }

  async isInvited(name: string, linkHash: string, now: number): Promise<boolean> {
    const [hash, ends] = (await this.#redis.hget(linksKey, name))?.split(' ') ?? [];
    return hash === linkHash && now < Number(ends);
  }

  /** @returns false where the link is none (any more) */
  async setPassword(name: string, linkHash: string, record: string, now: number): Promise<boolean> {
    return (await this.#set([passwordsKey, linksKey], [name, linkHash, now, record])) === 1;
  }

  /** Also those who have a link only, good or not. */
  async list(): Promise<{ readonly name: string; readonly hasPassword: boolean }[]> {
    const [set, invited] = [await this.#redis.hkeys(passwordsKey), await this.#redis.hkeys(linksKey)];
    const names = [...new Set([...set, ...invited])].sort();
    return names.map((name) => ({ name, hasPassword: set.includes(name) }));
  }

  /** @returns whether there was one */
  async remove(name: string): Promise<boolean> {
    const [set, invited] = [
      await this.#redis.hdel(passwordsKey, name),
      await this.#redis.hdel(linksKey, name),
    ];
    return set + invited > 0;
  }
}
