import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { createLogger } from "../../shared/log.ts";
import { closeRedis, openRedis } from "../../shared/redis/connection.ts";
import { errorMapping } from "../../shared/rpc/error_mapping.ts";
import { insertProducts } from "../../tests/support/product_rows.ts";
import { testServers } from "../../tests/support/servers.ts";
import { createServiceDatabase } from "../../tests/support/service_database.ts";
import { createCachedTree, createProductLists, createProductRows } from "./cache.ts";
import { createProductService } from "./service.ts";
import { createProductSearch } from "./service/search.ts";
import { createProductStore, type ProductStore } from "./store.ts";
import { createListStore } from "./store/lists.ts";
import { createSearchStore } from "./store/search.ts";
import { createStorefrontStore } from "./store/storefront.ts";

const log = createLogger({ level: "error" });

/** The service on real servers, with ids of its own so that files may share one Redis. */
async function startService() {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createServiceDatabase("product"));
  const redis = openRedis({ url: testServers().redisUrl, name: "test", log });
  stack.defer(() => closeRedis(redis));
  const counting = countLoads(createProductStore(database.sql));
  const rows = createProductRows({ store: counting.store, redis, log });
  const tree = createCachedTree(createStorefrontStore(database.sql));
  const lists = createProductLists({ store: createListStore(database.sql), redis, log, tree });
  const search = createProductSearch(createSearchStore(database.sql));
  const service = createProductService({ rows, lists, search });
  const transport = createRouterTransport(
    (router) => void router.service(ProductService, service),
    { router: { interceptors: [errorMapping(log)] } },
  );
  const kept = stack.move();
  return {
    sql: database.sql,
    rows,
    loads: counting.loads,
    client: createClient(ProductService, transport),
    firstId: BigInt(Math.floor(Math.random() * 1e12)) * 1_000n,
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function countLoads(inner: ProductStore) {
  const loads: number[] = [];
  const store: ProductStore = {
    ...inner,
    batchGetProducts(ids) {
      loads.push(ids.length);
      return inner.batchGetProducts(ids);
    },
  };
  return { store, loads };
}

Deno.test("ProductService.BatchGetProducts", async (t) => {
  await using service = await startService();
  const { client, sql, firstId: id, loads } = service;
  await insertProducts(sql, [
    { id: id + 1n },
    { id: id + 2n, status: 2 },
    { id: id + 3n, status: 3 },
    { id: id + 4n },
  ]);

  await t.step("answers in the order of the ask, without what is unknown or deleted", async () => {
    const productIds = [id + 4n, id + 9n, id + 3n, id + 1n, 0n, -5n, id + 2n, id + 1n];
    const { products } = await client.batchGetProducts({ productIds });
    assert.deepEqual(
      products.map((product) => product.id),
      [id + 4n, id + 1n, id + 2n, id + 1n],
    );
    const { name, subtitle, priceFen, category, images, currency } = products[1] ?? {};
    assert.deepEqual(
      { name, subtitle, priceFen, category, images, currency },
      {
        name: `product ${id + 1n}`,
        subtitle: `subtitle ${id + 1n}`,
        priceFen: 1_999n,
        category: "Test",
        images: [`/images/${id + 1n}.svg`],
        currency: "CNY",
      },
    );
  });

  await t.step("asked the database once for all ids, and not again", async () => {
    await client.batchGetProducts({ productIds: [id + 1n, id + 2n, id + 3n, id + 9n] });
    assert.deepEqual(loads, [5]);
  });

  await t.step("reads a changed row after its invalidation", async () => {
    const [row] = await sql<{ version: bigint }[]>`
      UPDATE product SET name = 'renamed' WHERE id = ${id + 1n} RETURNING version`;
    await service.rows.invalidate(id + 1n, row?.version ?? 0n);
    const { products } = await client.batchGetProducts({ productIds: [id + 1n] });
    assert.deepEqual(products.map(({ name, version }) => [name, version]), [["renamed", 2n]]);
  });

  await t.step("answers nothing to nothing", async () => {
    assert.deepEqual((await client.batchGetProducts({})).products, []);
  });

  await t.step("refuses more than 200 ids", async () => {
    const productIds = Array.from({ length: 201 }, (_, n) => BigInt(n + 1));
    await assert.rejects(client.batchGetProducts({ productIds }), (error) => {
      assert.ok(error instanceof ConnectError);
      assert.equal(error.code, Code.InvalidArgument);
      return error.rawMessage === "/product_ids: at most 200 ids, not 201";
    });
  });
});
