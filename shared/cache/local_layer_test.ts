import assert from "node:assert/strict";
import { withLocalLayer } from "./local_layer.ts";
import type { RowCache } from "./row_cache.ts";
import { noCounts } from "./row_cache_counters.ts";

interface Row {
  readonly name: string;
}

/** A cache that remembers what it was asked; each read waits for `gate`. */
function inner(rows: Map<number, Row>, gate: () => Promise<void> = () => Promise.resolve()) {
  const asked: number[][] = [];
  const cache: RowCache<number, Row> = {
    counters: noCounts(),
    async getMany(ids) {
      const wanted = [...ids];
      asked.push(wanted);
      const found = new Map(wanted.flatMap((id) => {
        const row = rows.get(id);
        return row === undefined ? [] : [[id, row] as const];
      }));
      await gate();
      return found;
    },
    invalidate: () => Promise.resolve(),
  };
  return { cache, asked };
}

const options = { max: 10, ttlMs: 60_000 };

Deno.test("withLocalLayer() asks only for what it does not have", async () => {
  const { cache, asked } = inner(new Map([[1, { name: "one" }], [2, { name: "two" }]]));
  const layer = withLocalLayer(cache, options);
  await layer.getMany([1]);
  const found = await layer.getMany([1, 2, 3]);
  assert.deepEqual([...found.keys()].sort(), [1, 2]);
  await layer.getMany([1, 2]);
  assert.deepEqual(asked, [[1], [2, 3]]);
  assert.equal(layer.localCounters.localHits, 3);
});

Deno.test("invalidate() is seen at once", async () => {
  const rows = new Map([[1, { name: "old" }]]);
  const layer = withLocalLayer(inner(rows).cache, options);
  await layer.getMany([1]);
  rows.set(1, { name: "new" });
  await layer.invalidate(1, 2n);
  assert.deepEqual(await layer.getMany([1]), new Map([[1, { name: "new" }]]));
});

Deno.test("a read that began before an invalidation is not remembered", async () => {
  const rows = new Map([[1, { name: "old" }]]);
  const gate = Promise.withResolvers<void>();
  let reads = 0;
  const { cache } = inner(rows, () => ++reads === 1 ? gate.promise : Promise.resolve());
  const layer = withLocalLayer(cache, options);
  const slow = layer.getMany([1]);
  rows.set(1, { name: "new" });
  await layer.invalidate(1, 2n);
  gate.resolve();
  await slow;
  assert.deepEqual(await layer.getMany([1]), new Map([[1, { name: "new" }]]));
});

Deno.test("withLocalLayer() forgets what is too old", async () => {
  const { cache, asked } = inner(new Map([[1, { name: "one" }]]));
  const layer = withLocalLayer(cache, { max: 10, ttlMs: 1 });
  await layer.getMany([1]);
  const end = performance.now() + 20;
  while (performance.now() < end);
  await layer.getMany([1]);
  assert.deepEqual(asked, [[1], [1]]);
});
