/** The known traps of a cache before a database, each by its name, through the whole service. */
import assert from "node:assert/strict";
import { ProductSort } from "../../proto/gen/product/v1/product_pb.ts";
import type { WireEvent } from "../../shared/messaging/event.ts";
import {
  type CatalogueBench,
  type CatalogueInstance,
  openCatalogueBench,
} from "../../tests/support/catalogue_bench.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { insertCategories, insertProducts } from "../../tests/support/product_rows.ts";
import { productStatus } from "./product.ts";
import type { ProductChange } from "./product_change.ts";

const sorts = [
  ProductSort.NEW,
  ProductSort.SALES,
  ProductSort.PRICE_ASC,
  ProductSort.PRICE_DESC,
  ProductSort.RATING,
];
const { PRICE_ASC } = ProductSort;

/**
 * Two trees of two levels: 10 above 11 and 12, 20 above 21. Products 1 to 5 in 11 at 101 to 105
 * fen, 6 and 7 in 21; number 5 is off the shelf; all are in the feed.
 */
async function openBench(): Promise<CatalogueBench> {
  const bench = await openCatalogueBench();
  await insertCategories(bench.sql, [
    { id: 10n },
    { id: 11n, parentId: 10n },
    { id: 12n, parentId: 10n },
    { id: 20n },
    { id: 21n, parentId: 20n },
  ]);
  await insertProducts(
    bench.sql,
    [1, 2, 3, 4, 5, 6, 7].map((id) => ({
      id: BigInt(id),
      categoryId: id > 5 ? 21n : 11n,
      priceFen: BigInt(100 + id),
      status: id === 5 ? productStatus.offShelf : productStatus.onSale,
      recommendMs: 1_000 + id,
    })),
  );
  return bench;
}

/** The ids of a list; category 0 is the whole catalogue. */
async function list({ client }: CatalogueInstance, category: number, sort = PRICE_ASC) {
  const { products, isEnd } = await client.listProducts({ categoryId: BigInt(category), sort });
  assert.equal(isEnd, true);
  return products.map(({ id }) => Number(id));
}

async function feed({ client }: CatalogueInstance): Promise<number[]> {
  return (await client.listRecommendedProducts({})).products.map(({ id }) => Number(id));
}

async function price({ client }: CatalogueInstance, id: number): Promise<number> {
  const { product } = await client.getProduct({ productId: BigInt(id) });
  return Number(product?.priceFen);
}

/** Changes a product as it is now, and gives the event that tells of it. */
async function change(bench: CatalogueBench, id: number, to: ProductChange): Promise<WireEvent> {
  const [row] = await bench.sql<
    { version: bigint }[]
  >`SELECT version FROM product WHERE id = ${id}`;
  const changed = await bench.store.updateProduct(BigInt(id), row?.version ?? 0n, to);
  assert.ok(typeof changed === "object");
  const [event, ...others] = await bench.events();
  assert.ok(event !== undefined && others.length === 0);
  return event;
}

/** Reads lists of these categories by every sort, and waits until Redis has them. */
async function warm(bench: CatalogueBench, instance: CatalogueInstance, categories: number[]) {
  for (const category of categories) {
    for (const sort of sorts) await list(instance, category, sort);
  }
  await eventually("the lists", async () => {
    return (await bench.listKeys()).length === categories.length * sorts.length;
  });
}

/** The keys expire now: Redis itself does not say at which moment they do. */
async function expire({ redis }: CatalogueBench, keys: readonly string[]): Promise<void> {
  for (const key of keys) await redis.pexpire(key, 0);
}

