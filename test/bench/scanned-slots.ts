/** The search that `src/redis/slots.ts` is measured against: every reservation that could collide is looked at. */
import type { Redis } from 'ioredis';
import { defineScript, type Script } from '../../src/redis/script.ts';
import type { Wish } from '../../src/redis/slots.ts';

/**
 * KEYS[1] all reservations by start (`<index>|<to>|<key>`), KEYS[2] key -> its member; ARGV quantity, the length that
 * none exceeds, key, from, to. One that begins earlier than that cannot reach into the interval.
 */
const reserveScript = `
local quantity, longest = tonumber(ARGV[1]), tonumber(ARGV[2])
local key, from, to = ARGV[3], tonumber(ARGV[4]), tonumber(ARGV[5])
local taken = {}
local near = redis.call('ZRANGEBYSCORE', KEYS[1], string.format('%.0f', from - longest), '(' .. ARGV[5])
for _, member in ipairs(near) do
  local index, ends = string.match(member, '^(%d+)|(%d+)|')
  if tonumber(ends) > from then taken[tonumber(index)] = true end
end
for index = 0, quantity - 1 do
  if not taken[index] then
    local member = index .. '|' .. ARGV[5] .. '|' .. key
    redis.call('ZADD', KEYS[1], ARGV[4], member)
    redis.call('HSET', KEYS[2], key, member)
    return index
  end
end
return false
`;

const releaseScript = `
for _, key in ipairs(ARGV) do
  local member = redis.call('HGET', KEYS[2], key)
  if member then redis.call('ZREM', KEYS[1], member) redis.call('HDEL', KEYS[2], key) end
end
return 1
`;

/** Meetings of a day are legal, so the scan must look back that far. */
const longest = 86_400_000;

export class ScannedSlots {
  readonly #keys: readonly [string, string];
  readonly #quantity: number;
  readonly #reserve: Script;
  readonly #release: Script;

  constructor(redis: Redis, name: string, quantity: number) {
    this.#keys = [`scan:${name}`, `scan:${name}:held`];
    this.#quantity = quantity;
    this.#reserve = defineScript(redis, reserveScript);
    this.#release = defineScript(redis, releaseScript);
  }

  /** One interval only. @returns the lowest free index, or undefined */
  async reserve([wish]: readonly Wish[]): Promise<number | undefined> {
    if (wish === undefined) return undefined;
    const index = await this.#reserve(this.#keys, [this.#quantity, longest, wish.key, wish.from, wish.to]);
    return typeof index === 'number' ? index : undefined;
  }

  async release(keys: readonly string[]): Promise<void> {
    await this.#release(this.#keys, keys);
  }
}
