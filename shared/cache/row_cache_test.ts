import assert from "node:assert/strict";
import type { Redis } from "ioredis";
import { eventually } from "../../tests/support/eventually.ts";
import { testServers } from "../../tests/support/servers.ts";
import { Refusal } from "../errors.ts";
import { createLogger } from "../log.ts";
import { closeRedis, openRedis, pingRedis } from "../redis/connection.ts";
import { startTestRedis } from "../redis/test_server.ts";
import { createRowCache, type RowCache, type RowCacheOptions } from "./row_cache.ts";

interface Row {
  readonly id: number;
  readonly version: number;
}

const log = createLogger({ write: () => {} });
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A database of ten rows, a cache of a random name before it, and what was loaded. */
interface Bench extends AsyncDisposable {
  readonly redis: Redis;
  readonly name: string;
  readonly rows: Map<number, Row>;
  readonly loads: number[][];
  readonly cache: RowCache<number, Row>;
}

/** On a server of a test's own, which stops it, commands have their usual limit. */
async function openBench(
  overrides: Partial<RowCacheOptions<number, Row>> = {},
  ownUrl?: string,
): Promise<Bench> {
  const redis = ownUrl === undefined
    ? openRedis({ url: testServers().redisUrl, name: "test", log, commandTimeoutMs: 5_000 })
    : openRedis({ url: ownUrl, name: "test", log });
  await eventually("redis", () => pingRedis(redis));
  const name = `test:${crypto.randomUUID()}`;
  const rows = new Map<number, Row>();
  for (let id = 1; id <= 10; id++) rows.set(id, { id, version: 1 });
  const loads: number[][] = [];
  const cache = createRowCache<number, Row>({
    redis,
    log,
    name,
    ttlMs: 60_000,
    load: (ids) => {
      loads.push([...ids]);
      return Promise.resolve(pick(rows, ids));
    },
    encode: (row) => encoder.encode(JSON.stringify(row)),
    decode: (bytes) => JSON.parse(decoder.decode(bytes)),
    version: (row) => BigInt(row.version),
    ...overrides,
  });
  return { redis, name, rows, loads, cache, [Symbol.asyncDispose]: () => closeRedis(redis) };
}

function pick(rows: ReadonlyMap<number, Row>, ids: readonly number[]): Map<number, Row> {
  const found = new Map<number, Row>();
  for (const id of ids) {
    const row = rows.get(id);
    if (row) found.set(id, row);
  }
  return found;
}

/** Waits until fills are done: they go on after the answer. */
function kept(bench: Bench, id: number): Promise<unknown> {
  return eventually("the fill", () => bench.redis.exists(`${bench.name}:{${id}}`));
}

Deno.test("getMany() loads what is missing in one call and then hits", async () => {
  await using bench = await openBench();
  const first = await bench.cache.getMany([3, 1, 2, 3]);
  assert.deepEqual(first, pick(bench.rows, [3, 1, 2]));
  await kept(bench, 2);
  assert.deepEqual(await bench.cache.getMany([1, 2, 3, 4]), pick(bench.rows, [1, 2, 3, 4]));
  assert.deepEqual(bench.loads, [[3, 1, 2], [4]]);
  const { hits, misses, loads } = bench.cache.counters;
  assert.deepEqual({ hits, misses, loads }, { hits: 3, misses: 4, loads: 2 });
  const ttl = await bench.redis.pttl(`${bench.name}:{1}`);
  assert.ok(ttl > 56_000 && ttl <= 63_000, `${ttl} ms`);
});

Deno.test("getMany() of nothing asks nobody, and of too much refuses", async () => {
  await using bench = await openBench();
  assert.deepEqual(await bench.cache.getMany([]), new Map());
  const tooMany = Array.from({ length: 1_001 }, (_, id) => id);
  await assert.rejects(bench.cache.getMany(tooMany), RangeError);
  assert.deepEqual(bench.loads, []);
});

