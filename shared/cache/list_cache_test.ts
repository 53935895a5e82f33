import assert from "node:assert/strict";
import fc from "fast-check";
import { eventually } from "../../tests/support/eventually.ts";
import {
  type ListBench,
  member,
  newest,
  openListBench,
  queryTable,
} from "../../tests/support/list_bench.ts";
import { Refusal } from "../errors.ts";
import { createLogger } from "../log.ts";
import type { Cursor, Page, Position, SortDirection } from "../paging.ts";
import { createListCache, type ListKey } from "./list_cache.ts";

const log = createLogger({ write: () => {} });

type Rows = readonly (readonly [value: number, id: number])[];

/** Writes rows past the cache. */
function insert(bench: ListBench, rows: Rows): void {
  for (const [value, id] of rows) bench.table.set(BigInt(id), BigInt(value));
}

/** `count` rows whose value is their id. */
function insertMany(bench: ListBench, count: number): void {
  for (let id = 1; id <= count; id++) bench.table.set(BigInt(id), BigInt(id));
}

/** Reads the first page and waits until the list is kept. */
async function fill(bench: ListBench, list: ListKey = newest): Promise<void> {
  await bench.cache.page(list, undefined, 1);
  await eventually("the fill", () => bench.redis.exists(bench.keyOf(list)));
}

function ids({ items, isEnd }: Page<Position<bigint>, bigint>) {
  return { ids: items.map((row) => Number(row.id)), isEnd };
}

Deno.test("page() loads a list once, keeps it and then answers from Redis", async () => {
  await using bench = await openListBench();
  insertMany(bench, 12);
  assert.deepEqual(await bench.cache.page(newest, undefined, 2), {
    items: [{ value: 12n, id: 12n }, { value: 11n, id: 11n }],
    isEnd: false,
    last: { value: 11n, id: 11n },
  });
  await eventually("the fill", () => bench.redis.exists(bench.keyOf(newest)));
  const second = await bench.cache.page(newest, { value: 11n, lastId: 11n }, 3);
  assert.deepEqual(ids(second), { ids: [10, 9, 8], isEnd: false });
  assert.deepEqual(bench.loads, [11]);
  const { hits, misses, fills, sqlPages, redisErrors } = bench.cache.counters;
  assert.deepEqual({ hits, misses, fills, sqlPages, redisErrors }, {
    hits: 1,
    misses: 1,
    fills: 1,
    sqlPages: 0,
    redisErrors: 0,
  });
  const ttl = await bench.redis.pttl(bench.keyOf(newest));
  assert.ok(ttl > 56_000 && ttl <= 63_000, `${ttl} ms`);
});

Deno.test("page() goes on from SQL behind what is kept, and leaves that as it is", async () => {
  await using bench = await openListBench();
  insertMany(bench, 30);
  await fill(bench);
  const kept = await bench.kept(newest);
  assert.equal(kept.length, 11);
  const border = await bench.cache.page(newest, { value: 23n, lastId: 23n }, 4);
  assert.deepEqual(ids(border), { ids: [22, 21, 20, 19], isEnd: false });
  const deep = await bench.cache.page(newest, { value: 3n, lastId: 3n }, 4);
  assert.deepEqual(ids(deep), { ids: [2, 1], isEnd: true });
  assert.deepEqual(bench.loads, [11, 5, 5]);
  assert.equal(bench.cache.counters.sqlPages, 2);
  assert.deepEqual(await bench.kept(newest), kept);
});

Deno.test("page() of a list that is not kept fills it from its top, also if asked for its middle", async () => {
  await using bench = await openListBench();
  insertMany(bench, 30);
  const deep = await bench.cache.page(newest, { value: 10n, lastId: 10n }, 4);
  assert.deepEqual(ids(deep), { ids: [9, 8, 7, 6], isEnd: false });
  assert.deepEqual(bench.loads, [11, 5]);
  await eventually("the fill", () => bench.redis.exists(bench.keyOf(newest)));
  assert.deepEqual(ids(await bench.cache.page(newest, undefined, 2)), {
    ids: [30, 29],
    isEnd: false,
  });
  assert.deepEqual(bench.loads, [11, 5]);
});

