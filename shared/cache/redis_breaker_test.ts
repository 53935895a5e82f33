import assert from "node:assert/strict";
import { createRedisBreaker } from "./redis_breaker.ts";

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
