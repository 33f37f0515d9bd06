/** What is done to the records of rooms in one step. */
import { changedLua } from './changes.ts';

export const echoScript = `
local expected = redis.call('HMGET', KEYS[1], 'until', 'count', 'quiet')
local now = tonumber(ARGV[1])
if not expected[1] or tonumber(expected[1]) <= now or tonumber(expected[2]) < 1 then return 0 end
if not expected[3] then redis.call('HSET', KEYS[1], 'quiet', now + tonumber(ARGV[2]))
elseif tonumber(expected[3]) <= now then return 0 end
redis.call('HINCRBY', KEYS[1], 'count', -1)
return 1
`;

/** KEYS: status, changes. ARGV: mailbox, then names and values, nothing for what is no more. Times are no news by themselves. */
export const statusScript = `${changedLua}
local told = false
local news = { error = true, subscriptionError = true, syncAsked = true, syncBegun = true }
for i = 2, #ARGV, 2 do
  local name, value = ARGV[i], ARGV[i + 1]
  local before = redis.call('HGET', KEYS[1], name) or ''
  if value == '' then redis.call('HDEL', KEYS[1], name) else redis.call('HSET', KEYS[1], name, value) end
  if before ~= value and (news[name] or before == '') then told = true end
end
if told then changed(KEYS[2], 'room', ARGV[1]) end
return 1
`;

/** KEYS: status, changes. ARGV: mailbox, now, for how long (ms) one who has asked is waited for. Gives when it was asked, and whether now. */
export const askScript = `${changedLua}
local asked = tonumber(redis.call('HGET', KEYS[1], 'syncAsked') or '0')
local now = tonumber(ARGV[2])
if asked > now - tonumber(ARGV[3]) then return { asked, 0 } end
redis.call('HSET', KEYS[1], 'syncAsked', ARGV[2])
redis.call('HDEL', KEYS[1], 'syncBegun')
changed(KEYS[2], 'room', ARGV[1])
return { now, 1 }
`;