Deno.test("page() knows the end of a list that is kept whole, and keeps an empty one shortly", async () => {
  await using bench = await openListBench({ ttlMs: 600_000 });
  await bench.cache.page(newest, undefined, 2);
  await eventually("the fill", () => bench.redis.exists(bench.keyOf(newest)));
  assert.deepEqual(await bench.kept(newest), ["complete"]);
  const ttl = await bench.redis.pttl(bench.keyOf(newest));
  assert.ok(ttl > 56_000 && ttl <= 63_000, `${ttl} ms`);
  const empty = { items: [], isEnd: true, last: undefined };
  assert.deepEqual(await bench.cache.page(newest, undefined, 2), empty);
  const all = { group: "8", name: "all", direction: "asc" } as const;
  insertMany(bench, 10);
  await fill(bench, all);
  assert.deepEqual(ids(await bench.cache.page(all, { value: 7n }, 5)), {
    ids: [8, 9, 10],
    isEnd: true,
  });
  assert.deepEqual(ids(await bench.cache.page(all, { value: 7n }, 3)), {
    ids: [8, 9, 10],
    isEnd: true,
  });
  assert.deepEqual(bench.loads, [11, 11]);
});

Deno.test("page() starts after a cursor as isAfter() has it, in Redis too", async () => {
  await using bench = await openListBench({ keepMax: 300 });
  for (let id = 1; id <= 250; id++) bench.table.set(BigInt(id * 2), BigInt(id % 3 - 1));
  bench.table.set(2n ** 63n - 1n, 2n ** 53n);
  bench.table.set(0n, -(2n ** 53n));
  const value = fc.oneof(
    fc.bigInt({ min: -3n, max: 3n }),
    fc.constantFrom(2n ** 53n, -(2n ** 53n), 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)),
  );
  const lastId = fc.oneof(
    fc.bigInt({ min: -2n, max: 510n }),
    fc.constantFrom(2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n)),
  );
  const cursor = fc.tuple(value, fc.option(lastId)).map(([value, lastId]): Cursor<bigint> => {
    return lastId === null ? { value } : { value, lastId };
  });
  for (const direction of ["desc", "asc"] satisfies SortDirection[]) {
    const list = { group: "7", name: direction, direction };
    await fill(bench, list);
    const property = fc.asyncProperty(cursor, fc.integer({ min: 1, max: 9 }), async (after, ps) => {
      const { items } = await bench.cache.page(list, after, ps);
      assert.deepEqual(items, queryTable(bench.table, list, after, ps));
    });
    await fc.assert(property, { numRuns: 150 });
  }
  assert.equal(bench.loads.length, 2);
});

Deno.test("page() loads once for 200 readers at once", async () => {
  await using bench = await openListBench();
  insertMany(bench, 12);
  const calls = Array.from({ length: 200 }, () => bench.cache.page(newest, undefined, 2));
  for (const page of await Promise.all(calls)) {
    assert.deepEqual(ids(page), { ids: [12, 11], isEnd: false });
  }
  assert.deepEqual(bench.loads, [11]);
  assert.equal(bench.cache.counters.sharedFlights, 199);
});

Deno.test("page() lets one of two processes load, the other one waits for Redis", async () => {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let loads = 0;
  await using bench = await openListBench({
    load: async () => {
      loads++;
      reached.resolve();
      await gate.promise;
      return [{ value: 1n, id: 1n }];
    },
  });
  const other = bench.another();
  const first = bench.cache.page(newest, undefined, 2);
  await reached.promise;
  const calls = Array.from({ length: 100 }, () => other.page(newest, undefined, 2));
  await eventually("they wait", () => other.counters.sharedFlights === 99);
  gate.resolve();
  for (const page of [await first, ...await Promise.all(calls)]) {
    assert.deepEqual(ids(page), { ids: [1], isEnd: true });
  }
  assert.equal(loads, 1);
});

