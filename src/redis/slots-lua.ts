/**
 * The reservations of a cluster, atomic in Redis: which slot is held by which meeting, from when to when.
 *
 * Four structures under one prefix (a hash tag, so that Redis Cluster keeps them together):
 * - `:q:<n>` a bitmap for every five minutes, a bit for each slot that is held at some time in them
 * - `:n:<index>` the exact reservations of one slot, sorted by their start (`<to>|<key>`)
 * - `:blocked` slots that cannot be used: their number is somebody else's on the bridge
 * - `:held` key of the meeting -> `<index>|<from>|<to>`
 *
 * The search ORs the bitmaps of the five-minute pieces that lie wholly inside the wanted interval: a bit there is a
 * true overlap. Pieces that the interval only touches may be shared by neighbours, so they are decided exactly, by the
 * one reservation of that slot that begins last before the wanted end. The cost depends on the length of the interval
 * and the number of slots, never on the number of reservations held.
 */

const library = `
local prefix = KEYS[1]
local QUANTUM = 300000
local function text(n) return string.format('%.0f', n) end
local function quantumKey(q) return prefix .. ':q:' .. text(q) end
local function slotKey(index) return prefix .. ':n:' .. text(index) end

-- The reservation of a slot that begins last before 'at', as {from, to, key}, or nil.
local function lastBefore(index, at)
  local found = redis.call('ZREVRANGEBYSCORE', slotKey(index), '(' .. text(at), '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if #found == 0 then return nil end
  local bar = string.find(found[1], '|', 1, true)
  return { from = tonumber(found[2]), to = tonumber(string.sub(found[1], 1, bar - 1)), key = string.sub(found[1], bar + 1) }
end

local function free(index, from, to)
  local last = lastBefore(index, to)
  return last == nil or last.to <= from
end

local function heldBy(key)
  local value = redis.call('HGET', prefix .. ':held', key)
  if not value then return nil end
  local index, from, to = string.match(value, '^(%d+)|(%-?%d+)|(%-?%d+)$')
  return { index = tonumber(index), from = tonumber(from), to = tonumber(to) }
end

local function firstQuantum(from) return math.floor(from / QUANTUM) end
local function lastQuantum(to) return math.ceil(to / QUANTUM) - 1 end

local function hold(index, from, to, key)
  for q = firstQuantum(from), lastQuantum(to) do
    local name = quantumKey(q)
    redis.call('SETBIT', name, index, 1)
    -- Two days after it passed nobody asks for it any more.
    if redis.call('TTL', name) < 0 then redis.call('PEXPIREAT', name, text((q + 1) * QUANTUM + 172800000)) end
  end
  redis.call('ZADD', slotKey(index), text(from), text(to) .. '|' .. key)
  redis.call('HSET', prefix .. ':held', key, text(index) .. '|' .. text(from) .. '|' .. text(to))
end

local function release(key)
  local held = heldBy(key)
  if held == nil then return nil end
  redis.call('ZREM', slotKey(held.index), text(held.to) .. '|' .. key)
  redis.call('HDEL', prefix .. ':held', key)
  local first, last = firstQuantum(held.from), lastQuantum(held.to)
  for q = first, last do
    -- Only the pieces at both ends can be shared with a neighbour of the same slot.
    local shared = (q == first or q == last) and not free(held.index, q * QUANTUM, (q + 1) * QUANTUM)
    if not shared and redis.call('EXISTS', quantumKey(q)) == 1 then redis.call('SETBIT', quantumKey(q), held.index, 0) end
  end
  return held
end
`;

/**
 * KEYS[1] prefix; ARGV quantity, wanted index (-1: none), mode ('lowest' | 'prefer' | 'only'), then key, from, to for
 * each interval. Holds all of them on one slot, in place of what those keys held before, and returns its index; or
 * returns -1 and changes nothing. Keys that are all held by one slot already keep it where they can.
 */
