/**
 * Slots that were not seen empty since their last meeting, because a call bridge could not be asked when it ended: people
 * may still be in there. Known until that call bridge was seen without a call of that meeting.
 */
import type { Redis } from 'ioredis';
import { execute } from './meetings.ts';
import { defineScript, type Script } from './script.ts';
import { slotsPrefix } from './slots-lua.ts';

export interface Unclean {
  readonly number: string;
  /** Address of the call bridge that may have somebody in. */
  readonly callBridge: string;
  /** Until when the call there may have begun: the end of the meeting, epoch ms. */
  readonly since: number;
  /** Id of the slot's space. */
  readonly space: string;
  /** Id of the call there, or empty where we never knew one. */
  readonly call: string;
  /** `away`: it could not be asked. `people`: it was, and people without a meeting are left in it for now. */
  readonly why: 'away' | 'people';
}

/** KEYS: numbers, marks (`<number> <callBridge>` -> mark). ARGV: number, call bridge, the mark as it was seen. */
const seenScript = `
local field = ARGV[1] .. ' ' .. ARGV[2]
if redis.call('HGET', KEYS[2], field) ~= ARGV[3] then return 0 end
redis.call('HDEL', KEYS[2], field)
for _, other in ipairs(redis.call('HKEYS', KEYS[2])) do
  if string.sub(other, 1, #ARGV[1] + 1) == ARGV[1] .. ' ' then return 1 end
end
redis.call('SREM', KEYS[1], ARGV[1])
return 1
`;

export class UncleanSlots {
  readonly #redis: Redis;
  readonly #seen: Script;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#seen = defineScript(redis, seenScript);
  }

  /** Before it is written down that the meeting is over: a death in between leaves one mark too many, never one too few. */
  async mark(cluster: string, marks: readonly Unclean[]): Promise<void> {
    if (marks.length === 0) return;
    const [numbers, known] = keysOf(cluster);
    const write = this.#redis.multi();
    for (const mark of marks) {
      write.sadd(numbers, mark.number).hset(known, `${mark.number} ${mark.callBridge}`, written(mark));
    }
    await execute(write);
  }

  /** The call bridge was seen without a call of that meeting. A mark that was made since stays. */
  async seenEmpty(cluster: string, mark: Unclean): Promise<void> {
    await this.#seen([...keysOf(cluster)], [mark.number, mark.callBridge, written(mark)]);
  }

  async all(cluster: string): Promise<Unclean[]> {
    const marks = await this.#redis.hgetall(keysOf(cluster)[1]);
    return Object.entries(marks).map(([field, value]) => {
      const blank = field.indexOf(' ');
      const [since, space = '', call = '', why] = value.split('|');
      const [number, callBridge] = [field.slice(0, blank), field.slice(blank + 1)];
      return { number, callBridge, since: Number(since), space, call, why: why === 'people' ? why : 'away' };
    });
  }
}

function written({ since, space, call, why }: Unclean): string {
  return `${since}|${space}|${call}|${why}`;
}

function keysOf(cluster: string): readonly [numbers: string, marks: string] {
  return [`${slotsPrefix(cluster)}:unclean`, `${slotsPrefix(cluster)}:unclean-at`];
}
