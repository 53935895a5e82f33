import assert from "node:assert/strict";
import { createBreaker } from "./breaker.ts";

function clocked() {
  const clock = { ms: 0 };
  const options = { failuresMax: 3, pauseMs: 100, pauseMaxMs: 300, now: () => clock.ms };
  return { clock, breaker: createBreaker(options) };
}

Deno.test("createBreaker() opens after failures in a row, not after scattered ones", () => {
  const { breaker } = clocked();
  breaker.failed();
  breaker.failed();
  breaker.succeeded();
  breaker.failed();
  breaker.failed();
  assert.deepEqual([breaker.closed, breaker.allows()], [true, true]);
  breaker.failed();
  assert.deepEqual([breaker.closed, breaker.allows()], [false, false]);
});

Deno.test("Breaker.allows() lets one trial through after each pause", () => {
  const { breaker, clock } = clocked();
  for (let i = 0; i < 3; i++) breaker.failed();
  clock.ms = 99;
  assert.equal(breaker.allows(), false);
  clock.ms = 100;
  assert.deepEqual([breaker.allows(), breaker.allows()], [true, false]);
  breaker.succeeded();
  assert.deepEqual([breaker.closed, breaker.allows()], [true, true]);
});

Deno.test("Breaker.failed() doubles the pause for a failed trial, up to the maximum", () => {
  const { breaker, clock } = clocked();
  for (let i = 0; i < 3; i++) breaker.failed();
  const pauses: number[] = [];
  for (let trial = 0; trial < 4; trial++) {
    const from = clock.ms;
    while (!breaker.allows()) clock.ms++;
    pauses.push(clock.ms - from);
    breaker.failed();
  }
  assert.deepEqual(pauses, [100, 200, 300, 300]);
});

Deno.test("Breaker.failed() does not count calls that were under way when it opened", () => {
  const { breaker, clock } = clocked();
  for (let i = 0; i < 20; i++) breaker.failed();
  clock.ms = 100;
  assert.equal(breaker.allows(), true);
});

Deno.test("Breaker.allows() gives another trial when the first one never reports", () => {
  const { breaker, clock } = clocked();
  for (let i = 0; i < 3; i++) breaker.failed();
  clock.ms = 100;
  assert.equal(breaker.allows(), true);
  clock.ms = 199;
  assert.equal(breaker.allows(), false);
  clock.ms = 200;
  assert.equal(breaker.allows(), true);
});
