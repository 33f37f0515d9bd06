/** What the agenda does in Redis in one step each (`agenda.ts`). */

/** For scripts that write down what is rung for: a death in between leaves neither, or both. */
export const ringLua = `
local function ring(due, rev, key, at)
  local known = redis.call('ZSCORE', due, key)
  if not known or tonumber(known) > tonumber(at) then redis.call('ZADD', due, at, key) end
  redis.call('HINCRBY', rev, key, 1)
end
`;

export const ringScript = `${ringLua}
for i = 1, #ARGV, 2 do ring(KEYS[1], KEYS[2], ARGV[i], ARGV[i + 1]) end
return 1
`;

export const claimScript = `
local rev, lease, due, heartbeats = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local key, me, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local at = redis.call('ZSCORE', due, key)
if not at or tonumber(at) > now then return -1 end
local holder = redis.call('HGET', lease, key)
if holder and holder ~= me and redis.call('EXISTS', heartbeats .. holder) == 1 then return -1 end
redis.call('HSET', lease, key, me)
return tonumber(redis.call('HGET', rev, key) or '0')
`;

export const settleScript = `
local due, rev, lease, failing = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local key, me, seen, next, now, why = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
if redis.call('HGET', lease, key) ~= me then return 'lost' end
redis.call('HDEL', lease, key)
if why == '' then redis.call('HDEL', failing, key)
else
  local json = redis.call('HGET', failing, key)
  local known = json and cjson.decode(json) or { since = tonumber(now), times = 0 }
  redis.call('HSET', failing, key, cjson.encode({ since = known.since, times = known.times + 1, why = why }))
end
if (redis.call('HGET', rev, key) or '0') ~= seen then
  redis.call('ZADD', due, now, key)
  return 'rung'
end
if next == '' then
  redis.call('ZREM', due, key)
  redis.call('HDEL', rev, key)
else
  redis.call('ZADD', due, next, key)
end
return 'settled'
`;

// What is in hand of the living stays due meanwhile: it is passed over, and does not count towards the limit.
export const overdueScript = `
local due, lease, heartbeats = KEYS[1], KEYS[2], KEYS[3]
local limit, size, offset = tonumber(ARGV[2]), tonumber(ARGV[3]), 0
local found, lives = {}, {}
local function inHand(key)
  local holder = redis.call('HGET', lease, key)
  if not holder then return false end
  if lives[holder] == nil then lives[holder] = redis.call('EXISTS', heartbeats .. holder) == 1 end
  return lives[holder]
end
repeat
  local page = redis.call('ZRANGEBYSCORE', due, '-inf', ARGV[1], 'LIMIT', offset, size)
  for _, key in ipairs(page) do
    if #found < limit and not inHand(key) then found[#found + 1] = key end
  end
  offset = offset + #page
until #page < size or #found >= limit
return found
`;

// What the dead had is nobody's from now on, also by its name: whoever wakes after all finds that it holds nothing.
export const takeOverScript = `
local due, lease = KEYS[1], KEYS[2]
local left, found = redis.call('HGETALL', lease), {}
for i = 1, #left, 2 do
  if left[i + 1] == ARGV[1] then
    redis.call('HDEL', lease, left[i])
    if redis.call('ZSCORE', due, left[i]) then found[#found + 1] = left[i] end
  end
end
return found
`;

/** KEYS: lease. ARGV: key, holder. */
export const releaseScript = `
if redis.call('HGET', KEYS[1], ARGV[1]) == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1]) end
return 1
`;
