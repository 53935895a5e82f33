import assert from "node:assert/strict";
import { createListEnds } from "./list_ends.ts";

Deno.test("covers() is true at and behind the nearest noted cursor, for each list by itself", () => {
  const ends = createListEnds();
  ends.note("a", { value: 5n, lastId: 7n });
  ends.note("a", { value: 4n, lastId: 9n });
  ends.note("up", { value: 5n, lastId: 7n }, "asc");
  const cases: [string, bigint, bigint, boolean][] = [
    ["a", 5n, 7n, true],
    ["a", 5n, 6n, true],
    ["a", 4n, 99n, true],
    ["a", 5n, 8n, false],
    ["a", 6n, 1n, false],
    ["b", 1n, 1n, false],
  ];
  for (const [key, value, lastId, covered] of cases) {
    assert.deepEqual([key, value, lastId, ends.covers(key, { value, lastId })], [
      key,
      value,
      lastId,
      covered,
    ]);
  }
  assert.equal(ends.covers("up", { value: 6n, lastId: 1n }, "asc"), true);
  assert.equal(ends.covers("up", { value: 4n, lastId: 9n }, "asc"), false);
});

Deno.test("covers() knows nothing of first pages and of cursors without an id", () => {
  const ends = createListEnds();
  ends.note("a", undefined);
  ends.note("a", { value: 9n });
  assert.equal(ends.covers("a", undefined), false);
  assert.equal(ends.covers("a", { value: 1n }), false);
  assert.equal(ends.covers("a", { value: 1n, lastId: 1n }), false);
});
