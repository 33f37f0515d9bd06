/**
 * Tickets, the same for all processes. Each look settles a scope whole and at once, so that two processes that find the
 * same open one ticket, and one that dies in between has opened and closed nothing by halves. What is to be told of it is
 * written down in the same step (`notices.ts`).
 */
import type { Redis } from 'ioredis';
import { type Condition, inOrderOfWeight, type Ticket, type TicketState } from '../cluster/ticket.ts';
import { type TicketCode, ticketKinds } from '../cluster/ticket-codes.ts';
import { keyPrefix } from '../queues.ts';
import { changedLua, changesKey } from './changes.ts';
import { newsKey, newsLua } from './notices.ts';
import { defineScript, type Script } from './script.ts';

/** Milliseconds that a closed ticket is kept. */
const keptFor = 30 * 86_400_000;
/** Closed tickets that are kept at most: a fault that comes and goes must not fill Redis. */
const keptAtMost = 2_000;

const openKey = `${keyPrefix}:tickets`;
const closedKey = `${keyPrefix}:tickets:closed`;
const closedAtKey = `${keyPrefix}:tickets:closed-at`;
const scopeKey = (scope: string) => `${keyPrefix}:tickets:of:${scope}`;

/**
 * KEYS: open (id -> ticket), closed (id -> ticket), closed-at (id by time), of the scope (code and about -> id), changes,
 * news.
 * ARGV: now, kept for, kept at most, scope, then code, about and detail of each condition.
 */
const settleScript = `${changedLua}${newsLua}
local open, closed, closedAt, scope, changes, feed = unpack(KEYS)
local now, named = tonumber(ARGV[1]), {}
for i = 5, #ARGV, 3 do
  local code, about, detail = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  local name = code .. '\\n' .. about
  named[name] = true
  local id = redis.call('HGET', scope, name)
  local json = id and redis.call('HGET', open, id)
  local ticket
  if json then
    ticket = cjson.decode(json)
    if ticket.detail ~= detail then changed(changes, 'ticket', id) end
    ticket.detail = detail
    ticket.lastSeen = math.max(ticket.lastSeen, now)
  else
    id = string.sub(redis.sha1hex(ARGV[4] .. '\\n' .. name .. '\\n' .. ARGV[1]), 1, 10)
    ticket = { id = id, scope = ARGV[4], code = code, about = about, detail = detail, since = now, lastSeen = now }
    redis.call('HSET', scope, name, id)
    changed(changes, 'ticket', id)
    news(feed, 'ticket-opened', ARGV[1], cjson.encode(ticket))
  end
  redis.call('HSET', open, id, cjson.encode(ticket))
end
local held = redis.call('HGETALL', scope)
for i = 1, #held, 2 do
  if not named[held[i]] then
    local id = held[i + 1]
    local json = redis.call('HGET', open, id)
    if json then
      local ticket = cjson.decode(json)
      ticket.closedAt = now
      redis.call('HSET', closed, id, cjson.encode(ticket))
      redis.call('ZADD', closedAt, now, id)
      redis.call('HDEL', open, id)
      news(feed, 'ticket-closed', ARGV[1], cjson.encode(ticket))
      changed(changes, 'ticket', id)
    end
    redis.call('HDEL', scope, held[i])
  end
end
local old = redis.call('ZRANGEBYSCORE', closedAt, '-inf', now - tonumber(ARGV[2]), 'LIMIT', 0, 500)
local spare = redis.call('ZCARD', closedAt) - #old - tonumber(ARGV[3])
if spare > 0 then
  for _, id in ipairs(redis.call('ZRANGE', closedAt, #old, #old + math.min(spare, 500) - 1)) do old[#old + 1] = id end
end
if #old > 0 then
  redis.call('HDEL', closed, unpack(old))
  redis.call('ZREM', closedAt, unpack(old))
end
return 1
`;

/** KEYS: open, closed, changes, news. ARGV: id, who, note, when. */
const acknowledgeScript = `${changedLua}${newsLua}
local json = redis.call('HGET', KEYS[1], ARGV[1])
if not json then return redis.call('HEXISTS', KEYS[2], ARGV[1]) == 1 and 'closed' or 'unknown' end
local ticket = cjson.decode(json)
ticket.acknowledged = { by = ARGV[2], note = ARGV[3], at = tonumber(ARGV[4]) }
json = cjson.encode(ticket)
redis.call('HSET', KEYS[1], ARGV[1], json)
changed(KEYS[3], 'ticket', ARGV[1])
news(KEYS[4], 'ticket-acknowledged', ARGV[4], json)
return json
`;

export class TicketStore {
  readonly #redis: Redis;
  readonly #settle: Script;
  readonly #acknowledge: Script;

  constructor(redis: Redis) {
    this.#redis = redis;
    this.#settle = defineScript(redis, settleScript);
    this.#acknowledge = defineScript(redis, acknowledgeScript);
  }

  /**
   * Says all that is wrong in a scope: opens what is new, keeps what stands, closes what is not named any more. Doing it
   * again changes nothing but when each was last seen. A condition that is named twice is one, with the later detail.
   * @param now epoch ms
   */
  async settle(scope: string, conditions: readonly Condition[], now: number): Promise<void> {
    await this.#settle(
      [openKey, closedKey, closedAtKey, scopeKey(scope), changesKey, newsKey],
      [
        ...[Math.round(now), keptFor, keptAtMost, scope],
        ...conditions.flatMap(({ code, about, detail }) => [code, about, detail]),
      ],
    );
  }

  /** In the order of `inOrderOfWeight`. */
  async list(state: TicketState): Promise<Ticket[]> {
    const keys = state === 'all' ? [openKey, closedKey] : [state === 'open' ? openKey : closedKey];
    const found = await Promise.all(keys.map((key) => this.#redis.hvals(key)));
    return inOrderOfWeight(found.flat().flatMap(parsed));
  }

  /** The open ones of the scopes that begin so. */
  async openIn(prefix: string): Promise<Ticket[]> {
    return (await this.list('open')).filter(({ scope }) => scope.startsWith(prefix));
  }

  /**
   * Somebody knows of it; the last word counts, and ends with the ticket.
   * @returns the ticket, or why there is nothing to acknowledge
   */
  async acknowledge(
    id: string,
    { by, note }: { readonly by: string; readonly note: string },
    now: number,
  ): Promise<Ticket | 'closed' | 'unknown'> {
    const answer = await this.#acknowledge(
      [openKey, closedKey, changesKey, newsKey],
      [id, by, note, Math.round(now)],
    );
    if (answer === 'closed' || answer === 'unknown') return answer;
    return parsed(String(answer))[0] ?? 'unknown';
  }
}

/** A code that this version does not know was written by another one, which will close it. */
function parsed(json: string): Ticket[] {
  const ticket = JSON.parse(json) as Ticket;
  return isKnown(ticket.code) ? [ticket] : [];
}

function isKnown(code: string): code is TicketCode {
  return Object.hasOwn(ticketKinds, code);
}
