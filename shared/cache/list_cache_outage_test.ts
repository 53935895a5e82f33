import assert from "node:assert/strict";
import { eventually } from "../../tests/support/eventually.ts";
import {
  type ListBench,
  newest,
  openListBench,
  queryTable,
} from "../../tests/support/list_bench.ts";
import { cutPage } from "../paging.ts";
import { startTestRedis } from "../redis/test_server.ts";

function insertMany(bench: ListBench, count: number): void {
  for (let id = 1; id <= count; id++) bench.table.set(BigInt(id), BigInt(id));
}

/** The page as SQL has it. */
function pageOfTable(bench: ListBench, after: bigint, ps: number) {
  const cursor = { value: after, lastId: after };
  return cutPage(queryTable(bench.table, newest, cursor, ps + 1), ps, (row) => row);
}

/** Reads until Redis answers again. */
async function hitsAgain(bench: ListBench): Promise<void> {
  const before = bench.cache.counters.hits;
  await eventually("hits again", async () => {
    await bench.cache.page(newest, undefined, 2);
    return bench.cache.counters.hits > before;
  });
}

Deno.test("without Redis pages stay right, loads bounded, and puts are refused", async () => {
  await using server = await startTestRedis();
  let running = 0;
  let most = 0;
  const bench: ListBench = await openListBench({
    load: async (list, after, limit) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      return queryTable(bench.table, list, after, limit);
    },
    loadsInFlightMax: 4,
    loadsWaitingMax: 1_000,
  }, server.url);
  await using _ = bench;
  insertMany(bench, 100);
  await hitsAgain(bench);
  await server.stop();
  const cursors = Array.from({ length: 99 }, (_, at) => BigInt(at + 1));
  const pages = await Promise.all(cursors.map((value) => {
    return bench.cache.page(newest, { value, lastId: value }, 3);
  }));
  assert.deepEqual(pages, cursors.map((value) => pageOfTable(bench, value, 3)));
  assert.equal(most, 4);
  await assert.rejects(bench.cache.put("7", { id: 1n, version: 1n, values: { new: 5n } }));
  await server.start();
  await hitsAgain(bench);
  await bench.cache.put("7", { id: 1n, version: 1n, values: { new: 500n } });
  assert.equal((await bench.cache.page(newest, undefined, 1)).last?.id, 1n);
});

Deno.test("without Redis those who want the same page share its load", async () => {
  await using server = await startTestRedis();
  await using bench = await openListBench({}, server.url);
  insertMany(bench, 30);
  await server.stop();
  await eventually("lost", () => bench.redis.status !== "ready");
  const calls = Array.from({ length: 200 }, () => bench.cache.page(newest, undefined, 3));
  for (const page of await Promise.all(calls)) assert.equal(page.last?.id, 28n);
  assert.deepEqual(bench.loads, [4]);
});

Deno.test("too many waiting loads are refused", async () => {
  const gate = Promise.withResolvers<void>();
  await using bench = await openListBench({
    load: async () => {
      await gate.promise;
      return [];
    },
    loadsInFlightMax: 1,
    loadsWaitingMax: 1,
  });
  const calls = ["a", "b", "c"].map((name) => bench.cache.page({ group: "7", name }, undefined, 1));
  const settled = Promise.allSettled(calls);
  await eventually("one is refused", () => bench.cache.counters.loadErrors === 1);
  gate.resolve();
  const statuses = (await settled).map((answer) => answer.status);
  assert.deepEqual(statuses.sort(), ["fulfilled", "fulfilled", "rejected"]);
});

Deno.test("a flush in between only costs loads", async () => {
  await using server = await startTestRedis();
  await using bench = await openListBench({}, server.url);
  insertMany(bench, 30);
  await hitsAgain(bench);
  await bench.redis.flushall();
  await bench.redis.script("FLUSH");
  const page = await bench.cache.page(newest, { value: 25n, lastId: 25n }, 3);
  assert.deepEqual(page, pageOfTable(bench, 25n, 3));
  assert.deepEqual(bench.loads, [11, 11]);
  await hitsAgain(bench);
});

Deno.test("a frozen Redis costs its timeout a few times, then nothing", async () => {
  await using server = await startTestRedis();
  await using bench = await openListBench({}, server.url);
  insertMany(bench, 30);
  await hitsAgain(bench);
  server.freeze();
  for (let n = 0; n < 3; n++) {
    assert.deepEqual(
      await bench.cache.page(newest, { value: 9n, lastId: 9n }, 3),
      pageOfTable(bench, 9n, 3),
    );
  }
  assert.ok(bench.cache.counters.redisErrors >= 3);
  const startedMs = performance.now();
  for (let n = 0; n < 20; n++) {
    assert.deepEqual(
      await bench.cache.page(newest, { value: 9n, lastId: 9n }, 3),
      pageOfTable(bench, 9n, 3),
    );
  }
  const tookMs = performance.now() - startedMs;
  assert.ok(tookMs < 600, `${tookMs} ms`);
  assert.ok(bench.cache.counters.redisSkips > 0);
  await assert.rejects(bench.cache.put("7", { id: 1n, version: 1n, values: { new: 5n } }));
  server.thaw();
  await hitsAgain(bench);
});