Deno.test("a product put on sale while a list expires does not become a list of one row", async (t) => {
  await using bench = await openBench();
  const instance = await bench.instance();
  const onSale = { status: productStatus.onSale };

  await t.step("that expired before the event", async () => {
    await warm(bench, instance, [0, 10, 11]);
    const event = await change(bench, 5, onSale);
    await expire(bench, await bench.listKeys());
    await instance.consume(event);
    assert.deepEqual(await bench.listKeys(), []);
    assert.deepEqual(await list(instance, 0), [1, 2, 3, 4, 5, 6, 7]);
    for (const category of [10, 11]) {
      assert.deepEqual(await list(instance, category), [1, 2, 3, 4, 5]);
    }
  });

  await t.step("that expires while its place is looked up", async () => {
    await instance.consume(await change(bench, 5, { status: productStatus.offShelf }));
    await warm(bench, instance, [0, 10, 11]);
    const event = await change(bench, 5, onSale);
    const placing = instance.queries.hold("placementOf");
    const consumed = instance.consume(event);
    await placing.read;
    await expire(bench, await bench.listKeys());
    placing.letGo();
    await consumed;
    assert.deepEqual(await bench.listKeys(), []);
    for (const category of [10, 11]) {
      assert.deepEqual(await list(instance, category), [1, 2, 3, 4, 5]);
    }
  });

  await t.step("that is being read anew from before the sale", async () => {
    await instance.consume(await change(bench, 5, { status: productStatus.offShelf }));
    await bench.redis.flushall();
    const loading = instance.queries.hold("listProducts");
    const reading = list(instance, 11);
    await loading.read;
    await instance.consume(await change(bench, 5, onSale));
    loading.letGo();
    assert.deepEqual(await reading, [1, 2, 3, 4]);
    await eventually("the refusal", () => instance.lists.counters.fillsRefused > 0);
    assert.deepEqual(await bench.listKeys(), []);
    assert.deepEqual(await list(instance, 11), [1, 2, 3, 4, 5]);
  });
});

Deno.test("a slow load of an old row does not overwrite the newer one", async (t) => {
  for (const readBetween of [false, true]) {
    await t.step(readBetween ? "that is there" : "that nobody has read yet", async () => {
      await using bench = await openBench();
      const slow = await bench.instance();
      const other = await bench.instance();
      const loading = slow.queries.hold("batchGetProducts");
      const reading = price(slow, 1);
      await loading.read;
      const event = await change(bench, 1, { priceFen: 7n });
      await Promise.all([slow.follow(event), other.consume(event)]);
      if (readBetween) assert.equal(await price(other, 1), 7);
      loading.letGo();
      assert.equal(await reading, 101);
      await eventually("the refusal", () => slow.rows.counters.fillsRefused === 1);
      assert.deepEqual([await price(slow, 1), await price(other, 1)], [7, 7]);
    });
  }
});

Deno.test("a slow load of a product that is deleted meanwhile does not bring it back", async () => {
  await using bench = await openBench();
  const slow = await bench.instance();
  const other = await bench.instance();
  const loading = slow.queries.hold("batchGetProducts");
  const reading = price(slow, 1);
  await loading.read;
  await bench.store.setStatus(1n, productStatus.deleted);
  for (const event of await bench.events()) await other.consume(event);
  loading.letGo();
  await reading;
  await eventually("the refusal", () => slow.rows.counters.fillsRefused === 1);
  await assert.rejects(price(other, 1), /no product 1/);
});

Deno.test("a slow load of an old list does not overwrite the newer one", async (t) => {
  const lists = {
    listProducts: {
      read: (it: CatalogueInstance) => list(it, 10),
      old: [1, 2, 3, 4],
      now: [4, 1, 2, 3],
    },
    listRecommended: { read: feed, old: [7, 6, 4, 3, 2, 1], now: [4, 7, 6, 3, 2, 1] },
  };
  for (const [query, { read, old, now }] of Object.entries(lists)) {
    for (const readBetween of [false, true]) {
      await t.step(`${query}, ${readBetween ? "that is there" : "not read yet"}`, async () => {
        await using bench = await openBench();
        const slow = await bench.instance();
        const other = await bench.instance();
        const loading = slow.queries.hold(query);
        const reading = read(slow);
        await loading.read;
        const event = await change(bench, 4, { priceFen: 1n, recommendTime: 9_999n });
        await other.consume(event);
        if (readBetween) assert.deepEqual(await read(other), now);
        loading.letGo();
        assert.deepEqual(await reading, old);
        await eventually("the refusal", () => slow.lists.counters.fillsRefused === 1);
        assert.deepEqual([await read(slow), await read(other)], [now, now]);
      });
    }
  }
});

