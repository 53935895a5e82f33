/**
 * What the list cache does inside Redis; each script is atomic. See list_entry.ts for the layout.
 * Ids and versions are texts of 19 digits: a Lua number holds 53 bits, and texts of digits of one
 * length compare alike in every locale. All keys of a script share the group's hash tag.
 */
import { redisScript } from "../redis/script.ts";

/**
 * Reads up to ARGV[2] entries after a cursor, the mark among them if the list ends there. KEYS: list,
 * lease. ARGV: direction, entries at most, value and member of the cursor, "" for none; a random
 * token that becomes the lease if there is neither list nor lease ("" for none), and how long it is
 * good in milliseconds. Answers the mark and the entries; or "absent" and the token of the lease
 * that stands now; or "broken".
 *
 * Where equal scores begin is counted (ZCOUNT); among them the cursor's place is found by halving,
 * whether its row is still there or not: thousands of ties cost a dozen probes.
 */
export const seekList = redisScript(`
local list, desc, value, member = KEYS[1], ARGV[1] == 'desc', ARGV[3], ARGV[4]
local range = desc and 'ZREVRANGE' or 'ZRANGE'
local kind = redis.call('TYPE', list).ok
if kind == 'none' then
  local token = redis.pcall('GET', KEYS[2])
  if type(token) == 'string' then return {'absent', token} end
  if ARGV[5] == '' or not redis.pcall('SET', KEYS[2], ARGV[5], 'NX', 'PX', ARGV[6]) then
    return {'absent', ''}
  end
  return {'absent', ARGV[5]}
end

local function mark()
  if kind ~= 'zset' then return 'broken' end
  for _, name in ipairs({'complete', 'prefix'}) do
    if redis.call('ZSCORE', list, name) == (desc and '-inf' or 'inf') then return name end
  end
  return 'broken'
end

local function countTo(bound)
  if desc then return redis.call('ZCOUNT', list, bound, 'inf') end
  return redis.call('ZCOUNT', list, '-inf', bound)
end

local function rankAfter()
  if value == '' then return 0 end
  local high = countTo(value)
  if member == '' then return high end
  local low = countTo('(' .. value)
  while low < high do
    local middle = math.floor((low + high) / 2)
    local probe = redis.call(range, list, middle, middle)[1]
    local after
    if desc then after = probe < member else after = probe > member end
    if after then high = middle else low = middle + 1 end
  end
  return low
end

local found = mark()
if found == 'broken' then return {found} end
local rank = rankAfter()
return {found, redis.call(range, list, rank, rank + ARGV[2] - 1, 'WITHSCORES')}
`);

/**
 * Takes the right to fill a list that is not there. KEYS: list, lease. ARGV: a random token, how
 * long it is good in milliseconds. Answers "taken", "held" (by somebody else) or "present".
 */
export const takeLease = redisScript(`
if redis.call('EXISTS', KEYS[1]) == 1 then return 'present' end
local kind = redis.call('TYPE', KEYS[2]).ok
if kind ~= 'string' and kind ~= 'none' then redis.call('DEL', KEYS[2]) end
if redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 'taken' end
return 'held'
`);

/** Gives the right back after a load that failed. KEYS: lease. ARGV: the token. */
export const giveLeaseBack = redisScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`);

/**
 * Replaces a list by what was loaded, if the lease still stands: no change was put since it was
 * taken, and Redis has not forgotten. KEYS: list, lease. ARGV: the token, how long to keep the list
 * in milliseconds, then score and member of each entry. Answers whether it did.
 */
export const fillList = redisScript(`
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
for first = 3, #ARGV, 1000 do
  redis.call('ZADD', KEYS[1], unpack(ARGV, first, math.min(first + 999, #ARGV)))
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`);

/**
 * Puts one row where it now stands in lists of its group. KEYS: the two generations of versions,
 * then a list and its lease, for each list. ARGV: the row's member and version; how long to keep
 * lists, empty lists and versions, in milliseconds; versions in one generation; rows that a list is
 * cut to, that it may grow to, and below which a prefix is given up; then for each list the row's
 * score, "gone" or "unfit" (it cannot be kept). Answers 0 if a newer version was put before.
 *
 * - Renewing comes first, and its answer tells whether the list is there: nothing can make a list
 *   of one row.
 * - Behind the last row of a prefix there may be others that are not kept: a row that now belongs
 *   there is removed, not added. For this the last row is looked up before the row itself moves.
 * - A fill on its way has read the database before this change, so its lease ends.
 */
export const putRow = redisScript(`
local member, version = ARGV[1], ARGV[2]
local keepMs, emptyMs, versionsMs = ARGV[3], ARGV[4], ARGV[5]
local versionsMax = tonumber(ARGV[6])
local keepMax, growMax, keepMin = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9])

local function noted(versions)
  local kind = redis.call('TYPE', versions).ok
  if kind ~= 'hash' and kind ~= 'none' then redis.call('DEL', versions) end
  return redis.call('HGET', versions, member) or ''
end

local function note()
  redis.call('HSET', KEYS[1], member, version)
  redis.call('PEXPIRE', KEYS[1], versionsMs)
  if redis.call('HLEN', KEYS[1]) >= versionsMax then redis.call('RENAME', KEYS[1], KEYS[2]) end
end

local function markOf(list)
  if redis.call('TYPE', list).ok ~= 'zset' then return nil end
  for _, name in ipairs({'complete', 'prefix'}) do
    local score = redis.call('ZSCORE', list, name)
    if score == '-inf' or score == 'inf' then return name, score end
  end
end

local function behindLast(list, desc, score)
  local rank = desc and 1 or -2
  local last = redis.call('ZRANGE', list, rank, rank, 'WITHSCORES')
  if #last == 0 then return true end
  local own, other = tonumber(score), tonumber(last[2])
  if own == other then
    if desc then return member < last[1] end
    return member > last[1]
  end
  if desc then return own < other end
  return own > other
end

local function cut(list, mark, endScore, rows)
  if endScore == '-inf' then
    redis.call('ZREMRANGEBYRANK', list, 1, rows - keepMax)
  else
    redis.call('ZREMRANGEBYRANK', list, keepMax, rows - 1)
  end
  if mark == 'complete' then
    redis.call('ZREM', list, mark)
    redis.call('ZADD', list, endScore, 'prefix')
  end
end

local function place(list, score)
  if redis.call('PEXPIRE', list, keepMs) == 0 then return end
  local mark, endScore = markOf(list)
  if mark == nil or score == 'unfit' then
    redis.call('DEL', list)
    return
  end
  local desc = endScore == '-inf'
  if score == 'gone' or (mark == 'prefix' and behindLast(list, desc, score)) then
    redis.call('ZREM', list, member)
  else
    redis.call('ZADD', list, score, member)
  end
  local rows = redis.call('ZCARD', list) - 1
  if rows > growMax then
    cut(list, mark, endScore, rows)
  elseif mark == 'prefix' and rows < keepMin then
    redis.call('DEL', list)
  elseif rows == 0 then
    redis.call('PEXPIRE', list, emptyMs)
  end
end

if noted(KEYS[1]) > version or noted(KEYS[2]) > version then return 0 end
for at = 3, #KEYS, 2 do
  redis.call('DEL', KEYS[at + 1])
  place(KEYS[at], ARGV[10 + (at - 3) / 2])
end
note()
return 1
`);
