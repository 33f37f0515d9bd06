/**
 * What operators have ordered of a meeting: with its record while it waits, and for some days by its request once it is
 * settled, so that the same request has one outcome however often it is made.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Redis } from 'ioredis';
import type { Order, Outcome } from '../conference/operation/operation.ts';
import type { TimelineEntry } from '../conference/timeline.ts';
import { keyPrefix } from '../queues.ts';
import { agendaKeys } from './agenda.ts';
import { ringLua } from './agenda-lua.ts';
import { changedLua, changesKey } from './changes.ts';
import { orderField } from './meeting-record.ts';
import { type Lease, meetingKeyOf, outcomesOf, timelineOf } from './meetings.ts';
import { noteLines } from './note-lines.ts';
import { defineScript, type Script } from './script.ts';

const keptFor = 7 * 86_400_000;
const conference = agendaKeys('conference');
/** Counts orders, so that those of one instant have their order too. */
const placesKey = `${keyPrefix}:operations`;

/**
 * KEYS: meeting, outcomes, due and rev of its conference. ARGV: field, request, order, the meeting's key, now. What is known
 * already is its outcome, if any, and the order in a line each.
 */
const orderScript = `${ringLua}
local outcome = redis.call('HGET', KEYS[2], ARGV[2])
if outcome then return outcome end
if redis.call('EXISTS', KEYS[1]) == 0 then return 'absent' end
if redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[3]) == 1 then
  ring(KEYS[3], KEYS[4], ARGV[4], ARGV[5])
  return 'ordered'
end
return '\\n' .. redis.call('HGET', KEYS[1], ARGV[1])
`;

/** KEYS: lease, meeting. ARGV: lease field, holder, field, order. */
const progressScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
if redis.call('HEXISTS', KEYS[2], ARGV[3]) == 0 then return 0 end
redis.call('HSET', KEYS[2], ARGV[3], ARGV[4])
return 1
`;

/**
 * KEYS: lease, meeting, outcomes, timeline, changes. ARGV: lease field, holder, field, request, outcome, kept for, the meeting's
 * key, then notes.
 */
const settleScript = `${changedLua}
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
local order = redis.call('HGET', KEYS[2], ARGV[3])
if not order then return 0 end
redis.call('HDEL', KEYS[2], ARGV[3])
redis.call('HSET', KEYS[3], ARGV[4], ARGV[5] .. '\\n' .. order)
redis.call('PEXPIRE', KEYS[3], ARGV[6])
for i = 8, #ARGV do redis.call('RPUSH', KEYS[4], ARGV[i]) end
changed(KEYS[5], 'meeting', ARGV[7])
return 1
`;

export class OperationStore {
  readonly #redis: Redis;
  readonly #order: Script;
  readonly #progress: Script;
  readonly #settle: Script;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#order = defineScript(redis, orderScript);
    this.#progress = defineScript(redis, progressScript);
    this.#settle = defineScript(redis, settleScript);
  }

  /**
   * Its conference is due from then on; to ring for it is quicker.
   * @returns its outcome, where this request was made and settled before; `absent` where there is no such meeting,
   *   `another` where the request was made for something else
   */
  async order(key: string, order: Order): Promise<'ordered' | 'absent' | 'another' | Outcome> {
    const place = await this.#redis.incr(placesKey);
    const said = await this.#order(
      [meetingKeyOf(key), outcomesOf(key), conference.due, conference.rev],
      [orderField(order.request), order.request, JSON.stringify({ ...order, place }), key, order.at],
    );
    if (said === 'ordered' || said === 'absent') return said;
    const [outcome = '', known = ''] = String(said).split('\n');
    const { operation } = JSON.parse(known) as Order;
    if (!isDeepStrictEqual(operation, JSON.parse(JSON.stringify(order.operation)))) return 'another';
    return outcome === '' ? 'ordered' : (JSON.parse(outcome) as Outcome);
  }

  async outcome(key: string, request: string): Promise<Outcome | undefined> {
    const said = await this.#redis.hget(outcomesOf(key), request);
    return said === null ? undefined : (JSON.parse(said.split('\n')[0] ?? '') as Outcome);
  }

  /** Writes down how far it is. @returns false when it is not this process' any more */
  async progress(key: string, order: Order, { hash, field, holder }: Lease): Promise<boolean> {
    const name = orderField(order.request);
    return (
      (await this.#progress([hash, meetingKeyOf(key)], [field, holder, name, JSON.stringify(order)])) === 1
    );
  }

  /** Ends it, with what is said of it on the timeline. @returns false when it is not this process' any more */
  async settle(
    key: string,
    request: string,
    outcome: Outcome,
    { hash, field, holder }: Lease,
    notes: readonly TimelineEntry[],
  ): Promise<boolean> {
    const settled = await this.#settle(
      [hash, meetingKeyOf(key), outcomesOf(key), timelineOf(key), changesKey],
      [
        ...[field, holder, orderField(request), request, JSON.stringify(outcome), keptFor, key],
        ...noteLines(notes),
      ],
    );
    return settled === 1;
  }
}
