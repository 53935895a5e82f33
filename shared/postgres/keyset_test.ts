import assert from "node:assert/strict";
import fc from "fast-check";
import { createTestDatabase } from "../../tests/support/database.ts";
import { createLogger } from "../log.ts";
import {
  comparePositions,
  type Cursor,
  isAfter,
  type Position,
  type SortDirection,
} from "../paging.ts";
import { keysetAfter, type KeysetKind } from "./keyset.ts";
import { openPostgres, type Sql } from "./pool.ts";

const log = createLogger({ write: () => {} });
const int64Max = 2n ** 63n - 1n;
const int64Min = -(2n ** 63n);

/** Rows with ties, and with the ends of what each kind of column can hold. */
const values: Readonly<Record<KeysetKind, readonly bigint[]>> = {
  int4: [-(2n ** 31n), -1n, 0n, 0n, 0n, 7n, 7n, 2n ** 31n - 1n],
  int8: [int64Min, -1n, 0n, 0n, 0n, 7n, 7n, int64Max],
  time: [-62_135_596_800_000n, -1n, 0n, 0n, 0n, 7n, 7n, 253_402_300_799_999n],
};

/** Values at, beside and between those of the rows, and both ends of int64 and one beyond. */
function cursorValue(kind: KeysetKind): fc.Arbitrary<bigint> {
  const near = fc.tuple(fc.constantFrom(...values[kind]), fc.bigInt({ min: -1n, max: 1n }))
    .map(([value, step]) => value + step);
  return fc.oneof(near, fc.bigInt({ min: int64Min - 1n, max: int64Max + 1n }));
}

function cursor(kind: KeysetKind): fc.Arbitrary<Cursor<bigint> | undefined> {
  const lastId = fc.oneof(fc.bigInt({ min: -1n, max: 9n }), fc.constantFrom(int64Min, int64Max));
  return fc.option(
    fc.tuple(cursorValue(kind), fc.option(lastId)).map(([value, id]) => {
      return id === null ? { value } : { value, lastId: id };
    }),
    { nil: undefined, freq: 10 },
  );
}

async function createRows(sql: Sql): Promise<void> {
  await sql`CREATE TABLE stand (id bigint, int4 int, int8 bigint, time timestamptz(3))`;
  for (let at = 0; at < values.int8.length; at++) {
    const { int4, int8, time } = values;
    await sql`
      INSERT INTO stand VALUES (${at + 1}, ${int4[at] ?? 0n}, ${int8[at] ?? 0n},
                                ${new Date(Number(time[at]))})`;
  }
}

async function query(
  sql: Sql,
  { kind, direction }: { kind: KeysetKind; direction: SortDirection },
  after: Cursor<bigint> | undefined,
): Promise<Position<bigint>[]> {
  const way = direction === "desc" ? sql`DESC` : sql`ASC`;
  const column = sql`${sql(kind)}`;
  // The client reads years of one digit wrongly.
  const whole = kind === "time" ? sql`(extract(epoch FROM time) * 1000)::bigint` : column;
  const rows = await sql<{ id: bigint; value: bigint | number }[]>`
    SELECT id, ${whole} AS value FROM stand
    WHERE true ${keysetAfter(sql, { value: column, id: sql`id`, kind, direction }, after)}
    ORDER BY ${column} ${way}, id ${way}`;
  return rows.map(({ id, value }) => ({ id, value: BigInt(value) }));
}

Deno.test("keysetAfter()", async (t) => {
  await using database = await createTestDatabase("keyset");
  await using sql = openPostgres({ url: database.url, name: "test-keyset", log });
  await createRows(sql);

  for (const kind of ["int4", "int8", "time"] as const) {
    for (const direction of ["desc", "asc"] as const) {
      await t.step(`is isAfter() in SQL, for ${kind} ${direction}`, async () => {
        const rows = values[kind].map((value, at) => ({ id: BigInt(at + 1), value }));
        const property = fc.asyncProperty(cursor(kind), async (after) => {
          const expected = rows.filter((row) => isAfter(row, after, direction))
            .sort((one, other) => comparePositions(one, other, direction));
          assert.deepEqual(await query(sql, { kind, direction }, after), expected);
        });
        await fc.assert(property, { numRuns: 60 });
      });
    }
  }

  await t.step("compares text ids, and is descending unless told", async () => {
    const keyset = { value: sql`value`, id: sql`id`, kind: "int8" } as const;
    const after = { value: 5n, lastId: "b" };
    const rows = await sql`
      SELECT id FROM (VALUES (5::bigint, 'a'), (5, 'b'), (5, 'c'), (4, 'z')) AS stand (value, id)
      WHERE true ${keysetAfter(sql, keyset, after)} ORDER BY value DESC, id DESC`;
    assert.deepEqual(rows.map((row) => row.id), ["a", "z"]);
  });

  await t.step(
    "lets an index be used, also where the column is narrower than the value",
    async () => {
      await sql`CREATE INDEX stand_by_int4 ON stand (int4, id)`;
      await sql`INSERT INTO stand (id, int4) SELECT n, n % 100 FROM generate_series(100, 5000) AS n`;
      await sql`ANALYZE stand`;
      const keyset = { value: sql`int4`, id: sql`id`, kind: "int4" } as const;
      const plan = await sql`
      EXPLAIN SELECT id FROM stand WHERE true ${
        keysetAfter(sql, keyset, { value: 50n, lastId: 9n })
      }
      ORDER BY int4 DESC, id DESC LIMIT 21`;
      const lines = plan.map((row) => String(row["QUERY PLAN"]).trim().replace(/ +\(cost.*/, ""));
      assert.deepEqual(lines, [
        "Limit",
        "->  Index Only Scan Backward using stand_by_int4 on stand",
        "Index Cond: (ROW(int4, id) < ROW('50'::bigint, '9'::bigint))",
      ]);
    },
  );
});
