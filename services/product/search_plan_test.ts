import assert from "node:assert/strict";
import fc from "fast-check";
import { planWalk, type ProductMatch } from "./search_plan.ts";

function walk(matches: number, products: number, more: Partial<ProductMatch> = {}) {
  const terms = { query: "'x'", inName: matches, anywhere: matches, products };
  return planWalk({ terms, place: "anywhere", sort: "new", ...more }, 20);
}

Deno.test("planWalk() walks for what is common, and sorts what is rare", () => {
  assert.deepEqual(
    [
      walk(500_000, 1_000_000),
      walk(50_000, 1_000_000),
      walk(1_000, 1_000_000),
      walk(0, 1_000_000),
      walk(0, 0),
      walk(20_000, 1_000_000, { place: "name", sort: "sales" }),
      walk(1_000, 1_000_000, { place: "name", sort: "sales" }),
      // All of them in the name leave none that are elsewhere.
      walk(500_000, 1_000_000, { place: "elsewhere" }),
    ],
    [160, 1_600, undefined, undefined, 0, 4_000, undefined, undefined],
  );
});

Deno.test("planWalk() believes what is known rather than a low estimate", () => {
  const terms = { query: "'x'", inName: 20, anywhere: 20, products: 1_000_000 };
  const match = { terms, place: "name", sort: "sales" } as const;
  assert.deepEqual([planWalk(match, 20), planWalk(match, 20, 20_000)], [undefined, 4_000]);
});

Deno.test("planWalk() is never longer than its limit", () => {
  const count = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(fc.property(count, count, (matches, products) => {
    const planned = walk(matches, products, { place: "name", sort: "sales" }) ?? 0;
    assert.ok(planned >= 0 && planned <= 30_000);
  }));
});