Deno.test("page() reads its page alone when the process that fills does not come to an end", async () => {
  await using bench = await openListBench();
  insertMany(bench, 30);
  await bench.redis.set(`${bench.keyOf(newest)}:lease`, "of a process that died", "PX", 60_000);
  const calls = Array.from({ length: 100 }, () => bench.cache.page(newest, undefined, 2));
  for (const page of await Promise.all(calls)) {
    assert.deepEqual(ids(page), { ids: [30, 29], isEnd: false });
  }
  assert.deepEqual(bench.loads, [3]);
  assert.equal(await bench.redis.exists(bench.keyOf(newest)), 0);
});

/** A cache whose first load reads the table and then waits, as a slow query does. */
async function openSlowBench() {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  let loads = 0;
  const bench: ListBench = await openListBench({
    load: async (list, after, limit) => {
      const rows = queryTable(bench.table, list, after, limit);
      if (loads++ === 0) {
        reached.resolve();
        await gate.promise;
      }
      return rows;
    },
  });
  return { bench, reached: reached.promise, letGo: gate.resolve, loads: () => loads };
}

Deno.test("a load that read before a change does not fill, and who comes after it reads anew", async () => {
  const { bench, reached, letGo, loads } = await openSlowBench();
  await using _ = bench;
  insert(bench, [[1, 1], [2, 2]]);
  const slow = bench.cache.page(newest, undefined, 5);
  await reached;
  insert(bench, [[9, 1]]);
  await bench.another().put("7", { id: 1n, version: 2n, values: { new: 9n } });
  assert.deepEqual(ids(await bench.cache.page(newest, undefined, 5)), { ids: [1, 2], isEnd: true });
  letGo();
  assert.deepEqual(ids(await slow), { ids: [2, 1], isEnd: true });
  await eventually("the refusal", () => bench.cache.counters.fillsRefused === 1);
  assert.deepEqual(ids(await bench.cache.page(newest, undefined, 5)), { ids: [1, 2], isEnd: true });
  assert.equal(loads(), 2);
});

Deno.test("a reader who sees that nothing was put joins a load that began before it came", async () => {
  const { bench, reached, letGo, loads } = await openSlowBench();
  await using _ = bench;
  insert(bench, [[1, 1], [2, 2]]);
  const slow = bench.cache.page(newest, undefined, 5);
  await reached;
  await bench.cache.put("7", { id: 5n, version: 1n, values: { other: 9n } });
  const late = bench.cache.page(newest, { value: 2n }, 5);
  await eventually("it has joined", () => bench.cache.counters.sharedFlights === 1);
  letGo();
  assert.deepEqual(ids(await late), { ids: [1], isEnd: true });
  assert.deepEqual(ids(await slow), { ids: [2, 1], isEnd: true });
  assert.equal(loads(), 1);
});

Deno.test("a flush under a load takes its right to fill away", async () => {
  const { bench, reached, letGo } = await openSlowBench();
  await using _ = bench;
  insert(bench, [[1, 1]]);
  const slow = bench.cache.page(newest, undefined, 5);
  await reached;
  await bench.redis.del(`${bench.keyOf(newest)}:lease`);
  letGo();
  await slow;
  await eventually("the refusal", () => bench.cache.counters.fillsRefused === 1);
  assert.equal(await bench.redis.exists(bench.keyOf(newest)), 0);
});

Deno.test("a load that fails tells all who wait, and lets the next one load at once", async () => {
  let loads = 0;
  await using bench = await openListBench({
    load: () => {
      if (++loads === 1) return Promise.reject(new Error("the database said no"));
      return Promise.resolve([{ value: 1n, id: 1n }]);
    },
  });
  const calls = [1, 2, 3].map(() => bench.cache.page(newest, undefined, 5));
  for (const call of calls) await assert.rejects(call, /the database said no/);
  assert.deepEqual(ids(await bench.cache.page(newest, undefined, 5)), { ids: [1], isEnd: true });
  const { loads: counted, loadErrors } = bench.cache.counters;
  assert.deepEqual({ loads, counted, loadErrors }, { loads: 2, counted: 2, loadErrors: 1 });
});

