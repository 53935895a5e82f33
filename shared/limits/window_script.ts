/** The sliding window as one script: what is decided and noted is decided and noted at once. */
import { redisScript } from "../redis/script.ts";

/**
 * Notes an attempt if fewer than ARGV[2] were noted within the last ARGV[1] milliseconds. KEYS: a
 * sorted set of attempts by their time on the server's clock, so that the clocks of processes do not
 * matter. ARGV: window, maximum, a name for the attempt. Answers 1 or 0, how many are noted now, and
 * in how many milliseconds the oldest leaves.
 *
 * What is refused is not noted: the set stays bounded, and trying on does not prolong the wait.
 */
export const takeAttempt = redisScript(`
local window, max = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - window)
local count = redis.call('ZCARD', KEYS[1])
local oldest = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
local reset = oldest and oldest + window - now or window
if count >= max then return {0, count, reset} end
redis.call('ZADD', KEYS[1], now, ARGV[3])
redis.call('PEXPIRE', KEYS[1], window)
return {1, count + 1, reset}
`);
