import assert from "node:assert/strict";
import fc from "fast-check";
import { createTestDatabase } from "../../tests/support/database.ts";
import { openListBench, walkPages } from "../../tests/support/list_bench.ts";
import { createListTable, down, up } from "../../tests/support/list_table.ts";
import { createLogger } from "../log.ts";
import { comparePositions, type Cursor, cutPage, type Position } from "../paging.ts";
import { openPostgres } from "../postgres/pool.ts";
import type { ListKey } from "./list_cache.ts";

type After = Cursor<bigint> | undefined;

const log = createLogger({ write: () => {} });
const id = fc.bigInt({ min: 1n, max: 40n });
/** Four values for up to forty rows, so that a border of pages or of the cache is among equals. */
const value = fc.bigInt({ min: -1n, max: 2n });
const values = fc.array(value, { maxLength: 40 });
const shape = fc.record({ listOf: fc.constantFrom(down, up), ps: fc.integer({ min: 1, max: 9 }) });
const write = fc.record({ id, value: fc.option(value, { nil: undefined, freq: 3 }) });
const todo = fc.oneof(
  { weight: 19, arbitrary: write },
  { weight: 1, arbitrary: fc.constant("expiry" as const) },
);
type Todo = typeof todo extends fc.Arbitrary<infer T> ? T : never;
/** What is changed before the walk, and then between its pages. */
const schedule = fc.record({
  before: fc.array(todo, { maxLength: 20 }),
  between: fc.array(fc.array(todo, { maxLength: 4 }), { minLength: 8, maxLength: 8 }),
});

const text = (row: Position<bigint>) => `${row.value}/${row.id}`;

Deno.test("a list of which Redis keeps seven rows, over a table of Postgres", async (t) => {
  await using database = await createTestDatabase("list");
  await using sql = openPostgres({ url: database.url, name: "test-list", log });
  const table = await createListTable(sql);
  await using bench = await openListBench({ keepMax: 7, load: table.load });
  const caches = [bench.cache, bench.another()] as const;
  let groups = 0;

  /** Rows 1, 2, … of a group of its own. */
  async function insert(rows: readonly bigint[]): Promise<string> {
    const group = `${++groups}`;
    await Promise.all(rows.map((value, at) => table.write(group, BigInt(at + 1), value)));
    return group;
  }

  function pageOfSql(list: ListKey, after: After, ps: number) {
    return table.load(list, after, ps + 1).then((rows) => cutPage(rows, ps, (row) => row));
  }

  await t.step("answers each page as SQL does, with a last id and without", async () => {
    const property = fc.asyncProperty(values, shape, fc.boolean(), async (rows, shape, withId) => {
      const { listOf, ps } = shape;
      const list = listOf(await insert(rows));
      let after: After;
      for (let pages = 0; pages <= rows.length; pages++) {
        const page = await bench.cache.page(list, after, ps);
        assert.deepEqual(page, await pageOfSql(list, after, ps));
        if (page.isEnd || page.last === undefined) return;
        const { value, id } = page.last;
        after = withId ? { value, lastId: id } : { value };
      }
      throw new Error("the walk does not end");
    });
    await fc.assert(property, { numRuns: 60 });
  });

  await t.step("gives each row that stays once and in order, whatever changes", async () => {
    const property = fc.asyncProperty(values, shape, schedule, async (rows, shape, schedule) => {
      const { listOf, ps } = shape;
      const group = await insert(rows);
      const list = listOf(group);
      let turn = 0;

      /** Either process takes its turn. */
      function page(after: After) {
        return (caches[turn++ % 2] ?? bench.cache).page(list, after, ps);
      }

      async function change(todo: Todo, changed?: (id: bigint) => void): Promise<void> {
        if (todo === "expiry") return void await bench.redis.del(bench.keyOf(list));
        changed?.(todo.id);
        const change = await table.write(group, todo.id, todo.value);
        await caches[turn % 2]?.put(group, change);
      }
      await page(undefined);
      for (const todo of schedule.before) await change(todo);
      const stays = new Map((await table.load(list, undefined, 100)).map((row) => [row.id, row]));
      const seen = await walkPages(page, {
        pagesMax: 200,
        between: async () => {
          const todos = schedule.between[turn % schedule.between.length] ?? [];
          for (const todo of todos) await change(todo, (id) => stays.delete(id));
        },
      });
      assert.ok(isInOrder(seen, list), seen.map(text).join(" "));
      const seenOnce = new Set(seen.map(text));
      assert.deepEqual([...stays.values()].filter((row) => !seenOnce.has(text(row))), []);
      const after = await walkPages(page, { pagesMax: 50 });
      assert.deepEqual(after, await table.load(list, undefined, 100));
    });
    await fc.assert(property, { numRuns: 80 });
  });

  const { hits, sqlPages, broken, redisErrors } = bench.cache.counters;
  assert.ok(hits > 0 && sqlPages > 0);
  assert.deepEqual({ broken, redisErrors }, { broken: 0, redisErrors: 0 });
});

/** Whether each row comes after the one before it: then none is there twice. */
function isInOrder(rows: readonly Position<bigint>[], { direction }: ListKey): boolean {
  return rows.every((row, at) => {
    const next = rows[at + 1];
    return next === undefined || comparePositions(row, next, direction) < 0;
  });
}
