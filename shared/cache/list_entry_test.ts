import assert from "node:assert/strict";
import fc from "fast-check";
import { isAfter } from "../paging.ts";
import { entriesOf, fits, padded, readEntries, seekOf } from "./list_entry.ts";

const int64Max = 2n ** 63n - 1n;

Deno.test("padded() sorts as numbers do, up to int64's maximum", () => {
  const ids = [0n, 1n, 9n, 10n, 2n ** 53n + 1n, int64Max];
  assert.deepEqual(
    ids.map((id) => padded("an id", id)).sort(),
    ids.map((id) => padded("an id", id)),
  );
  assert.throws(() => padded("an id", -1n), RangeError);
  assert.throws(() => padded("an id", int64Max + 1n), RangeError);
});

Deno.test("fits() takes the whole numbers that a double holds", () => {
  const values = [2n ** 53n, -(2n ** 53n), 2n ** 53n + 1n, -(2n ** 53n) - 1n];
  assert.deepEqual(values.map((value) => fits({ value, id: 1n })), [true, true, false, false]);
  assert.deepEqual([-1n, int64Max + 1n].map((id) => fits({ value: 1n, id })), [false, false]);
});

Deno.test("seekOf() means the same rows as the cursor", () => {
  const number = fc.oneof(
    fc.bigInt({ min: -3n, max: 3n }),
    fc.constantFrom(-(2n ** 64n), -(2n ** 53n), 2n ** 53n, int64Max, 2n ** 64n),
  );
  const value = fc.constantFrom(-(2n ** 53n), -2n, -1n, 0n, 1n, 2n, 2n ** 53n);
  const id = fc.constantFrom(0n, 1n, 2n, int64Max);
  const direction = fc.constantFrom("desc" as const, "asc" as const);
  const cursor = fc.tuple(number, fc.option(number)).map(([value, lastId]) => {
    return lastId === null ? { value } : { value, lastId };
  });
  fc.assert(fc.property(fc.record({ value, id }), cursor, direction, (row, after, direction) => {
    const seek = seekOf(after, direction);
    const lastId = seek.member === "" ? undefined : BigInt(seek.member);
    const read = { value: BigInt(seek.value), ...(lastId === undefined ? {} : { lastId }) };
    assert.equal(isAfter(row, read, direction), isAfter(row, after, direction));
  }));
});

Deno.test("readEntries() gives back what entriesOf() wrote, and refuses what nobody wrote", () => {
  const rows = [{ value: -5n, id: int64Max }, { value: 2n ** 53n, id: 0n }];
  const entries = entriesOf(rows, "complete", "asc");
  assert.deepEqual(entries.slice(0, 2), ["inf", "complete"]);
  const pairs = [entries[3], entries[2], entries[5], entries[4]].map(String);
  assert.deepEqual(readEntries(pairs), rows);
  const broken = [["7", "1"], ["x".repeat(19), "1"], ["9".repeat(19), "1"], [member(7), "1.5"]];
  broken.push([member(7), "inf"], [member(7), ""], [member(7), "1e+17"], [
    member(7),
    "9".repeat(16),
  ]);
  for (const pair of broken) {
    assert.equal(readEntries([...pairs, ...pair]), undefined, String(pair));
  }

  function member(id: number): string {
    return padded("an id", BigInt(id));
  }
});