Deno.test("getMany() loads once for 200 callers at once", async () => {
  await using bench = await openBench();
  const calls = Array.from({ length: 200 }, () => bench.cache.getMany([1, 2]));
  for (const rows of await Promise.all(calls)) assert.deepEqual(rows, pick(bench.rows, [1, 2]));
  assert.deepEqual(bench.loads, [[1, 2]]);
  assert.equal(bench.cache.counters.sharedFlights, 199 * 2);
});

Deno.test("getMany() loads once for 200 callers at once after a write and after a delete", async () => {
  await using bench = await openBench();
  bench.rows.delete(2);
  await bench.cache.invalidate(1, 1n);
  await bench.cache.invalidate(2, 2n);
  const calls = Array.from({ length: 200 }, () => bench.cache.getMany([1, 2]));
  for (const rows of await Promise.all(calls)) assert.deepEqual(rows, pick(bench.rows, [1]));
  assert.ok(bench.loads.length <= 2, `${bench.loads.length} loads`);
});

Deno.test("getMany() joins the loads of overlapping calls", async () => {
  const gate = Promise.withResolvers<void>();
  const loads: (readonly number[])[] = [];
  await using bench = await openBench({
    load: async (ids) => {
      loads.push(ids);
      await gate.promise;
      return new Map(ids.map((id) => [id, { id, version: 1 }]));
    },
  });
  const one = bench.cache.getMany([1, 2, 3]);
  await eventually("the first load", () => loads.length === 1);
  const two = bench.cache.getMany([3, 4]);
  await eventually("the second load", () => loads.length === 2);
  gate.resolve();
  assert.deepEqual([...(await one).keys()], [1, 2, 3]);
  assert.deepEqual([...(await two).keys()].sort(), [3, 4]);
  assert.deepEqual(loads, [[1, 2, 3], [4]]);
});

Deno.test("getMany() remembers that there is no such row, until it is inserted", async () => {
  await using bench = await openBench();
  assert.deepEqual(await bench.cache.getMany([99]), new Map());
  await kept(bench, 99);
  assert.deepEqual(await bench.cache.getMany([99]), new Map());
  assert.deepEqual(bench.loads, [[99]]);
  assert.equal(bench.cache.counters.placeholders, 1);
  const ttl = await bench.redis.pttl(`${bench.name}:{99}`);
  assert.ok(ttl > 55_000 && ttl <= 63_000, `${ttl} ms`);
  bench.rows.set(99, { id: 99, version: 1 });
  await bench.cache.invalidate(99, 1n);
  assert.deepEqual(await bench.cache.getMany([99]), pick(bench.rows, [99]));
});

/** A cache whose first load reads the row and then waits, as a slow query does. */
async function openSlowBench() {
  const reached = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const rows = new Map<number, Row>();
  let loads = 0;
  const bench = await openBench({
    load: async (ids) => {
      const read = pick(rows, ids);
      if (loads++ === 0) {
        reached.resolve();
        await gate.promise;
      }
      return read;
    },
  });
  return { bench, rows, reached: reached.promise, letGo: gate.resolve };
}

Deno.test("a slow load does not bring back the row from before a write", async () => {
  const { bench, rows, reached, letGo } = await openSlowBench();
  await using _ = bench;
  rows.set(1, { id: 1, version: 1 });
  const slow = bench.cache.getMany([1]);
  await reached;
  rows.set(1, { id: 1, version: 2 });
  await bench.cache.invalidate(1, 2n);
  assert.deepEqual(await bench.cache.getMany([1]), new Map([[1, { id: 1, version: 2 }]]));
  letGo();
  assert.deepEqual(await slow, new Map([[1, { id: 1, version: 1 }]]));
  await eventually("the refusal", () => bench.cache.counters.fillsRefused === 1);
  assert.deepEqual(await bench.cache.getMany([1]), new Map([[1, { id: 1, version: 2 }]]));
});

