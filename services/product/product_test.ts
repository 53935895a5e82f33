import assert from "node:assert/strict";
import { ratingHundredths } from "./product.ts";

Deno.test("ratingHundredths() rounds the mean to the hundredth", () => {
  const cases: [bigint, bigint, number][] = [
    [0n, 0n, 0],
    [5n, 1n, 500],
    [14n, 3n, 467],
    [13n, 3n, 433],
    [487n, 100n, 487],
  ];
  assert.deepEqual(
    cases.map(([sum, count]) => ratingHundredths(sum, count)),
    cases.map(([, , expected]) => expected),
  );
});