Deno.test("a product that moves leaves the old category's lists and its parents' and enters the new", async (t) => {
  await using bench = await openBench();
  const instance = await bench.instance();
  const categories = [0, 10, 11, 20, 21];
  await warm(bench, instance, categories);
  const loads = instance.queries.asked.get("listProducts");
  const everywhere = async () => {
    const found: Record<number, number[]> = {};
    for (const category of categories) found[category] = await list(instance, category);
    return found;
  };
  const all = [1, 2, 3, 4, 6, 7];
  const before = { 0: all, 10: [1, 2, 3, 4], 11: [1, 2, 3, 4], 20: [6, 7], 21: [6, 7] };
  const after = { 0: all, 10: [1, 3, 4], 11: [1, 3, 4], 20: [2, 6, 7], 21: [2, 6, 7] };

  await t.step("in place: nothing is loaded", async () => {
    assert.deepEqual(await everywhere(), before);
    await instance.consume(await change(bench, 2, { categoryId: 21n }));
    assert.deepEqual(await everywhere(), after);
    for (const sort of sorts) {
      assert.deepEqual((await list(instance, 11, sort)).includes(2), false);
      assert.deepEqual((await list(instance, 20, sort)).includes(2), true);
    }
  });

  await t.step("there and back, the events late, twice and in the wrong order", async () => {
    const back = await change(bench, 2, { categoryId: 11n });
    const away = await change(bench, 2, { categoryId: 21n });
    for (const event of [away, back, away]) await instance.consume(event);
    assert.deepEqual(await everywhere(), after);
    assert.equal(instance.queries.asked.get("listProducts"), loads);
  });

  await t.step("with a slow load of the old category's list under way", async () => {
    await expire(bench, await bench.listKeys());
    const loading = instance.queries.hold("listProducts");
    const reading = list(instance, 10);
    await loading.read;
    await instance.consume(await change(bench, 3, { categoryId: 21n }));
    loading.letGo();
    assert.deepEqual(await reading, [1, 3, 4]);
    await eventually("the refusal", () => instance.lists.counters.fillsRefused > 0);
    assert.deepEqual([await list(instance, 10), await list(instance, 20)], [[1, 4], [2, 3, 6, 7]]);
  });
});

Deno.test("a category that was hidden for a while does not show its list from before", async () => {
  await using bench = await openBench();
  const instance = await bench.instance();
  await warm(bench, instance, [10]);
  const setStatus = async (category: number, status: number) => {
    await bench.sql`UPDATE category SET status = ${status} WHERE id = ${category}`;
    instance.tree.drop();
  };
  for (const hidden of [12, 11, 10]) {
    await setStatus(hidden, 2);
    await instance.consume(await change(bench, 4, { priceFen: BigInt(hidden) }));
    await instance.consume(await change(bench, 3, { priceFen: 1_000n }));
    await setStatus(hidden, 1);
    assert.deepEqual([hidden, await list(instance, 10)], [hidden, [4, 1, 2, 3]]);
    await instance.consume(await change(bench, 4, { priceFen: 104n }));
    await instance.consume(await change(bench, 3, { priceFen: 103n }));
    assert.deepEqual([hidden, await list(instance, 10)], [hidden, [1, 2, 3, 4]]);
  }
});

Deno.test("an instance that has not heard of a new category places products in its lists", async () => {
  await using bench = await openBench();
  const informed = await bench.instance();
  const late = await bench.instance();
  assert.deepEqual(await list(late, 10), [1, 2, 3, 4]);
  await insertCategories(bench.sql, [{ id: 13n, parentId: 10n }]);
  assert.deepEqual(await list(informed, 10), [1, 2, 3, 4]);
  await eventually("both lists", async () => (await bench.listKeys()).length === 2);
  await late.consume(await change(bench, 4, { priceFen: 1n }));
  assert.deepEqual(await list(informed, 10), [4, 1, 2, 3]);
});
