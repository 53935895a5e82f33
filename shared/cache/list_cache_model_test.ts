import assert from "node:assert/strict";
import fc from "fast-check";
import { createTestDatabase } from "../../tests/support/database.ts";
import { openListBench, walkPages } from "../../tests/support/list_bench.ts";
import { createListTable, down, type ListTable, up } from "../../tests/support/list_table.ts";
import { createLogger } from "../log.ts";
import { comparePositions, type Page, type Position } from "../paging.ts";
import { openPostgres } from "../postgres/pool.ts";
import type { ListCache, ListKey } from "./list_cache.ts";

const log = createLogger({ write: () => {} });
const idMax = 12;

/** What happened to each row, and the newest change that every reader must see. */
interface Model {
  readonly history: Map<bigint, { readonly version: bigint; readonly value: bigint | undefined }[]>;
  readonly put: Map<bigint, bigint>;
}

/** A page that was read, and what had been put before it was asked for. */
interface Reading {
  readonly list: ListKey;
  readonly page: Page<Position<bigint>, bigint>;
  readonly putBefore: ReadonlyMap<bigint, bigint>;
}

const step = fc.record({
  process: fc.nat({ max: 1 }),
  kind: fc.constantFrom("read", "read", "read", "write", "write", "delete", "expiry"),
  listOf: fc.constantFrom(down, up),
  id: fc.bigInt({ min: 1n, max: BigInt(idMax) }),
  value: fc.bigInt({ min: 0n, max: 2n }),
  ps: fc.integer({ min: 1, max: 4 }),
  startMs: fc.nat({ max: 15 }),
  /** How long a change takes from its commit to its put: so puts overtake each other. */
  eventMs: fc.nat({ max: 8 }),
  /** How long a load takes after it has read. */
  queryMs: fc.nat({ max: 8 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

Deno.test("two processes never show what was before a put, and end as SQL is", async () => {
  await using database = await createTestDatabase("list");
  await using sql = openPostgres({ url: database.url, name: "test-list", log });
  const table = await createListTable(sql);
  let delays: number[] = [];
  await using bench = await openListBench({
    keepMax: 5,
    load: async (list, after, limit) => {
      const rows = await table.load(list, after, limit);
      await pause(delays.pop() ?? 0);
      return rows;
    },
  });
  const caches = [bench.cache, bench.another()];
  let groups = 0;

  const property = fc.asyncProperty(
    fc.array(step, { minLength: 5, maxLength: 30 }),
    async (steps) => {
      const group = `${++groups}`;
      delays = steps.map((todo) => todo.queryMs);
      const model = await startModel(table, group);
      const readings: Reading[] = [];
      await Promise.all(steps.map(async (todo) => {
        const cache = caches[todo.process];
        assert.ok(cache);
        await pause(todo.startMs);
        if (todo.kind === "read") readings.push(await read(cache, todo, group, model));
        else if (todo.kind === "expiry") await bench.redis.del(bench.keyOf(todo.listOf(group)));
        else await change({ table, cache, model }, todo, group);
      }));
      for (const reading of readings) checkReading(reading, model);
      for (const cache of caches) {
        for (const list of [down(group), up(group)]) {
          const walked = await walkPages((after) => cache.page(list, after, 4), { pagesMax: 20 });
          assert.deepEqual(walked, await table.load(list, undefined, 100));
        }
      }
    },
  );
  await fc.assert(property, { numRuns: 50 });
  assert.ok(caches.some((cache) => cache.counters.fillsRefused > 0));
  assert.ok(caches.some((cache) => cache.counters.oldPuts > 0));
});

/** Two thirds of the rows, never cached before: as if each had been put. */
async function startModel(table: ListTable, group: string): Promise<Model> {
  const model: Model = { history: new Map(), put: new Map() };
  for (let id = 1n; id <= idMax; id++) {
    if (id % 3n === 0n) continue;
    const { version } = await table.write(group, id, id % 2n);
    model.history.set(id, [{ version, value: id % 2n }]);
    model.put.set(id, version);
  }
  return model;
}

async function read(
  cache: ListCache<ListKey>,
  { listOf, ps }: Step,
  group: string,
  model: Model,
): Promise<Reading> {
  const list = listOf(group);
  const putBefore = new Map(model.put);
  return { list, page: await cache.page(list, undefined, ps), putBefore };
}

async function change(
  { table, cache, model }: { table: ListTable; cache: ListCache<ListKey>; model: Model },
  { kind, id, value, eventMs }: Step,
  group: string,
): Promise<void> {
  const to = kind === "delete" ? undefined : value;
  const written = await table.write(group, id, to);
  const { version } = written;
  model.history.set(id, [...model.history.get(id) ?? [], { version, value: to }]);
  await pause(eventMs);
  await cache.put(group, written);
  const before = model.put.get(id) ?? 0n;
  model.put.set(id, before > version ? before : version);
}

/** Each row must stand, or be missing, as some change allows that is not older than the last put. */
function checkReading({ list, page, putBefore }: Reading, model: Model): void {
  for (const [id, history] of model.history) {
    const allowed = history.filter(({ version }) => version >= (putBefore.get(id) ?? 0n));
    const unknownBefore = !putBefore.has(id);
    const item = page.items.find((row) => row.id === id);
    const fits = item === undefined
      ? unknownBefore || allowed.some(({ value }) => value === undefined || isBehind({ value, id }))
      : allowed.some(({ value }) => value === item.value);
    assert.ok(fits, `row ${id} of ${list.name} shows what was before a put`);
  }

  function isBehind(row: Position<bigint>): boolean {
    return !page.isEnd && page.last !== undefined &&
      comparePositions(row, page.last, list.direction) > 0;
  }
}