export const reserveScript = `${library}
local quantity, wanted, mode = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
local wishes, before = {}, {}
for i = 4, #ARGV, 3 do
  local wish = { key = ARGV[i], from = tonumber(ARGV[i + 1]), to = tonumber(ARGV[i + 2]) }
  local held = heldBy(wish.key)
  wishes[#wishes + 1] = wish
  before[#wishes] = held or false
end

-- Asking again for what is held already must not move it, even where a lower slot has come free since.
local own = before[1] and before[1].index or -1
local same = true
for i, wish in ipairs(wishes) do
  local held = before[i]
  if not held or held.index ~= own then own = -1 end
  if not held or held.from ~= wish.from or held.to ~= wish.to then same = false end
end
if mode == 'lowest' and own >= 0 then wanted, mode = own, 'prefer' end
if same and own >= 0 and own == wanted then return own end

for i, wish in ipairs(wishes) do if before[i] then release(wish.key) end end

local function fits(index)
  if redis.call('SISMEMBER', prefix .. ':blocked', text(index)) == 1 then return false end
  for _, wish in ipairs(wishes) do if not free(index, wish.from, wish.to) then return false end end
  return true
end

local chosen = -1
if mode ~= 'lowest' and wanted >= 0 and wanted < quantity and fits(wanted) then chosen = wanted end
if chosen < 0 and mode ~= 'only' then
  local union = prefix .. ':union'
  local inside = { union }
  local function fold()
    if #inside > 1 then
      redis.call('BITOP', 'OR', union, unpack(inside))
      inside = { union }
    end
  end
  for _, wish in ipairs(wishes) do
    for q = math.ceil(wish.from / QUANTUM), math.floor(wish.to / QUANTUM) - 1 do
      inside[#inside + 1] = quantumKey(q)
      if #inside > 1000 then fold() end
    end
  end
  fold()
  while true do
    local index = redis.call('BITPOS', union, 0)
    if index < 0 or index >= quantity then break end
    if fits(index) then chosen = index break end
    redis.call('SETBIT', union, index, 1)
  end
  redis.call('DEL', union)
end

if chosen < 0 then
  for i, wish in ipairs(wishes) do
    if before[i] then hold(before[i].index, before[i].from, before[i].to, wish.key) end
  end
  return -1
end
for _, wish in ipairs(wishes) do hold(chosen, wish.from, wish.to, wish.key) end
return chosen
`;

/** KEYS[1] prefix; ARGV keys. Gives their slots back. */
export const releaseScript = `${library}
local count = 0
for _, key in ipairs(ARGV) do if release(key) then count = count + 1 end end
return count
`;

/** KEYS[1] prefix; ARGV index, at. The key that holds a slot at an instant, or nil. */
export const holderScript = `${library}
local last = lastBefore(tonumber(ARGV[1]), tonumber(ARGV[2]) + 1)
if last and last.to > tonumber(ARGV[2]) then return last.key end
return false
`;

/** KEYS[1] prefix; ARGV index, at. The key whose reservation of a slot begins last before an instant, or nil. */
export const predecessorScript = `${library}
local last = lastBefore(tonumber(ARGV[1]), tonumber(ARGV[2]))
return last and last.key or false
`;

/**
 * KEYS[1] prefix; ARGV quantity, then from, to for each interval. The first interval (from 0) for which a slot is free,
 * or -1. Changes nothing.
 */
export const firstFreeScript = `${library}
local quantity = tonumber(ARGV[1])
local union = prefix .. ':union'
for i = 2, #ARGV, 2 do
  local from, to = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local inside = { union }
  for q = math.ceil(from / QUANTUM), math.floor(to / QUANTUM) - 1 do inside[#inside + 1] = quantumKey(q) end
  redis.call('DEL', union)
  if #inside > 1 then redis.call('BITOP', 'OR', union, unpack(inside)) end
  while true do
    local index = redis.call('BITPOS', union, 0)
    if index < 0 or index >= quantity then break end
    local blocked = redis.call('SISMEMBER', prefix .. ':blocked', text(index)) == 1
    if not blocked and free(index, from, to) then
      redis.call('DEL', union)
      return (i - 2) / 2
    end
    redis.call('SETBIT', union, index, 1)
  end
end
redis.call('DEL', union)
return -1
`;
