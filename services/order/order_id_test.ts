import assert from "node:assert/strict";
import fc from "fast-check";
import { isOrderId, newOrderId } from "./order_id.ts";

const timeMs = fc.integer({ min: Date.UTC(2020, 0, 1), max: Date.UTC(2100, 0, 1) });
const userId = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

Deno.test("newOrderId() writes time, noise and shard", () => {
  const nowMs = Date.UTC(2022, 5, 9, 12, 34, 56, 789);
  assert.equal(
    newOrderId({ userId: 123n, nowMs, random: 0.0482913 }),
    "2022060912345678904829130123",
  );
});

Deno.test("newOrderId() makes ids of one shape that end in the user's shard", () => {
  fc.assert(fc.property(userId, timeMs, random, (userId, nowMs, random) => {
    const id = newOrderId({ userId, nowMs, random });
    assert.equal(id.length, 28);
    assert.ok(isOrderId(id));
    assert.equal(BigInt(id.slice(-4)), userId % 10_000n);
  }));
});

Deno.test("newOrderId() sorts by time, whoever orders", () => {
  fc.assert(fc.property(userId, userId, timeMs, random, random, (one, other, nowMs, r1, r2) => {
    const earlier = newOrderId({ userId: one, nowMs, random: r1 });
    const later = newOrderId({ userId: other, nowMs: nowMs + 1, random: r2 });
    assert.ok(earlier < later);
  }));
});

Deno.test("isOrderId() refuses what is not 24 to 32 digits", () => {
  const refused = ["", "123", "2022060912345678904829130123x", "-".repeat(28), "1".repeat(33)];
  assert.deepEqual(refused.map(isOrderId), refused.map(() => false));
});