Deno.test("a load that hangs is given up as unavailable", async () => {
  const gate = Promise.withResolvers<Position<bigint>[]>();
  await using bench = await openListBench({ load: () => gate.promise, loadMaxMs: 30 });
  await assert.rejects(
    bench.cache.page(newest, undefined, 5),
    (error) => error instanceof Refusal && error.retryable,
  );
  gate.resolve([]);
});

Deno.test("a value that no score holds is served from SQL and not kept", async () => {
  await using bench = await openListBench();
  bench.table.set(1n, 2n ** 53n + 1n);
  bench.table.set(2n, 5n);
  const first = await bench.cache.page(newest, undefined, 1);
  assert.deepEqual(first.items, [{ value: 2n ** 53n + 1n, id: 1n }]);
  await eventually("noted", () => bench.redis.exists(bench.keyOf(newest)));
  assert.deepEqual(await bench.kept(newest), ["prefix"]);
  const second = await bench.cache.page(newest, { value: 2n ** 53n + 1n, lastId: 1n }, 1);
  assert.deepEqual(ids(second), { ids: [2], isEnd: true });
  assert.deepEqual(bench.loads, [11, 2]);
  const ttl = await bench.redis.pttl(bench.keyOf(newest));
  assert.ok(ttl > 55_000 && ttl <= 63_000, `${ttl} ms`);
  await bench.cache.put("7", { id: 1n, version: 2n, values: { new: 3n } });
  assert.equal(await bench.redis.exists(bench.keyOf(newest)), 0);
});

Deno.test("what is no list of ours is dropped and read anew", async () => {
  await using bench = await openListBench();
  insertMany(bench, 3);
  const key = bench.keyOf(newest);
  const breaks: (() => Promise<unknown>)[] = [
    () => bench.redis.set(key, "a text"),
    () => bench.redis.zadd(key, 3, member(3)),
    () => bench.redis.zadd(key, "-inf", "complete", 3, "3"),
    () => bench.redis.zadd(key, "-inf", "complete", 2.5, member(3)),
    () => bench.redis.zadd(key, "-inf", "complete", "-inf", "also"),
    () => bench.redis.zadd(key, "inf", "complete", 3, member(3)),
  ];
  for (const [at, break_] of breaks.entries()) {
    await bench.redis.del(key);
    await break_();
    const page = await bench.cache.page(newest, undefined, 5);
    assert.deepEqual(ids(page), { ids: [3, 2, 1], isEnd: true }, `${at}`);
    assert.equal(bench.cache.counters.broken, at + 1);
    await eventually("mended", async () => (await bench.redis.type(key)) === "zset");
  }
  assert.equal(bench.cache.counters.redisErrors, 0);
  await bench.redis.del(key);
  await bench.redis.rpush(`${key}:lease`, "no lease");
  assert.deepEqual(ids(await bench.cache.page(newest, undefined, 5)), {
    ids: [3, 2, 1],
    isEnd: true,
  });
  await eventually("mended", () => bench.redis.exists(key));
});

Deno.test("what no list can be is refused", async () => {
  await using bench = await openListBench();
  const { cache } = bench;
  for (const ps of [0, 1.5, 1_001]) {
    await assert.rejects(cache.page(newest, undefined, ps), RangeError);
  }
  await assert.rejects(cache.page({ group: "7", name: "a:lease" }, undefined, 1), RangeError);
  await assert.rejects(cache.page({ group: "{7", name: "a" }, undefined, 1), RangeError);
  const { redis } = bench;
  const options = { redis, log, name: "test", ttlMs: 1, load: () => Promise.resolve([]) };
  for (const keepMax of [0, 10_001]) {
    assert.throws(() => createListCache({ ...options, keepMax }), RangeError);
  }
});
