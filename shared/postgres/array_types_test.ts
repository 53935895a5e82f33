import assert from "node:assert/strict";
import fc from "fast-check";
import { createTestDatabase } from "../../tests/support/database.ts";
import { createLogger } from "../log.ts";
import { openPostgres } from "./pool.ts";

Deno.test("arrays of texts come back as they were sent", async () => {
  await using database = await createTestDatabase();
  await using sql = openPostgres({ url: database.url, name: "test", log: createLogger() });
  // Postgres cannot store the character NUL, nor half of a surrogate pair.
  const text = fc.string({ unit: "grapheme" }).filter((value) => !value.includes("\0"));
  const tricky = fc.constantFrom("NULL", "null", "", '"', "\\", "{a,b}", " a ", "\n", "é,{}");
  const list = fc.array(fc.oneof(text, tricky, fc.constant(null)), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(list, async (values) => {
      const [row] = await sql`SELECT ${values}::text[] AS list`;
      assert.deepEqual(row?.list, values);
    }),
    { numRuns: 60 },
  );
});

Deno.test("arrays of other types keep their types", async () => {
  await using database = await createTestDatabase();
  await using sql = openPostgres({ url: database.url, name: "test", log: createLogger() });
  const id = "0190163d-8694-739b-aea5-966c26f8ad91";
  const time = new Date("2030-01-02T03:04:05.678Z");
  const [row] = await sql`
    SELECT ${[1, 2, null]}::int[] AS ints, ${["9007199254740993"]}::bigint[] AS bigs,
           ${sql.array([true, false])} AS flags, ${sql.array([time])} AS times,
           ${[id]}::uuid[] AS ids, ${[0.5]}::float8[] AS numbers,
           ARRAY['\\x00ff'::bytea] AS bytes, ARRAY['{"a":[1]}'::jsonb] AS documents,
           ARRAY[]::text[] AS none, ${sql.array([3n])} AS list`;
  assert.deepEqual({ ...row, bytes: [...row?.bytes[0] ?? []] }, {
    ints: [1, 2, null],
    bigs: [9007199254740993n],
    flags: [true, false],
    times: [time],
    ids: [id],
    numbers: [0.5],
    bytes: [0, 255],
    documents: [{ a: [1] }],
    none: [],
    list: [3n],
  });
});
