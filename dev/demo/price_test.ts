import assert from "node:assert/strict";
import fc from "fast-check";
import { reducedFen, shelfPriceFen } from "./price.ts";
import { createRandom } from "./random.ts";

Deno.test("shelfPriceFen() ends in 00, 90 or 99 and stays near its range", () => {
  const yuan = fc.tuple(fc.integer({ min: 2, max: 5_000 }), fc.nat(5_000));
  fc.assert(fc.property(fc.string(), yuan, (label, [low, span]) => {
    const fen = shelfPriceFen(createRandom(label), [low, low + span]);
    assert.ok([0n, 90n, 99n].includes(fen % 100n), `${fen}`);
    assert.ok(fen >= BigInt(low - 2) * 100n && fen <= BigInt(low + span + 100) * 100n, `${fen}`);
  }));
});

Deno.test("reducedFen() rounds down to whole yuan and never to nothing", () => {
  const cases: [bigint, number, bigint][] = [
    [19_900n, 50, 9_900n],
    [10_000n, 40, 4_000n],
    [99n, 50, 100n],
    [10_000n, 112, 11_200n],
  ];
  assert.deepEqual(cases.map(([fen, percent]) => reducedFen(fen, percent)), cases.map((c) => c[2]));
});
