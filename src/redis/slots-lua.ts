/**
 * The reservations of a cluster, atomic in Redis: which slot is held by which meeting, from when to when.
 *
 * Everything is held by the number itself, never by its place in the range: a range that grows, shrinks or begins
 * elsewhere turns no reservation into another number, and two processes with different ranges (one of them not yet
 * restarted) agree on what is held. The structures, under one prefix (a hash tag, so that Redis Cluster keeps them
 * together):
 * - `:bits:<n>:<page>` a bitmap for every five minutes and every 1,024 numbers, a bit for each number that is held at
 *   some time in them
 * - `:slot:<number>` the exact reservations of one slot, sorted by their start (`<to>|<key>`)
 * - `:foreign` numbers that cannot be used: they are somebody else's on the bridge
 * - `:reservations` key of the meeting -> `<number>|<from>|<to>`
 * - `:unclean` numbers whose slot was not seen empty on every call bridge; see `unclean-slots.ts`
 *
 * The search ORs the bitmaps of the five-minute pieces that lie wholly inside the wanted interval: a bit there is a
 * true overlap. Pieces that the interval only touches may be shared by neighbours, so they are decided exactly, by the
 * one reservation of that slot that begins last before the wanted end. The cost depends on the length of the interval
 * and the number of slots, never on the number of reservations held.
 */
import { keyPrefix } from '../queues.ts';

/** All that is known of a cluster's slots stands under this. */
export const slotsPrefix = (cluster: string): string => `${keyPrefix}:{slots:${cluster}}`;

/** Milliseconds of time, and numbers, to one bitmap. */
export const quantum = 300_000;
export const pageSize = 1_024;

const library = `
local prefix = KEYS[1]
local QUANTUM = ${quantum}
local PAGE = ${pageSize}
local function text(n) return string.format('%.0f', n) end
local function bitmap(q, page) return prefix .. ':bits:' .. text(q) .. ':' .. text(page) end
local function slotKey(number) return prefix .. ':slot:' .. text(number) end
local function pageOf(number) return math.floor(number / PAGE) end

-- The reservation of a slot that begins last before 'at', as {from, to, key}, or nil.
local function lastBefore(number, at)
  local found = redis.call('ZREVRANGEBYSCORE', slotKey(number), '(' .. text(at), '-inf', 'WITHSCORES', 'LIMIT', 0, 1)
  if #found == 0 then return nil end
  local bar = string.find(found[1], '|', 1, true)
  return { from = tonumber(found[2]), to = tonumber(string.sub(found[1], 1, bar - 1)), key = string.sub(found[1], bar + 1) }
end

local function free(number, from, to)
  local last = lastBefore(number, to)
  return last == nil or last.to <= from
end

local function heldBy(key)
  local value = redis.call('HGET', prefix .. ':reservations', key)
  if not value then return nil end
  local number, from, to = string.match(value, '^(%d+)|(%-?%d+)|(%-?%d+)$')
  return { number = tonumber(number), from = tonumber(from), to = tonumber(to) }
end

local function firstQuantum(from) return math.floor(from / QUANTUM) end
local function lastQuantum(to) return math.ceil(to / QUANTUM) - 1 end

local function hold(number, from, to, key)
  for q = firstQuantum(from), lastQuantum(to) do
    local name = bitmap(q, pageOf(number))
    redis.call('SETBIT', name, number % PAGE, 1)
    -- Two days after it passed nobody asks for it any more.
    if redis.call('TTL', name) < 0 then redis.call('PEXPIREAT', name, text((q + 1) * QUANTUM + 172800000)) end
  end
  redis.call('ZADD', slotKey(number), text(from), text(to) .. '|' .. key)
  redis.call('HSET', prefix .. ':reservations', key, text(number) .. '|' .. text(from) .. '|' .. text(to))
end

local function release(key)
  local held = heldBy(key)
  if held == nil then return nil end
  redis.call('ZREM', slotKey(held.number), text(held.to) .. '|' .. key)
  redis.call('HDEL', prefix .. ':reservations', key)
  local first, last = firstQuantum(held.from), lastQuantum(held.to)
  for q = first, last do
    -- Only the pieces at both ends can be shared with a neighbour of the same slot.
    local shared = (q == first or q == last) and not free(held.number, q * QUANTUM, (q + 1) * QUANTUM)
    local name = bitmap(q, pageOf(held.number))
    if not shared and redis.call('EXISTS', name) == 1 then redis.call('SETBIT', name, held.number % PAGE, 0) end
  end
  return held
end

local function isForeign(number)
  return redis.call('SISMEMBER', prefix .. ':foreign', text(number)) == 1
end

-- The lowest number from 'base' on, of 'quantity', that 'fits' and that is not held within any of the wishes, each
-- made longer by 'apart' at both ends; or -1.
local function lowest(base, quantity, wishes, apart, fits)
  local union = prefix .. ':union'
  for page = pageOf(base), pageOf(base + quantity - 1) do
    redis.call('DEL', union)
    local inside = { union }
    local function fold()
      if #inside > 1 then
        redis.call('BITOP', 'OR', union, unpack(inside))
        inside = { union }
      end
    end
    for _, wish in ipairs(wishes) do
      for q = math.ceil((wish.from - apart) / QUANTUM), math.floor((wish.to + apart) / QUANTUM) - 1 do
        inside[#inside + 1] = bitmap(q, page)
        if #inside > 1000 then fold() end
      end
    end
    fold()
    -- The bit behind the page gives it its whole length: a search that begins behind the end of a string finds nothing.
    redis.call('SETBIT', union, PAGE, 1)
    local first, behind = math.max(base - page * PAGE, 0), math.min(base + quantity - page * PAGE, PAGE)
    while true do
      local bit = redis.call('BITPOS', union, 0, math.floor(first / 8))
      if bit < 0 or bit >= behind then break end
      if bit >= first and fits(page * PAGE + bit) then
        redis.call('DEL', union)
        return page * PAGE + bit
      end
      redis.call('SETBIT', union, bit, 1)
    end
  end
  redis.call('DEL', union)
  return -1
end
`;

