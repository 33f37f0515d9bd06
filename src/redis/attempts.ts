/**
 * How often somebody has tried what may be guessed. An attempt counts before it is known to fail, so that many at once are
 * no way around; from some number on each has to wait twice as long as the one before.
 */
import type { Redis } from 'ioredis';
import { keyPrefix } from '../queues.ts';
import { defineScript, type Script } from './script.ts';

/** Milliseconds. */
const shortest = 1_000;
const longest = 900_000;
const keptFor = 3_600_000;

const keyOf = (what: string) => `${keyPrefix}:attempts:${what}`;

/** KEYS: each that it counts for. ARGV: now, shortest, longest, kept for, then of each key how many need not wait. */
const takeScript = `
local now, wait = tonumber(ARGV[1]), 0
for _, key in ipairs(KEYS) do
  wait = math.max(wait, tonumber(redis.call('HGET', key, 'until') or 0) - now)
end
if wait > 0 then return wait end
for i, key in ipairs(KEYS) do
  local over = redis.call('HINCRBY', key, 'count', 1) - tonumber(ARGV[4 + i])
  if over >= 0 then
    local pause = math.min(tonumber(ARGV[2]) * 2 ^ math.min(over, 30), tonumber(ARGV[3]))
    redis.call('HSET', key, 'until', string.format('%.0f', now + pause))
  end
  redis.call('PEXPIRE', key, ARGV[4])
end
return 0
`;

export class AttemptStore {
  readonly #redis: Redis;
  readonly #take: Script;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#take = defineScript(redis, takeScript);
  }

  /**
   * @param of what it counts for, and after how many one has to wait
   * @returns milliseconds to wait before the next one, which this is not; 0 when it may be made
   */
  async take(of: Readonly<Record<string, number>>, now: number): Promise<number> {
    const wait = await this.#take(Object.keys(of).map(keyOf), [
      now,
      shortest,
      longest,
      keptFor,
      ...Object.values(of),
    ]);
    return Number(wait);
  }

  /** All is forgotten of `of`; of `also` this one attempt is, so that a success of one's own hides no failures. */
  async succeed(of: string, also?: string): Promise<void> {
    await this.#redis.del(keyOf(of));
    if (also !== undefined) await this.#redis.hincrby(keyOf(also), 'count', -1);
  }
}
