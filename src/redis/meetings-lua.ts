/** What is done to the meetings' records in one step. */
import { changedLua } from './changes.ts';

/** Where it is open stands in the index from the same instant as in its record. */
export const saveScript = `${changedLua}
local lease, meeting, timeline, open, changes, starts = unpack(KEYS)
local field, holder, key, run, where, openedAt, late = unpack(ARGV, 1, 7)
if redis.call('HGET', lease, field) ~= holder then return 0 end
if redis.call('EXISTS', meeting) == 0 then return 0 end
redis.call('HSET', meeting, 'run', run)
if where == '' then redis.call('HDEL', open, key) else redis.call('HSET', open, key, where) end
for i = 8, #ARGV do redis.call('RPUSH', timeline, ARGV[i]) end
if late ~= '' then redis.call('ZADD', starts, openedAt, late .. ' ' .. key) end
changed(changes, 'meeting', key)
return 1
`;

/** A meeting that was forgotten meanwhile is not brought back by what was seen of it. */
export const seenScript = `
for i, meeting in ipairs(KEYS) do
  if redis.call('EXISTS', meeting) == 1 then redis.call('HSET', meeting, 'seen', ARGV[i]) end
end
return 1
`;

/** One command in place of hundreds, which would each cost more than what they read. */
export const lastBookedScript = `
local found = {}
for i, meeting in ipairs(KEYS) do found[i] = redis.call('HGET', meeting, 'last') end
return found
`;

export const putBookingScript = `${changedLua}
local meeting, timeline, byStart, long, series, ofRoom, changes = unpack(KEYS)
local key, field, booking, from, merged, start, longUntil, seen = unpack(ARGV, 1, 8)
if seen ~= '' then
  local rooms = 0
  for _, name in ipairs(redis.call('HKEYS', meeting)) do
    if string.sub(name, 1, 5) == 'room:' then rooms = rooms + 1 end
  end
  if rooms ~= tonumber(seen) then return 0 end
  for i = 9, 8 + 2 * rooms, 2 do
    if redis.call('HGET', meeting, ARGV[i]) ~= ARGV[i + 1] then return 0 end
  end
end
if booking == '' then
  redis.call('HDEL', meeting, field)
  redis.call('ZREM', ofRoom, key)
else
  redis.call('HSET', meeting, field, booking)
  redis.call('ZADD', ofRoom, from, key)
end
if merged ~= '' then
  redis.call('HSET', meeting, 'last', merged)
  redis.call('ZADD', byStart, start, key)
  redis.call('SADD', series, key)
  if longUntil ~= '' then redis.call('ZADD', long, longUntil, key) end
end
for i = 9 + 2 * (tonumber(seen) or 0), #ARGV do redis.call('RPUSH', timeline, ARGV[i]) end
changed(changes, 'meeting', key)
return 1
`;
