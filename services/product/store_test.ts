import assert from "node:assert/strict";
import { ProductChangedSchema } from "../../proto/gen/product/v1/product_event_pb.ts";
import { eventMessage } from "../../shared/messaging/event.ts";
import type { Sql } from "../../shared/postgres/pool.ts";
import { insertCategories, insertProducts } from "../../tests/support/product_rows.ts";
import { createServiceDatabase } from "../../tests/support/service_database.ts";
import { createProductStore } from "./store.ts";
import { composeStockChanges } from "./store/stock_changes.ts";

/** What was told of changes since the last time, in the order of the products. */
async function told(sql: Sql) {
  const rows = await sql<{ payload: Uint8Array }[]>`DELETE FROM outbox RETURNING payload`;
  return rows
    .map(({ payload }) => eventMessage(ProductChangedSchema, payload))
    .toSorted((a, b) => Number(a.productId - b.productId))
    .map(({ $typeName: _, categoryIds, ...change }) => {
      return { ...change, categoryIds: categoryIds.toSorted() };
    });
}

async function startStore() {
  await using stack = new AsyncDisposableStack();
  const { sql } = stack.use(await createServiceDatabase("product"));
  await insertCategories(sql, [
    { id: 10n },
    { id: 11n, parentId: 10n },
    { id: 20n },
    { id: 21n, parentId: 20n },
  ]);
  await insertProducts(sql, [
    { id: 1n, categoryId: 11n, stock: 5n },
    { id: 2n, categoryId: 11n, stock: 5n },
    { id: 3n, categoryId: 11n, status: 3 },
  ]);
  const kept = stack.move();
  return { sql, store: createProductStore(sql), [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

Deno.test("updateProduct() changes what is given, and tells of both categories", async () => {
  await using test = await startStore();
  const { store, sql } = test;
  const changed = await store.updateProduct(1n, 1n, {
    priceFen: 250n,
    name: "renamed",
    categoryId: 21n,
    recommendTime: 77n,
  });
  assert.ok(typeof changed === "object");
  const { name, subtitle, priceFen, categoryId, recommendTime, version } = changed;
  assert.deepEqual({ name, subtitle, priceFen, categoryId, recommendTime, version }, {
    name: "renamed",
    subtitle: "subtitle 1",
    priceFen: 250n,
    categoryId: 21n,
    recommendTime: 77n,
    version: 2n,
  });
  assert.deepEqual(await told(sql), [{
    productId: 1n,
    version: 2n,
    categoryIds: [10n, 11n, 20n, 21n],
    deleted: false,
    stockOnly: false,
  }]);
});

Deno.test("updateProduct() changes nothing that is stale, gone or unknown, and tells nothing", async () => {
  await using test = await startStore();
  const { store, sql } = test;
  assert.equal(await store.updateProduct(1n, 9n, { priceFen: 1n }), "stale");
  assert.equal(await store.updateProduct(3n, 1n, { priceFen: 1n }), "absent");
  assert.equal(await store.updateProduct(99n, 1n, { priceFen: 1n }), "absent");
  assert.deepEqual(await told(sql), []);
});

Deno.test("of 20 parallel changes that read the same version one wins", async () => {
  await using test = await startStore();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => {
      return test.store.updateProduct(1n, 1n, { priceFen: BigInt(n + 1) });
    }),
  );
  assert.equal(answers.filter((answer) => answer === "stale").length, 19);
});

Deno.test("setStatus() tells of the deletion, and says whether there is such a product", async () => {
  await using test = await startStore();
  assert.equal(await test.store.setStatus(1n, 3), true);
  assert.equal(await test.store.setStatus(99n, 3), false);
  assert.deepEqual((await told(test.sql)).map(({ productId, deleted }) => [productId, deleted]), [
    [1n, true],
  ]);
});

Deno.test("moveStock() moves all lines or none, and names those that fail", async () => {
  await using test = await startStore();
  const { store, sql } = test;
  assert.deepEqual(
    await store.moveStock([
      { productId: 2n, delta: -6n },
      { productId: 1n, delta: -1n },
      { productId: 99n, delta: 1n },
    ]),
    [2n, 99n],
  );
  assert.deepEqual(await told(sql), []);
  assert.deepEqual(
    await store.moveStock([{ productId: 2n, delta: -5n }, { productId: 1n, delta: 3n }]),
    [],
  );
  const rows = await sql`SELECT id, stock FROM product WHERE id < 3 ORDER BY id`;
  assert.deepEqual([...rows], [{ id: 1n, stock: 8n }, { id: 2n, stock: 0n }]);
  assert.deepEqual(
    [await told(sql), await composeStockChanges(sql), await composeStockChanges(sql)],
    [[], false, false],
  );
  assert.deepEqual(
    (await told(sql)).map(({ productId, version, stockOnly }) => [productId, version, stockOnly]),
    [[1n, 2n, true], [2n, 2n, true]],
  );
});

Deno.test("composeStockChanges() makes one event of many changes of a product", async () => {
  await using test = await startStore();
  const { store, sql } = test;
  for (let n = 0; n < 5; n++) await store.moveStock([{ productId: 1n, delta: 1n }]);
  await Promise.all(Array.from({ length: 4 }, () => composeStockChanges(sql)));
  const events = await told(sql);
  assert.deepEqual(events.at(-1)?.version, 6n);
  assert.ok(events.length <= 4);
});

Deno.test("moveStock() sells no piece twice, also with lines in opposite orders", async () => {
  await using test = await startStore();
  const { store, sql } = test;
  const lines = [{ productId: 1n, delta: -1n }, { productId: 2n, delta: -1n }];
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => store.moveStock(n % 2 ? lines : lines.toReversed())),
  );
  assert.equal(answers.filter((short) => short.length === 0).length, 5);
  const rows = await sql`SELECT stock FROM product WHERE id < 3`;
  assert.deepEqual([...rows], [{ stock: 0n }, { stock: 0n }]);
});