Deno.test("a slow load does not hide an insert, nor bring back a deleted row", async () => {
  for (const deletes of [false, true]) {
    const { bench, rows, reached, letGo } = await openSlowBench();
    await using _ = bench;
    if (deletes) rows.set(1, { id: 1, version: 1 });
    const slow = bench.cache.getMany([1]);
    await reached;
    if (deletes) rows.delete(1);
    else rows.set(1, { id: 1, version: 0 });
    await bench.cache.invalidate(1, deletes ? 2n : 0n);
    letGo();
    await slow;
    await eventually("the refusal", () => bench.cache.counters.fillsRefused === 1);
    assert.deepEqual(await bench.cache.getMany([1]), pick(rows, [1]));
  }
});

Deno.test("a reader in another process who joins a load from before the write reads again", async () => {
  const { bench, rows, reached, letGo } = await openSlowBench();
  await using _ = bench;
  rows.set(1, { id: 1, version: 1 });
  const slow = bench.cache.getMany([1]);
  await reached;
  rows.set(1, { id: 1, version: 2 });
  await using other = await openBench();
  const writer = createRowCache<number, Row>({
    redis: other.redis,
    log,
    name: bench.name,
    ttlMs: 60_000,
    load: () => Promise.resolve(new Map()),
    encode: () => new Uint8Array(),
    decode: () => ({ id: 0, version: 0 }),
    version: () => 0n,
  });
  await writer.invalidate(1, 2n);
  const late = bench.cache.getMany([1]);
  await eventually("joined", () => bench.cache.counters.sharedFlights === 1);
  letGo();
  assert.deepEqual(await late, new Map([[1, { id: 1, version: 2 }]]));
  await slow;
});

Deno.test("invalidate() leaves a row alone that is as new, and may come late or twice", async () => {
  await using bench = await openBench();
  bench.rows.set(1, { id: 1, version: 5 });
  await bench.cache.getMany([1]);
  await kept(bench, 1);
  await bench.cache.invalidate(1, 5n);
  await bench.cache.invalidate(1, 4n);
  await bench.cache.getMany([1]);
  assert.deepEqual(bench.loads, [[1]]);
  await assert.rejects(bench.cache.invalidate(1, -1n), RangeError);
  await assert.rejects(bench.cache.invalidate(1, 2n ** 63n), RangeError);
});

Deno.test("versions beyond 53 bits are told apart", async () => {
  const big = 2n ** 62n;
  await using bench = await openBench({ version: (row) => big + BigInt(row.version) });
  await bench.cache.invalidate(1, big + 2n);
  await bench.cache.getMany([1]);
  await eventually("refused: one too old", () => bench.cache.counters.fillsRefused === 1);
  bench.rows.set(1, { id: 1, version: 2 });
  await bench.cache.getMany([1]);
  await eventually("kept", async () => {
    await bench.cache.getMany([1]);
    return bench.cache.counters.hits > 0;
  });
});

Deno.test("broken values are dropped and loaded", async () => {
  await using bench = await openBench();
  await bench.cache.getMany([4]);
  await kept(bench, 4);
  const cut = (await bench.redis.getBuffer(`${bench.name}:{4}`))?.subarray(0, 12) ?? "";
  await bench.redis.set(`${bench.name}:{1}`, "nonsense of some length");
  await bench.redis.set(`${bench.name}:{2}`, "R");
  await bench.redis.set(`${bench.name}:{3}`, "");
  await bench.redis.set(`${bench.name}:{4}`, cut);
  assert.deepEqual(await bench.cache.getMany([1, 2, 3, 4]), pick(bench.rows, [1, 2, 3, 4]));
  await eventually("mended", async () => {
    const before = bench.cache.counters.hits;
    await bench.cache.getMany([1, 2, 3, 4]);
    return bench.cache.counters.hits === before + 4;
  });
  assert.equal(bench.cache.counters.broken, 4);
});

