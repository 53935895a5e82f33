import assert from "node:assert/strict";
import fc from "fast-check";
import { yuan } from "./money.ts";

Deno.test("yuan() shows fen as yuan", () => {
  assert.deepEqual([1999n, 0n, 1n, -5n, 100n].map(yuan), [19.99, 0, 0.01, -0.05, 1]);
});

Deno.test("yuan() prints exactly, up to 70 trillion", () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 46n * 100n - 1n }), (fen) => {
    const [whole = "", part = ""] = JSON.stringify(yuan(fen)).split(".");
    assert.equal(BigInt(whole + part.padEnd(2, "0")), fen);
  }));
});
