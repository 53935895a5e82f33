import assert from "node:assert/strict";
import { eventually } from "../../tests/support/eventually.ts";
import { type ListBench, member, newest, openListBench } from "../../tests/support/list_bench.ts";
import { closeRedis } from "../redis/connection.ts";
import type { ListKey } from "./list_cache.ts";

const cheapest = { group: "7", name: "price_asc", direction: "asc" } as const satisfies ListKey;
/** Where the mark stands: before the rows when read by rising score, or behind them. */
const ends = [
  { list: newest, mark: "before" },
  { list: cheapest, mark: "behind" },
] as const;

/** A list of `count` rows whose value is ten times their id, kept by Redis. */
async function keepRows(bench: ListBench, list: ListKey, count: number): Promise<void> {
  for (let id = 1; id <= count; id++) bench.table.set(BigInt(id), BigInt(10 * id));
  await bench.redis.del(bench.keyOf(list));
  await bench.cache.page(list, undefined, 1);
  await eventually("the fill", () => bench.redis.exists(bench.keyOf(list)));
}

let nextVersion = 1n;

/** Puts a row at a value, in one list, with a version of its own. */
function put(
  bench: ListBench,
  list: ListKey,
  [id, value]: readonly [id: number, value: number | undefined],
): Promise<void> {
  const to = value === undefined ? undefined : BigInt(value);
  const change = { id: BigInt(id), version: nextVersion++, values: { [list.name]: to } };
  return bench.cache.put(list.group, change);
}

/** The ids that are kept, the top of the list first, and its mark. */
async function kept(bench: ListBench, list: ListKey) {
  const members = await bench.kept(list);
  if (list.direction !== "asc") members.reverse();
  return { ids: members.slice(0, -1).map(Number), mark: members.at(-1) };
}

Deno.test("put() adds, moves and removes a row in a list that is kept whole", async () => {
  await using bench = await openListBench();
  for (const { list } of ends) {
    await keepRows(bench, list, 4);
    await put(bench, list, [9, 25]);
    await put(bench, list, [1, 45]);
    await put(bench, list, [3, undefined]);
    await put(bench, list, [8, undefined]);
    await put(bench, list, [7, 5]);
    const falling = [1, 4, 9, 2, 7];
    const ids = list === newest ? falling : falling.toReversed();
    assert.deepEqual(await kept(bench, list), { ids, mark: "complete" });
  }
});

Deno.test("put() changes all lists of a group at once, and no other group", async () => {
  await using bench = await openListBench();
  const elsewhere = { group: "8", name: "new" };
  for (const list of [newest, cheapest, elsewhere]) await keepRows(bench, list, 2);
  const values = { new: 99n, price_asc: 1n, gone: undefined, not_kept: 7n };
  await bench.cache.put("7", { id: 5n, version: nextVersion++, values });
  assert.deepEqual((await kept(bench, newest)).ids, [5, 2, 1]);
  assert.deepEqual((await kept(bench, cheapest)).ids, [5, 1, 2]);
  assert.deepEqual((await kept(bench, elsewhere)).ids, [2, 1]);
  assert.equal(await bench.redis.exists(`${bench.name}:{7}:not_kept`), 0);
});

Deno.test("put() makes no list that is not there", async () => {
  await using bench = await openListBench();
  await put(bench, newest, [1, 10]);
  assert.equal(await bench.redis.exists(bench.keyOf(newest)), 0);
});

Deno.test("put() at the moment when the list expires leaves the whole list or none", async () => {
  await using bench = await openListBench();
  let survived = 0;
  for (let round = 0; round < 100; round++) {
    await keepRows(bench, newest, 3);
    const put = bench.cache.put("7", { id: 9n, version: nextVersion++, values: { new: 99n } });
    const expiry = bench.redis.pexpire(bench.keyOf(newest), [0, 1, 5_000][round % 3] ?? 0);
    const again = bench.cache.put("7", { id: 8n, version: nextVersion++, values: { new: 98n } });
    await Promise.all([put, expiry, again]);
    const { ids } = await kept(bench, newest);
    if (ids.length > 0) survived++;
    assert.deepEqual(ids, ids.length === 0 ? [] : [9, 8, 3, 2, 1]);
  }
  assert.ok(survived > 0 && survived < 100, `${survived} of 100`);
});

