/**
 * Requests and answers of the work on a meeting, or on an event or series for all its meetings: the newest of each, and
 * apart from those that only looked, so that looking often does not push out what was done. What was done goes with the
 * meeting (`MeetingStore.forget`); looks, which are most of it, a week after the last of them.
 */
import type { Redis } from 'ioredis';
import { type Exchange, isPlainLook } from '../conference/exchange/exchange.ts';
import { fitted } from '../conference/exchange/hiding.ts';
import { keyPrefix } from '../queues.ts';
import { defineScript, type Script } from './script.ts';

/** Of one meeting, 300 in all; each of a kilobyte at most. */
const keptDone = 200;
const keptLooks = 100;
/** Milliseconds: longer than any horizon, for what nobody takes away. */
const doneKeptFor = 1_000 * 86_400_000;
const looksKeptFor = 7 * 86_400_000;

/**
 * KEYS: for each owner its meeting, its series, what was done, what only looked. ARGV: how many are
 * kept of the one and of the other, for how long of each; then for each owner how many of each, and these.
 */
const putScript = `
local place = 5
for i = 1, #KEYS, 4 do
  local known = redis.call('EXISTS', KEYS[i], KEYS[i + 1]) > 0
  for kind = 1, 2 do
    local count = tonumber(ARGV[place])
    if known and count > 0 then
      local list = KEYS[i + 1 + kind]
      redis.call('RPUSH', list, unpack(ARGV, place + 1, place + count))
      redis.call('LTRIM', list, -tonumber(ARGV[kind]), -1)
      redis.call('PEXPIRE', list, ARGV[kind + 2])
    end
    place = place + count + 1
  end
end
return 1
`;

export class ExchangeStore {
  readonly #redis: Redis;
  readonly #put: Script;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#put = defineScript(redis, putScript);
  }

  /**
   * In one command. What belongs to no meeting, or to one that is forgotten, is not kept.
   * @param all by the meeting's key, or the iCalUId of its event or series
   */
  async put(all: ReadonlyMap<string, readonly Exchange[]>): Promise<void> {
    const keys: string[] = [];
    const args: (string | number)[] = [keptDone, keptLooks, doneKeptFor, looksKeptFor];
    for (const [owner, exchanges] of all) {
      keys.push(
        `${keyPrefix}:meeting:${owner}`,
        `${keyPrefix}:meetings:of-series:${owner}`,
        ...exchangesOf(owner),
      );
      const looks = exchanges.filter(isPlainLook).slice(-keptLooks);
      const done = exchanges.filter((one) => !isPlainLook(one)).slice(-keptDone);
      for (const some of [done, looks]) args.push(some.length, ...some.map(fitted));
    }
    if (keys.length > 0) await this.#put(keys, args);
  }

  /** Of all these owners together, the first first. */
  async list(owners: readonly string[]): Promise<Exchange[]> {
    const pipeline = this.#redis.pipeline();
    for (const key of new Set(owners.flatMap(exchangesOf))) pipeline.lrange(key, 0, -1);
    const found = ((await pipeline.exec()) ?? []).flatMap(([error, lines]) => {
      if (error) throw error;
      return (lines as string[]).map((line) => JSON.parse(line) as Exchange);
    });
    return found.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** What was done, and what only looked. */
export function exchangesOf(owner: string): [string, string] {
  return [`${keyPrefix}:exchanges:${owner}:done`, `${keyPrefix}:exchanges:${owner}:looks`];
}
