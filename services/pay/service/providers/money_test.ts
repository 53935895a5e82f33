import fc from "fast-check";
import assert from "node:assert/strict";
import { fenOf, yuanText } from "./money.ts";

Deno.test("yuanText() writes two decimals and fenOf() reads them back exactly", () => {
  assert.deepEqual([0n, 1n, 10n, 99n, 100n, 1_999n, 10_000_000_000n].map(yuanText), [
    "0.00",
    "0.01",
    "0.10",
    "0.99",
    "1.00",
    "19.99",
    "100000000.00",
  ]);
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 99_999_999_999_999n }), (fen) => {
    assert.equal(fenOf(yuanText(fen)), fen);
  }));
});

Deno.test("fenOf() reads yuan with fewer decimals, and nothing else", () => {
  assert.deepEqual(["0", "1", "88", "88.8", "88.08", "0.1"].map(fenOf), [
    0n,
    100n,
    8_800n,
    8_880n,
    8_808n,
    10n,
  ]);
  const wrong = [
    ...["", " ", "1e3", "-1", "-0.01", "+1", "1.234", "1.", ".5", "01", "1,00", "1 ", " 1", "1\n"],
    ...["NaN", "Infinity", "0x10", "１", "1.0.0", "1_000", "9".repeat(13)],
  ];
  for (const text of wrong) assert.equal(fenOf(text), undefined, JSON.stringify(text));
});
