import assert from "node:assert/strict";
import fc from "fast-check";
import {
  comparePositions,
  type Cursor,
  cutPage,
  isAfter,
  pageSize,
  type Position,
  readCursor,
  type SortDirection,
  wireValue,
} from "./paging.ts";

type Row = Position<bigint>;
const direction = fc.constantFrom<SortDirection>("desc", "asc");
const rowsWithTies = fc.uniqueArray(
  fc.record({ value: fc.bigInt({ min: 0n, max: 6n }), id: fc.bigInt({ min: 1n, max: 200n }) }),
  { selector: (row) => row.id, maxLength: 60 },
);
const size = fc.integer({ min: 1, max: 7 });

/** What the SQL of the module's head does. */
function query(rows: readonly Row[], way: SortDirection, cursor?: Cursor<bigint>, limit = 50) {
  return rows.filter((row) => isAfter(row, cursor, way))
    .sort((one, other) => comparePositions(one, other, way))
    .slice(0, limit);
}

/** All pages as a client walks them over the wire. */
function walk(
  rows: readonly Row[],
  ps: number,
  way: SortDirection,
  { withLastId, betweenPages = (all) => all }: {
    withLastId: boolean;
    betweenPages?: (rows: readonly Row[]) => readonly Row[];
  },
): Row[] {
  const seen: Row[] = [];
  let cursor: bigint | undefined;
  let lastId: bigint | undefined;
  let all = rows;
  for (let pages = 0; pages <= rows.length + 1; pages++) {
    const from = readCursor(cursor, lastId, { zeroBased: true });
    const page = cutPage(query(all, way, from, ps + 1), ps, (row) => row);
    seen.push(...page.items);
    if (page.isEnd || !page.last) return seen;
    cursor = wireValue(page.last.value);
    if (withLastId) lastId = page.last.id;
    all = betweenPages(all);
  }
  throw new Error("the walk does not end");
}

Deno.test("pageSize() sets an illegal size to 20", () => {
  const table: [unknown, number][] = [
    [1, 1],
    [20, 20],
    [50, 50],
    [7n, 7],
    [0, 20],
    [-1, 20],
    [51, 20],
    [10_000, 20],
    [1.5, 20],
    [NaN, 20],
    [Infinity, 20],
    [2n ** 63n, 20],
    ["30", 20],
    ["abc", 20],
    [undefined, 20],
    [null, 20],
  ];
  for (const [ps, expected] of table) assert.equal(pageSize(ps), expected, String(ps));
});

Deno.test("readCursor() takes 0 and empty as absent", () => {
  assert.equal(readCursor(undefined, 5n), undefined);
  assert.equal(readCursor(0n, 5n), undefined);
  assert.deepEqual(readCursor(9n, 0n), { value: 9n });
  assert.deepEqual(readCursor(9n, ""), { value: 9n });
  assert.deepEqual(readCursor(9n, "20220609"), { value: 9n, lastId: "20220609" });
  assert.deepEqual(readCursor(wireValue(0n), 5n, { zeroBased: true }), { value: 0n, lastId: 5n });
});

Deno.test("cutPage() takes the row too many for a sign", () => {
  const rows = [3n, 2n, 1n].map((id) => ({ value: id, id }));
  const page = (ps: number) => cutPage(rows, ps, (row) => row);
  assert.deepEqual(page(2), { items: rows.slice(0, 2), isEnd: false, last: rows[1] });
  assert.deepEqual(page(3), { items: rows, isEnd: true, last: rows[2] });
  assert.deepEqual(cutPage([], 3, () => ({ value: 0n, id: 0n })), {
    items: [],
    isEnd: true,
    last: undefined,
  });
});

Deno.test("a walk with last_id sees each row once, in order, ties or not", () => {
  fc.assert(fc.property(rowsWithTies, size, direction, (rows, ps, way) => {
    assert.deepEqual(walk(rows, ps, way, { withLastId: true }), query(rows, way, undefined, 100));
  }));
});

Deno.test("a walk with last_id sees each old row once while rows are inserted", () => {
  fc.assert(fc.property(rowsWithTies, size, direction, (rows, ps, way) => {
    let fresh = 1_000n;
    const betweenPages = (all: readonly Row[]) => [...all, { value: fresh % 7n, id: fresh++ }];
    const seen = [];
    try {
      seen.push(...walk(rows, ps, way, { withLastId: true, betweenPages }));
    } catch {
      // Inserts may outrun the reader of small pages.
      return;
    }
    const old = seen.filter((row) => row.id < 1_000n);
    assert.deepEqual(old, query(rows, way, undefined, 100));
    assert.equal(new Set(seen.map((row) => row.id)).size, seen.length);
  }));
});

Deno.test("a walk without last_id ends, repeats nothing and loses only ties", () => {
  fc.assert(fc.property(rowsWithTies, size, direction, (rows, ps, way) => {
    const seen = walk(rows, ps, way, { withLastId: false });
    assert.equal(new Set(seen.map((row) => row.id)).size, seen.length);
    const values = new Set(rows.map((row) => row.value));
    assert.deepEqual(new Set(seen.map((row) => row.value)), values);
    if (values.size === rows.length) assert.deepEqual(seen, query(rows, way, undefined, 100));
  }));
});

Deno.test("isAfter() compares text ids as bytes", () => {
  const cursor = { value: 5n, lastId: "20220609" };
  assert.equal(isAfter({ value: 5n, id: "20220608" }, cursor), true);
  assert.equal(isAfter({ value: 5n, id: "20220609" }, cursor), false);
  assert.equal(isAfter({ value: 5n, id: "20220610" }, cursor), false);
  assert.equal(isAfter({ value: 5n, id: "20220610" }, cursor, "asc"), true);
});
