import assert from "node:assert/strict";
import fc from "fast-check";
import { eventually } from "../../tests/support/eventually.ts";
import { testServers } from "../../tests/support/servers.ts";
import { createLogger } from "../log.ts";
import { closeRedis, openRedis, pingRedis } from "../redis/connection.ts";
import { startTestRedis } from "../redis/test_server.ts";
import { createLocalWindows, type LocalWindows } from "./local_window.ts";
import type { RateLimit } from "./rate_limit.ts";
import {
  createRateLimiter,
  type RateLimiter,
  rateLimitHeaders,
  tooManyAttempts,
} from "./rate_limiter.ts";

const log = createLogger({ write: () => {} });

/** A limit of its own for each test, on a Redis that all tests share. */
function limitOf(max: number, windowMs = 60_000): RateLimit {
  return { name: `test-${crypto.randomUUID()}`, max, windowMs };
}

/** Local windows that never refuse: what is seen then is Redis. */
const noWindows: LocalWindows = {
  take: () => ({ allowed: true, count: 0, resetMs: 0 }),
  giveBack: () => {},
};

async function openLimiter(
  windows?: LocalWindows,
  url = testServers().redisUrl,
  commandTimeoutMs = 5_000,
) {
  const redis = openRedis({ url, name: "test", log, commandTimeoutMs });
  await eventually("redis", () => pingRedis(redis));
  const limiter = createRateLimiter(windows === undefined ? { redis } : { redis, windows });
  return { redis, limiter, [Symbol.asyncDispose]: () => closeRedis(redis) };
}

async function allowedOf(limiter: RateLimiter, limit: RateLimit, times: number): Promise<number> {
  const attempts = await Promise.all(
    Array.from({ length: times }, () => limiter.take(limit, "somebody")),
  );
  return attempts.filter(({ allowed }) => allowed).length;
}

Deno.test("take() allows no more than the maximum, however many come at once", async () => {
  await using a = await openLimiter(noWindows);
  await using b = await openLimiter(noWindows);
  const limit = limitOf(10);
  const counts = await Promise.all(
    [a, b].map(({ limiter }) => allowedOf(limiter, limit, 100)),
  );
  assert.equal(counts.reduce((sum, count) => sum + count), 10);
});

Deno.test("take() tells how near the limit is, and one key does not touch another", async () => {
  await using bench = await openLimiter();
  const limit = limitOf(2);
  const first = await bench.limiter.take(limit, "a");
  const second = await bench.limiter.take(limit, "a");
  const third = await bench.limiter.take(limit, "a");
  assert.deepEqual(
    [first, second, third].map(({ allowed, limit, remaining }) => [allowed, limit, remaining]),
    [[true, 2, 1], [true, 2, 0], [false, 2, 0]],
  );
  assert.ok(third.resetMs > 59_000 && third.resetMs <= 60_000);
  assert.equal((await bench.limiter.take(limit, "b")).allowed, true);
});

Deno.test("giveBack() makes room again, here and in Redis", async () => {
  await using a = await openLimiter();
  await using b = await openLimiter();
  const limit = limitOf(1);
  const attempt = await a.limiter.take(limit, "a");
  assert.equal((await b.limiter.take(limit, "a")).allowed, false);
  await attempt.giveBack();
  assert.equal((await b.limiter.take(limit, "a")).allowed, true);
});

Deno.test("the window slides, and refused attempts do not prolong it", async () => {
  await using bench = await openLimiter(noWindows);
  const limit = limitOf(1, 300);
  assert.equal((await bench.limiter.take(limit, "a")).allowed, true);
  const startedMs = performance.now();
  let refused = 0;
  await eventually("room again", async () => {
    const { allowed } = await bench.limiter.take(limit, "a");
    if (!allowed) refused++;
    return allowed;
  });
  assert.ok(refused > 0);
  assert.ok(performance.now() - startedMs < 3_000);
});

Deno.test("a Redis that is flushed or away lifts no limit", async () => {
  await using server = await startTestRedis();
  await using bench = await openLimiter(undefined, server.url);
  const limit = limitOf(5);
  assert.equal(await allowedOf(bench.limiter, limit, 3), 3);
  await bench.redis.flushall();
  assert.equal(await allowedOf(bench.limiter, limit, 10), 2);
  await server.stop();
  await eventually("lost", () => bench.redis.status !== "ready");
  assert.equal(await allowedOf(bench.limiter, limit, 10), 0);
  assert.equal(await allowedOf(bench.limiter, limitOf(5), 10), 5);
});

Deno.test("giveBack() takes back what a frozen Redis notes later", async () => {
  await using server = await startTestRedis();
  await using bench = await openLimiter(undefined, server.url, 100);
  const limit = limitOf(1);
  assert.equal((await bench.limiter.take(limit, "a")).allowed, true);
  server.freeze();
  const later = await bench.limiter.take(limit, "b");
  const refused = await bench.limiter.take(limit, "b");
  assert.deepEqual([later.allowed, refused.allowed], [true, false]);
  await later.giveBack();
  server.thaw();
  await eventually("redis", () => pingRedis(bench.redis));
  await eventually("only the first is left", async () => (await bench.redis.dbsize()) === 1);
});

Deno.test("no name stands in Redis, and its keys end", async () => {
  await using server = await startTestRedis();
  await using bench = await openLimiter(undefined, server.url);
  await bench.limiter.take(limitOf(5), "alice@example.com");
  const keys = await bench.redis.keys("*");
  assert.equal(keys.length, 1);
  assert.doesNotMatch(keys.join(), /alice/);
  assert.ok(await bench.redis.pttl(keys[0] ?? "") > 0);
});

Deno.test("createLocalWindows() is the sliding window of a model", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.tuple(fc.nat(20), fc.boolean()), { maxLength: 60 }),
      (max, windowMs, steps) => {
        let now = 0;
        const windows = createLocalWindows({ nowMs: () => now });
        const limit = { name: "model", max, windowMs };
        let model: { name: string; time: number }[] = [];
        for (const [index, [pause, back]] of steps.entries()) {
          now += pause;
          model = model.filter(({ time }) => time > now - windowMs);
          const name = String(index);
          const { allowed, count } = windows.take("key", limit, name);
          assert.equal(allowed, model.length < max);
          if (allowed) model.push({ name, time: now });
          assert.equal(count, model.length);
          if (back && allowed) {
            windows.giveBack("key", name);
            model = model.filter((entry) => entry.name !== name);
          }
        }
      },
    ),
  );
});

Deno.test("createLocalWindows() remembers a bounded number of keys", () => {
  const windows = createLocalWindows({ keysMax: 2 });
  const limit = { name: "few", max: 1, windowMs: 60_000 };
  for (const key of ["a", "b", "c"]) windows.take(key, limit, "first");
  assert.deepEqual(
    ["c", "a"].map((key) => windows.take(key, limit, "second").allowed),
    [false, true],
  );
});

Deno.test("tooManyAttempts() says when to come back", () => {
  const attempt = {
    allowed: false,
    limit: 10,
    remaining: 0,
    resetMs: 1_400,
    giveBack: () => Promise.resolve(),
  };
  const { reason, retryable, headers } = tooManyAttempts(attempt);
  assert.deepEqual([reason, retryable], ["TOO_MANY_ATTEMPTS", true]);
  assert.deepEqual(headers, {
    "ratelimit-limit": "10",
    "ratelimit-remaining": "0",
    "ratelimit-reset": "2",
    "retry-after": "2",
  });
  assert.equal(rateLimitHeaders({ ...attempt, allowed: true })["retry-after"], undefined);
});