/**
 * KEYS[1] prefix; ARGV base and quantity of the range, wanted number (-1: none), mode (`lowest` | `prefer` | `only` |
 * `found`), apart (ms), whether clean slots are preferred (0 | 1), how many keys of kin follow, these keys, then key,
 * from, to for each interval. Holds all of
 * them on one slot, in place of what those keys held before, and returns its number; or returns -1 and changes nothing.
 * Keys that are all held by one slot already keep it where they can.
 *
 * A number outside the range is given only to those who hold it: with `only` at other times too (a conference that runs
 * is lengthened), else as long as their times are the same. `found` is for what was found running there.
 */
export const reserveScript = `${library}
local base, quantity, wanted, mode = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local apart, preferClean = tonumber(ARGV[5]), ARGV[6] == '1'
local kin, wishes, before = {}, {}, {}
local firstWish = 8 + tonumber(ARGV[7])
for i = 8, firstWish - 1 do kin[ARGV[i]] = true end
for i = firstWish, #ARGV, 3 do
  local wish = { key = ARGV[i], from = tonumber(ARGV[i + 1]), to = tonumber(ARGV[i + 2]) }
  local held = heldBy(wish.key)
  wishes[#wishes + 1] = wish
  before[#wishes] = held or false
end

-- Asking again for what is held already must not move it, even where a lower slot has come free since.
local own = before[1] and before[1].number or -1
local same = true
for i, wish in ipairs(wishes) do
  local held = before[i]
  if not held or held.number ~= own then own = -1 end
  if not held or held.from ~= wish.from or held.to ~= wish.to then same = false end
end
if mode == 'lowest' and own >= 0 then wanted, mode = own, 'prefer' end
if same and own >= 0 and own == wanted then return text(own) end

for i, wish in ipairs(wishes) do if before[i] then release(wish.key) end end

local function fits(number)
  if isForeign(number) then return false end
  for _, wish in ipairs(wishes) do if not free(number, wish.from, wish.to) then return false end end
  return true
end
local function fitsApart(number)
  if isForeign(number) then return false end
  for _, wish in ipairs(wishes) do
    if not free(number, wish.from - apart, wish.to + apart) then return false end
  end
  return true
end
-- Whether a slot that is free leaves room at both ends; from kin no room is asked.
local function isRoomy(number)
  for _, wish in ipairs(wishes) do
    if not free(number, wish.from - apart, wish.to + apart) then
      local last = lastBefore(number, wish.from)
      if last and last.to > wish.from - apart and not kin[last.key] then return false end
      local following = redis.call('ZRANGEBYSCORE', slotKey(number), text(wish.to), '(' .. text(wish.to + apart), 'LIMIT', 0, 1)[1]
      if following and not kin[string.sub(following, string.find(following, '|', 1, true) + 1)] then return false end
    end
  end
  return true
end
local function clean(test)
  if not preferClean then return test end
  return function(number)
    return redis.call('SISMEMBER', prefix .. ':unclean', text(number)) == 0 and test(number)
  end
end

local chosen = -1
local inRange = wanted >= base and wanted < base + quantity
local allowed = inRange or mode == 'found' or (mode == 'only' and wanted == own)
if mode ~= 'lowest' and wanted >= 0 and allowed and fits(wanted) then chosen = wanted end
if chosen < 0 and (mode == 'lowest' or mode == 'prefer') then
  chosen = lowest(base, quantity, wishes, 0, clean(fits))
  if chosen >= 0 and apart > 0 and not isRoomy(chosen) then
    local better = lowest(base, math.ceil(quantity * 3 / 4), wishes, apart, clean(fitsApart))
    if better >= 0 then chosen = better end
  end
  if chosen < 0 and preferClean then chosen = lowest(base, quantity, wishes, 0, fits) end
end

if chosen < 0 then
  for i, wish in ipairs(wishes) do
    if before[i] then hold(before[i].number, before[i].from, before[i].to, wish.key) end
  end
  return text(-1)
end
for _, wish in ipairs(wishes) do hold(chosen, wish.from, wish.to, wish.key) end
return text(chosen)
`;

