import assert from "node:assert/strict";
import { createAskRedis, createRedisBreaker } from "./redis_breaker.ts";

Deno.test("RedisBreaker opens after failures in a row and lets one try per pause", () => {
  let nowMs = 0;
  const breaker = createRedisBreaker({ failuresMax: 2, pauseMs: 1_000, now: () => nowMs });
  breaker.failed();
  breaker.succeeded();
  breaker.failed();
  assert.equal(breaker.allows(), true);
  breaker.failed();
  assert.equal(breaker.allows(), false);
  nowMs = 1_000;
  assert.deepEqual([breaker.allows(), breaker.allows()], [true, false]);
  nowMs = 2_000;
  assert.equal(breaker.allows(), true);
  breaker.succeeded();
  assert.deepEqual([breaker.allows(), breaker.allows()], [true, true]);
});

Deno.test("AskRedis answers nothing for what failed, asks no more for a while, and counts", async () => {
  const counters = { redisErrors: 0, redisSkips: 0 };
  const ask = createAskRedis(createRedisBreaker({ failuresMax: 2, pauseMs: 60_000 }), counters);
  assert.equal(await ask(() => Promise.resolve(7)), 7);
  for (let n = 0; n < 2; n++) {
    assert.equal(await ask(() => Promise.reject(new Error("away"))), undefined);
  }
  assert.equal(await ask(() => Promise.resolve(7)), undefined);
  assert.deepEqual(counters, { redisErrors: 2, redisSkips: 1 });
});
