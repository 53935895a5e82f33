/**
 * How often something may be tried: an exact sliding window, shared by all processes through Redis
 * and kept by each of them as well. An attempt must pass both: a Redis that is flushed, frozen or
 * away lifts no limit, it only makes it one of each process.
 */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { Code } from "@connectrpc/connect";
import type { Redis } from "ioredis";
import { createAskRedis, createRedisBreaker } from "../cache/redis_breaker.ts";
import { Refusal } from "../errors.ts";
import { runScript } from "../redis/script.ts";
import { createLocalWindows, type LocalWindows, type Verdict } from "./local_window.ts";
import type { RateLimit } from "./rate_limit.ts";
import { takeAttempt } from "./window_script.ts";

/** One attempt, allowed or not. */
export interface Attempt {
  readonly allowed: boolean;
  /** The limit's maximum. */
  readonly limit: number;
  /** How many more are allowed now. */
  readonly remaining: number;
  /** In how many milliseconds there is more room. */
  readonly resetMs: number;
  /** It shall not count, because it succeeded. Never rejects. */
  giveBack(): Promise<void>;
}

export interface RateLimiter {
  /** Notes an attempt on `key`, or refuses it. Never rejects. */
  take(limit: RateLimit, key: string): Promise<Attempt>;
}

export interface RateLimiterOptions {
  readonly redis: Redis;
  readonly windows?: LocalWindows;
}

/** Creates a limiter; `redis` may be away at any time. */
export function createRateLimiter(options: RateLimiterOptions): RateLimiter {
  const { redis, windows = createLocalWindows() } = options;
  const breaker = createRedisBreaker({ failuresMax: 3, pauseMs: 1_000 });
  const ask = createAskRedis(breaker, { redisErrors: 0, redisSkips: 0 });

  async function askRedis(key: string, limit: RateLimit, name: string) {
    const { windowMs, max } = limit;
    const reply = await ask(() => runScript(redis, takeAttempt, [key], [windowMs, max, name]));
    return verdictOf(reply);
  }
  return {
    async take(limit, subject) {
      const key = keyOf(limit, subject);
      const name = crypto.randomUUID();
      const local = windows.take(key, limit, name);
      if (!local.allowed) return attemptOf(limit, local, giveNothing);
      const shared = await askRedis(key, limit, name);
      if (shared?.allowed === false) windows.giveBack(key, name);
      const verdict = shared !== undefined && shared.count >= local.count ? shared : local;
      return attemptOf(limit, { ...verdict, allowed: shared?.allowed ?? true }, async () => {
        windows.giveBack(key, name);
        // Where Redis gave no answer, it may still note the attempt later: this comes behind it.
        if (shared?.allowed !== false) await ask(() => redis.zrem(key, name));
      });
    },
  };
}

/** Neither names nor addresses stand in Redis. */
function keyOf({ name }: RateLimit, subject: string): string {
  const hash = createHash("sha256").update(subject).digest().subarray(0, 16);
  return `limit:${name}:{${Buffer.from(hash).toString("base64url")}}`;
}

function verdictOf(reply: unknown): Verdict | undefined {
  if (!Array.isArray(reply)) return undefined;
  const [allowed, count, resetMs] = reply.map(Number);
  if (count === undefined || resetMs === undefined) return undefined;
  return { allowed: allowed === 1, count, resetMs };
}

function attemptOf(
  { max }: RateLimit,
  { allowed, count, resetMs }: Verdict,
  giveBack: () => Promise<void>,
): Attempt {
  return { allowed, limit: max, remaining: Math.max(0, max - count), resetMs, giveBack };
}

function giveNothing(): Promise<void> {
  return Promise.resolve();
}

/** What the caller is told beside the answer; times in seconds, rounded up. */
export function rateLimitHeaders(attempt: Attempt): Readonly<Record<string, string>> {
  const seconds = String(Math.max(1, Math.ceil(attempt.resetMs / 1_000)));
  return {
    "ratelimit-limit": String(attempt.limit),
    "ratelimit-remaining": String(attempt.remaining),
    "ratelimit-reset": seconds,
    ...(attempt.allowed ? {} : { "retry-after": seconds }),
  };
}

/** The refusal of an attempt that was not allowed. */
export function tooManyAttempts(attempt: Attempt): Refusal {
  const headers = rateLimitHeaders(attempt);
  const message = `too many attempts: try again in ${headers["retry-after"]} s`;
  return new Refusal(Code.ResourceExhausted, "TOO_MANY_ATTEMPTS", message, {
    headers,
    retryable: true,
  });
}