Deno.test("put() renews the time of a list, and shortens it when the last row has gone", async () => {
  await using bench = await openListBench({ ttlMs: 600_000 });
  await keepRows(bench, newest, 1);
  await bench.redis.pexpire(bench.keyOf(newest), 5_000);
  await put(bench, newest, [2, 20]);
  const renewed = await bench.redis.pttl(bench.keyOf(newest));
  assert.ok(renewed > 560_000 && renewed <= 630_000, `${renewed} ms`);
  for (const id of [1, 2]) await put(bench, newest, [id, undefined]);
  assert.deepEqual(await bench.kept(newest), ["complete"]);
  const short = await bench.redis.pttl(bench.keyOf(newest));
  assert.ok(short > 55_000 && short <= 63_000, `${short} ms`);
});

Deno.test("put() adds nothing behind the last row of a prefix, and removes what moves there", async () => {
  await using bench = await openListBench({ keepMax: 4 });
  await keepRows(bench, newest, 9);
  assert.deepEqual(await kept(bench, newest), { ids: [9, 8, 7, 6], mark: "prefix" });
  await put(bench, newest, [3, 59]);
  await put(bench, newest, [2, 60]);
  await put(bench, newest, [8, 1]);
  assert.deepEqual(await kept(bench, newest), { ids: [9, 7, 6], mark: "prefix" });
  await put(bench, newest, [10, 60]);
  assert.deepEqual(await kept(bench, newest), { ids: [9, 7, 10, 6], mark: "prefix" });
});

Deno.test("put() does the same at the end of an ascending prefix", async () => {
  await using bench = await openListBench({ keepMax: 4 });
  await keepRows(bench, cheapest, 9);
  assert.deepEqual(await kept(bench, cheapest), { ids: [1, 2, 3, 4], mark: "prefix" });
  await put(bench, cheapest, [7, 41]);
  await put(bench, cheapest, [8, 40]);
  await put(bench, cheapest, [2, 99]);
  assert.deepEqual(await kept(bench, cheapest), { ids: [1, 3, 4], mark: "prefix" });
  await put(bench, cheapest, [0, 40]);
  assert.deepEqual(await kept(bench, cheapest), { ids: [1, 3, 0, 4], mark: "prefix" });
});

Deno.test("put() lets the last row of a prefix move up, but not down", async () => {
  await using bench = await openListBench({ keepMax: 4 });
  await keepRows(bench, newest, 9);
  await put(bench, newest, [6, 62]);
  assert.deepEqual((await kept(bench, newest)).ids, [9, 8, 7, 6]);
  await put(bench, newest, [5, 61]);
  assert.deepEqual((await kept(bench, newest)).ids, [9, 8, 7, 6]);
  await put(bench, newest, [6, 61]);
  assert.deepEqual((await kept(bench, newest)).ids, [9, 8, 7]);
});

Deno.test("put() cuts a list that grows beyond a tenth more, which is then a prefix", async () => {
  await using bench = await openListBench({ keepMax: 10 });
  for (const { list } of ends) {
    await keepRows(bench, list, 10);
    await put(bench, list, [50, 500]);
    const eleven = await kept(bench, list);
    assert.deepEqual([eleven.ids.length, eleven.mark], [11, "complete"]);
    await put(bench, list, [51, 510]);
    const falling = list === newest ? [51, 50, 10, 9, 8, 7, 6, 5, 4, 3] : undefined;
    const ids = falling ?? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    assert.deepEqual(await kept(bench, list), { ids, mark: "prefix" });
    for (let id = 60; id < 80; id++) await put(bench, list, [id, list === newest ? 10 * id : -id]);
    assert.ok((await kept(bench, list)).ids.length <= 11);
  }
});

Deno.test("put() gives a prefix up that has lost half of its rows, so that it is filled anew", async () => {
  await using bench = await openListBench({ keepMax: 4 });
  await keepRows(bench, newest, 9);
  for (const id of [9, 8]) await put(bench, newest, [id, undefined]);
  assert.deepEqual((await kept(bench, newest)).ids, [7, 6]);
  await put(bench, newest, [7, undefined]);
  assert.equal(await bench.redis.exists(bench.keyOf(newest)), 0);
});

Deno.test("put() gives a list up whose row has a value that no score holds", async () => {
  await using bench = await openListBench();
  for (const value of [2n ** 53n + 1n, -(2n ** 63n)]) {
    await keepRows(bench, newest, 3);
    await bench.cache.put("7", { id: 1n, version: nextVersion++, values: { new: value } });
    assert.equal(await bench.redis.exists(bench.keyOf(newest)), 0);
  }
});