/** KEYS[1] prefix; ARGV keys. Gives their slots back. */
export const releaseScript = `${library}
local count = 0
for _, key in ipairs(ARGV) do if release(key) then count = count + 1 end end
return count
`;

/**
 * KEYS[1] prefix; ARGV key, number, from, to. Holds the slot that the key has for as much of the interval as comes
 * before the next reservation of it. Returns until when; or -1, and changes nothing, where it does not have this slot
 * or its beginning is taken.
 */
export const stretchScript = `${library}
local key, number, from, to = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local before = heldBy(key)
if before == nil or before.number ~= number then return text(-1) end
release(key)
local nextOne = redis.call('ZRANGEBYSCORE', slotKey(number), text(from), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
if #nextOne > 0 then to = math.min(to, tonumber(nextOne[2])) end
if to <= from or not free(number, from, to) then
  hold(number, before.from, before.to, key)
  return text(-1)
end
hold(number, from, to, key)
return text(to)
`;

/** KEYS[1] prefix; ARGV number, at. The key that holds a slot at an instant, or nil. */
export const holderScript = `${library}
local last = lastBefore(tonumber(ARGV[1]), tonumber(ARGV[2]) + 1)
if last and last.to > tonumber(ARGV[2]) then return last.key end
return false
`;

/** KEYS[1] prefix; ARGV number, at. The key whose reservation of a slot begins last before an instant, or nil. */
export const predecessorScript = `${library}
local last = lastBefore(tonumber(ARGV[1]), tonumber(ARGV[2]))
return last and last.key or false
`;

/**
 * KEYS[1] prefix; ARGV base and quantity of the range, then from, to for each interval. The first interval (from 0) for
 * which a slot is free, or -1. Changes nothing.
 */
export const firstFreeScript = `${library}
local base, quantity = tonumber(ARGV[1]), tonumber(ARGV[2])
for i = 3, #ARGV, 2 do
  local from, to = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local function fits(number) return not isForeign(number) and free(number, from, to) end
  if lowest(base, quantity, { { from = from, to = to } }, 0, fits) >= 0 then return (i - 3) / 2 end
end
return -1
`;

/**
 * KEYS[1] prefix; ARGV key, number for each reservation of the version that counted from the base of the range (`:held`,
 * `:n:<index>`, `:q:<n>`, `:blocked`): moves them to what they mean. What somebody has moved already is left alone.
 */
export const moveFormerScript = `${library}
for i = 1, #ARGV, 2 do
  local key, number = ARGV[i], tonumber(ARGV[i + 1])
  local index, from, to = string.match(redis.call('HGET', prefix .. ':held', key) or '', '^(%d+)|(%-?%d+)|(%-?%d+)$')
  if index then
    from, to = tonumber(from), tonumber(to)
    if heldBy(key) == nil then hold(number, from, to, key) end
    redis.call('HDEL', prefix .. ':held', key)
    redis.call('ZREM', prefix .. ':n:' .. index, text(to) .. '|' .. key)
    for q = firstQuantum(from), lastQuantum(to) do redis.call('UNLINK', prefix .. ':q:' .. text(q)) end
  end
end
redis.call('DEL', prefix .. ':blocked')
return 1
`;

/**
 * KEYS[1] prefix; ARGV key, other key, number. What the key holds of this slot is the other's from now on. Returns 1, or 0
 * and changes nothing where it does not hold it, or the other holds something.
 */
export const handOverScript = `${library}
local held = heldBy(ARGV[1])
if held == nil or held.number ~= tonumber(ARGV[3]) or heldBy(ARGV[2]) ~= nil then return 0 end
release(ARGV[1])
hold(held.number, held.from, held.to, ARGV[2])
return 1
`;