Deno.test("errors of a load reach all who wait and are not remembered", async () => {
  const gate = Promise.withResolvers<void>();
  let loads = 0;
  await using bench = await openBench({
    load: async (ids) => {
      loads++;
      await gate.promise;
      if (loads === 1) throw new Error("the database said no");
      return new Map(ids.map((id) => [id, { id, version: 1 }]));
    },
  });
  const calls = [bench.cache.getMany([1]), bench.cache.getMany([1, 1])];
  await eventually("both wait", () => bench.cache.counters.sharedFlights === 1);
  gate.resolve();
  for (const call of calls) await assert.rejects(call, /the database said no/);
  assert.deepEqual(await bench.cache.getMany([1]), pick(bench.rows, [1]));
  assert.equal(bench.cache.counters.loadErrors, 1);
});

Deno.test("a load that hangs is given up as unavailable", async () => {
  const gate = Promise.withResolvers<Map<number, Row>>();
  await using bench = await openBench({ load: () => gate.promise, loadMaxMs: 30 });
  await assert.rejects(
    bench.cache.getMany([1]),
    (error) => error instanceof Refusal && error.retryable,
  );
  gate.resolve(new Map());
});

Deno.test("a row that cannot be cached is served", async () => {
  await using bench = await openBench({
    encode: () => {
      throw new Error("not that one");
    },
  });
  assert.deepEqual(await bench.cache.getMany([1]), pick(bench.rows, [1]));
});

Deno.test("a flush in between only costs loads", async () => {
  await using server = await startTestRedis();
  await using bench = await openBench({}, server.url);
  await bench.cache.getMany([1, 2]);
  await bench.redis.flushall();
  assert.deepEqual(await bench.cache.getMany([1, 2]), pick(bench.rows, [1, 2]));
});

Deno.test("without Redis the answers stay right and the loads bounded", async () => {
  await using server = await startTestRedis();
  let running = 0;
  let most = 0;
  const rows = new Map<number, Row>();
  for (let id = 1; id <= 100; id++) rows.set(id, { id, version: 1 });
  await using bench = await openBench({
    load: async (ids) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running--;
      return pick(rows, ids);
    },
    loadsInFlightMax: 4,
    loadsWaitingMax: 1_000,
  }, server.url);
  const calls = [...rows.keys()].map((id) => bench.cache.getMany([id]));
  await eventually("loads under way", () => running > 0);
  await server.stop();
  const answers = await Promise.all(calls);
  answers.forEach((answer, at) => assert.deepEqual(answer, pick(rows, [at + 1])));
  assert.deepEqual(await bench.cache.getMany([7, 501]), pick(rows, [7]));
  assert.equal(most, 4);
  await assert.rejects(bench.cache.invalidate(1, 2n));
  await server.start();
  await eventually("hits again", async () => {
    await bench.cache.getMany([1]);
    return bench.cache.counters.hits > 0;
  });
});

Deno.test("a frozen Redis costs its timeout a few times, then nothing", async () => {
  await using server = await startTestRedis();
  await using bench = await openBench({}, server.url);
  server.freeze();
  for (let n = 0; n < 3; n++) await bench.cache.getMany([1 + n]);
  await eventually("the fills have failed", () => bench.cache.counters.redisErrors >= 3);
  const startedMs = performance.now();
  for (let n = 0; n < 20; n++) {
    assert.deepEqual(await bench.cache.getMany([5]), pick(bench.rows, [5]));
  }
  const tookMs = performance.now() - startedMs;
  assert.ok(tookMs < 600, `${tookMs} ms`);
  assert.ok(bench.cache.counters.redisSkips > 0);
  server.thaw();
});

Deno.test("too many waiting loads are refused", async () => {
  const gate = Promise.withResolvers<void>();
  await using bench = await openBench({
    load: async (ids) => {
      await gate.promise;
      return new Map(ids.map((id) => [id, { id, version: 1 }]));
    },
    loadsInFlightMax: 1,
    loadsWaitingMax: 1,
  });
  const calls = [1, 2, 3].map((id) => bench.cache.getMany([id]));
  const settled = Promise.allSettled(calls);
  await eventually("one is refused", () => bench.cache.counters.loadErrors === 1);
  gate.resolve();
  const statuses = (await settled).map((answer) => answer.status);
  assert.deepEqual(statuses.sort(), ["fulfilled", "fulfilled", "rejected"]);
});