Deno.test("put() keeps values at both ends of what a score holds exactly apart", async () => {
  await using bench = await openListBench();
  const max = 2n ** 53n;
  const values = [max, max - 1n, -max + 1n, -max];
  values.forEach((value, at) => bench.table.set(BigInt(at), value));
  await bench.cache.page(newest, undefined, 1);
  await eventually("the fill", () => bench.redis.exists(bench.keyOf(newest)));
  await bench.cache.put("7", { id: 9n, version: 1n, values: { new: max - 1n } });
  const { items } = await bench.cache.page(newest, undefined, 5);
  assert.deepEqual(items.map(({ value, id }) => [id, value]), [
    [0n, max],
    [9n, max - 1n],
    [1n, max - 1n],
    [2n, -max + 1n],
    [3n, -max],
  ]);
  assert.equal(bench.cache.counters.hits, 1);
});

Deno.test("put() ends with the highest version, in whatever order two processes put", async () => {
  await using bench = await openListBench();
  const other = bench.another();
  const big = 2n ** 62n;
  const change = (version: bigint, value: bigint | undefined) => {
    return { id: 1n, version: big + version, values: { new: value } };
  };
  await keepRows(bench, newest, 3);
  await other.put("7", change(3n, 15n));
  await bench.cache.put("7", change(2n, 99n));
  await bench.cache.put("7", change(1n, undefined));
  assert.deepEqual((await kept(bench, newest)).ids, [3, 2, 1]);
  await bench.cache.put("7", change(3n, 15n));
  assert.deepEqual(bench.cache.counters.oldPuts, 2);
  await bench.cache.put("7", change(5n, undefined));
  await other.put("7", change(4n, 99n));
  assert.deepEqual((await kept(bench, newest)).ids, [3, 2]);
  await keepRows(bench, newest, 3);
  await other.put("7", change(4n, 99n));
  assert.deepEqual((await kept(bench, newest)).ids, [3, 2, 1], "a fill forgets no version");
  const ttl = await bench.redis.pttl(`${bench.name}:{7}::versions`);
  assert.ok(ttl > 63_000, `${ttl} ms`);
});

Deno.test("put() remembers a bounded number of versions, the last 10,000 rows for certain", async () => {
  await using bench = await openListBench();
  const versions = `${bench.name}:{7}::versions`;
  const put = (id: bigint, version: bigint) => bench.cache.put("7", { id, version, values: {} });
  const putMany = async (from: number) => {
    const ids = Array.from({ length: 9_999 }, (_, at) => member(from + at));
    await bench.redis.hset(versions, new Map(ids.map((id) => [id, member(9)])));
    await put(BigInt(from + 9_999), 9n);
    return [await bench.redis.hlen(versions), await bench.redis.hlen(`${versions}:old`)];
  };
  assert.deepEqual(await putMany(1), [0, 10_000]);
  await put(1n, 8n);
  assert.equal(bench.cache.counters.oldPuts, 1);
  assert.deepEqual(await putMany(20_001), [0, 10_000]);
  await put(1n, 8n);
  assert.equal(bench.cache.counters.oldPuts, 1);
});

Deno.test("put() drops what is no list and no versions of ours", async () => {
  await using bench = await openListBench();
  await bench.redis.set(bench.keyOf(newest), "a text");
  await bench.redis.zadd(bench.keyOf(cheapest), 3, member(3));
  await bench.redis.set(`${bench.name}:{7}::versions`, "a text");
  await bench.cache.put("7", { id: 1n, version: 1n, values: { new: 1n, price_asc: 1n } });
  assert.equal(await bench.redis.exists(bench.keyOf(newest), bench.keyOf(cheapest)), 0);
  assert.equal(await bench.redis.hget(`${bench.name}:{7}::versions`, member(1)), member(1));
});

Deno.test("put() refuses what no row can be, and rejects without Redis", async () => {
  await using bench = await openListBench();
  const values = { new: 1n };
  const put = (change: { id?: bigint; version?: bigint }) => {
    return bench.cache.put("7", { id: 1n, version: 1n, values, ...change });
  };
  for (const change of [{ id: -1n }, { id: 2n ** 63n }, { version: -1n }, { version: 2n ** 63n }]) {
    await assert.rejects(put(change), RangeError);
  }
  await assert.rejects(bench.cache.put("a{b", { id: 1n, version: 1n, values }), RangeError);
  await assert.rejects(
    bench.cache.put("7", { id: 1n, version: 1n, values: { "A": 1n } }),
    RangeError,
  );
  await closeRedis(bench.redis);
  await assert.rejects(put({}));
});
