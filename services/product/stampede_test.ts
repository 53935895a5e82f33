/** Many readers of what no cache has yet: the database must not notice how many they are. */
import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { ProductSort } from "../../proto/gen/product/v1/product_pb.ts";
import { freePort } from "../../shared/nats/test_server.ts";
import {
  type CatalogueBench,
  type CatalogueInstance,
  openCatalogueBench,
} from "../../tests/support/catalogue_bench.ts";
import { insertCategories, insertProducts } from "../../tests/support/product_rows.ts";

const readers = 200;
/** Loads of one kind at once, whatever happens. */
const gate = 16;

/** 300 products in a tree of two levels, all of them in the feed. */
async function stock({ sql }: CatalogueBench): Promise<void> {
  await insertCategories(sql, [{ id: 10n }, { id: 11n, parentId: 10n }, {
    id: 12n,
    parentId: 10n,
  }]);
  await insertProducts(
    sql,
    Array.from({ length: 300 }, (_, n) => ({
      id: BigInt(n + 1),
      categoryId: BigInt(10 + n % 3),
      priceFen: BigInt(n % 7),
      createMs: 1_000 + n,
      recommendMs: 1_000 + n,
    })),
  );
}

/** All read at the same time; answers what they got, each different answer once. */
async function allRead(read: (n: number) => Promise<unknown>): Promise<unknown[]> {
  const answers = await Promise.all(Array.from({ length: readers }, (_, n) => read(n)));
  return [...new Set(answers.map((answer) => JSON.stringify(answer)))].map((text) => {
    return JSON.parse(text);
  });
}

const notFound = (error: unknown) => Code[ConnectError.from(error).code];
const idsOf = (products: readonly { readonly id: bigint }[]) =>
  products.map(({ id }) => Number(id));

/** Each kind of read, what all must get, and the queries that may be made for all of them. */
const reads: Readonly<
  Record<string, {
    readonly read: (instance: CatalogueInstance) => Promise<unknown>;
    readonly answer: unknown;
    readonly queries: readonly (readonly [string, number])[];
  }>
> = {
  "a product": {
    read: async ({ client }) => (await client.getProduct({ productId: 7n })).product?.name,
    answer: "product 7",
    queries: [["batchGetProducts", 1]],
  },
  "an unknown product": {
    read: ({ client }) => client.getProduct({ productId: 9_999n }).catch(notFound),
    answer: "NotFound",
    queries: [["batchGetProducts", 1]],
  },
  "a list": {
    read: async ({ client }) => {
      const asked = { categoryId: 10n, sort: ProductSort.PRICE_ASC, ps: 3 };
      return idsOf((await client.listProducts(asked)).products);
    },
    answer: [1, 8, 15],
    queries: [["allCategories", 1], ["batchGetProducts", 1], ["listProducts", 1]],
  },
  "the feed": {
    read: async ({ client }) => idsOf((await client.listRecommendedProducts({ ps: 3 })).products),
    answer: [300, 299, 298],
    queries: [["batchGetProducts", 1], ["listRecommended", 1]],
  },
};

Deno.test("200 readers of what no cache has make one query", async (t) => {
  await using bench = await openCatalogueBench();
  await stock(bench);
  for (const [what, { read, answer, queries }] of Object.entries(reads)) {
    await t.step(what, async () => {
      await bench.redis.flushall();
      const instance = await bench.instance();
      assert.deepEqual(await allRead(() => read(instance)), [answer]);
      assert.deepEqual([...instance.queries.asked].sort(), queries);
    });
  }
});

Deno.test("200 readers of two instances make one query each at most", async (t) => {
  await using bench = await openCatalogueBench();
  await stock(bench);
  for (const [what, { read, answer, queries }] of Object.entries(reads)) {
    await t.step(what, async () => {
      await bench.redis.flushall();
      const two = [await bench.instance(), await bench.instance()];
      const answers = await Promise.all(two.map((instance) => allRead(() => read(instance))));
      assert.deepEqual(answers, [[answer], [answer]]);
      for (const { queries: { asked } } of two) {
        for (const [name, most] of queries) assert.ok((asked.get(name) ?? 0) <= most, name);
      }
    });
  }
});

Deno.test("without Redis the readers of one thing share its query, too", async (t) => {
  await using bench = await openCatalogueBench();
  await stock(bench);
  for (const [what, { read, answer, queries }] of Object.entries(reads)) {
    await t.step(what, async () => {
      const instance = await bench.instance({ redisUrl: `redis://127.0.0.1:${freePort()}` });
      assert.deepEqual(await allRead(() => read(instance)), [answer]);
      assert.deepEqual([...instance.queries.asked].sort(), queries);
    });
  }
});

Deno.test("without Redis the readers of many things pass the gate and are all answered", async (t) => {
  await using bench = await openCatalogueBench();
  await stock(bench);
  const redisUrl = `redis://127.0.0.1:${freePort()}`;

  await t.step("products", async () => {
    const { client, queries } = await bench.instance({ redisUrl });
    const names = await allRead(async (n) => {
      return (await client.getProduct({ productId: BigInt(n + 1) })).product?.name;
    });
    assert.deepEqual(names, Array.from({ length: readers }, (_, n) => `product ${n + 1}`));
    assert.deepEqual([...queries.most], [["batchGetProducts", gate]]);
  });

  await t.step("pages of lists and of the feed", async () => {
    const { client, queries } = await bench.instance({ redisUrl });
    const lengths = await allRead(async (n) => {
      const { products } = n % 2 === 0
        ? await client.listRecommendedProducts({ cursor: BigInt(1_010 + n), ps: 2 })
        : await client.listProducts({ categoryId: 10n, cursor: BigInt(2_000 + n), ps: 2 });
      return products.length;
    });
    assert.deepEqual(lengths, [2]);
    const most = [...queries.most.values()].toSorted((a, b) => a - b);
    assert.ok(most.every((atOnce) => atOnce <= gate), `${most}`);
    assert.ok((queries.asked.get("listProducts") ?? 0) >= readers / 2);
  });
});
