import type { HandlerContext } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { Code } from "@connectrpc/connect";
import { Refusal, unavailable } from "../../../shared/errors.ts";
import type { Attempt, RateLimiter } from "../../../shared/limits/rate_limiter.ts";
import { attempt, wrongSecret } from "./attempts.ts";

const limit = { name: "test", max: 3, windowMs: 60_000 };

/** A limiter of one key with three places, and how many are taken. */
function createPlaces() {
  const places = { taken: 0 };
  const limiter: RateLimiter = {
    take() {
      const allowed = places.taken < limit.max;
      if (allowed) places.taken++;
      const answer: Attempt = {
        allowed,
        limit: limit.max,
        remaining: limit.max - places.taken,
        resetMs: 1_000,
        giveBack() {
          if (allowed) places.taken--;
          return Promise.resolve();
        },
      };
      return Promise.resolve(answer);
    },
  };
  return { places, limiter };
}

Deno.test("trying() counts wrong secrets, and nothing else", async () => {
  const { places, limiter } = createPlaces();
  const context = { responseHeader: new Headers() } as HandlerContext;
  const outcomes: [() => Promise<string>, number][] = [
    [() => Promise.resolve("in"), 0],
    [() => Promise.reject(unavailable("password hashing")), 0],
    [() => Promise.reject(new Error("a mistake of ours")), 0],
    [() => Promise.reject(new Refusal(Code.PermissionDenied, "ACCOUNT_DISABLED", "no")), 0],
    [() => Promise.reject(new Refusal(Code.Unauthenticated, wrongSecret, "no")), 1],
    [() => Promise.resolve("in"), 1],
  ];
  for (const [work, taken] of outcomes) {
    const attempts = await attempt(limiter, context, [{ limit, key: "key" }]);
    await attempts.trying(work).catch(() => {});
    assert.equal(places.taken, taken);
  }
});

Deno.test("attempt() refuses as a whole, and gives back what it took", async () => {
  const { places, limiter } = createPlaces();
  const context = { responseHeader: new Headers() } as HandlerContext;
  const four = Array.from({ length: 4 }, () => ({ limit, key: "key" }));
  await assert.rejects(attempt(limiter, context, four), { reason: "TOO_MANY_ATTEMPTS" });
  assert.equal(places.taken, 0);
});
