/**
 * News of tickets, written down in the same step as the ticket, so that no death loses any; and how far each of those who
 * are told of them has been told, which only who has the claim may write. What nobody could be told of is bounded.
 */
import type { Redis } from 'ioredis';
import type { Ticket } from '../cluster/ticket.ts';
import { ticketKinds } from '../cluster/ticket-codes.ts';
import { type News, type NewsEvent, newsEvents } from '../cluster/ticket-news.ts';
import { keyPrefix } from '../queues.ts';
import { isBefore } from './changes.ts';
import type { Lease } from './meetings.ts';
import { defineScript, type Script } from './script.ts';

export const newsKey = `${keyPrefix}:tickets:news`;
const deliveriesKey = `${keyPrefix}:tickets:told`;
/** News that are kept, told or not. */
const kept = 2_000;

/** For scripts: `news(KEYS[n], 'ticket-opened', at, json)`. */
export const newsLua = `
local function news(feed, event, at, json)
  redis.call('XADD', feed, 'MAXLEN', '~', ${kept}, '*', 'event', event, 'at', at, 'ticket', json)
end
`;

/** How far one has been told. Instants in epoch ms. */
export interface Delivery {
  /** Id of the last of the news that are done with. */
  readonly cursor: string;
  /** Attempts in a row that have failed, and when the next one is due. */
  readonly failures?: number;
  readonly retryAt?: number;
  /** Wants to hear nothing more, as long as its mark is this one. */
  readonly gone?: string;
  /** A mail that tells up to these was about to be sent. */
  readonly sending?: string;
}

/** One who is told, by a key that stays, and a mark that is another one when anything of its configuration is. */
export interface Listener {
  readonly key: string;
  readonly mark: string;
}

/** KEYS: feed, deliveries. ARGV: key and mark of each. */
const beginScript = `
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)
local anew = cjson.encode({ cursor = last[1] and last[1][1] or '0-0' })
for i = 1, #ARGV, 2 do
  local json = redis.call('HGET', KEYS[2], ARGV[i])
  local gone = json and cjson.decode(json).gone
  if not json or (gone and gone ~= ARGV[i + 1]) then redis.call('HSET', KEYS[2], ARGV[i], anew) end
end
return 1
`;

/** KEYS: lease, deliveries. ARGV: key, holder, delivery. */
const putScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
return 1
`;

export class NoticeStore {
  readonly #redis: Redis;
  readonly #begin: Script;
  readonly #put: Script;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#begin = defineScript(redis, beginScript);
    this.#put = defineScript(redis, putScript);
  }

  /** Who was not known is told what comes from now on; so is who wanted to hear nothing more and has changed since. */
  async begin(listeners: readonly Listener[]): Promise<void> {
    if (listeners.length === 0) return;
    await this.#begin(
      [newsKey, deliveriesKey],
      listeners.flatMap(({ key, mark }) => [key, mark]),
    );
  }

  /** Keys of those for whom there are news. */
  async behind(listeners: readonly Listener[]): Promise<string[]> {
    if (listeners.length === 0) return [];
    const [[newest] = []] = [await this.#redis.xrevrange(newsKey, '+', '-', 'COUNT', 1)];
    if (newest === undefined) return [];
    const found = await this.#redis.hmget(deliveriesKey, ...listeners.map(({ key }) => key));
    return listeners.flatMap(({ key, mark }, i) => {
      const delivery = parsed(found[i]);
      const isBehind =
        delivery !== undefined && delivery.gone !== mark && isBefore(delivery.cursor, newest[0]);
      return isBehind ? [key] : [];
    });
  }

  async delivery(key: string): Promise<Delivery | undefined> {
    return parsed(await this.#redis.hget(deliveriesKey, key));
  }

  /** @returns whether the claim still held */
  async put(lease: Lease, delivery: Delivery): Promise<boolean> {
    const keys = [lease.hash, deliveriesKey];
    return (await this.#put(keys, [lease.field, lease.holder, JSON.stringify(delivery)])) === 1;
  }

  /** All news after those, the oldest first; without what this version has no words for. */
  async after(cursor: string): Promise<News[]> {
    const entries = await this.#redis.xrange(newsKey, `(${cursor}`, '+');
    return entries.flatMap(([id, fields]) => {
      const [, event, , at, , json = '{}'] = fields;
      const ticket = JSON.parse(json) as Ticket;
      if (!isEvent(event) || !Object.hasOwn(ticketKinds, ticket.code)) return [];
      return [{ id, event, at: Number(at), ticket }];
    });
  }
}

function parsed(json: string | null | undefined): Delivery | undefined {
  return json === null || json === undefined ? undefined : (JSON.parse(json) as Delivery);
}

function isEvent(event: string | undefined): event is NewsEvent {
  return newsEvents.some((one) => one === event);
}
