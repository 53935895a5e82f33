import assert from "node:assert/strict";
import { ProductChangedSchema } from "../../../proto/gen/product/v1/product_event_pb.ts";
import { eventMessage } from "../../../shared/messaging/event.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { insertCategories, insertProducts } from "../../../tests/support/product_rows.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { createProductStore } from "../store.ts";
import { createCountStore, noteRating, noteSales } from "./counts.ts";

async function counters(sql: Sql) {
  return await sql`
    SELECT id, sales, rating_sum, rating_count, rating_hundredths, version
    FROM product ORDER BY id`;
}

async function changes(sql: Sql) {
  const rows = await sql<{ payload: Uint8Array }[]>`SELECT payload FROM outbox ORDER BY id`;
  return rows.map(({ payload }) => {
    const { productId, version, categoryIds, stockOnly } = eventMessage(
      ProductChangedSchema,
      payload,
    );
    return { productId, version, categoryIds: categoryIds.toSorted(), stockOnly };
  });
}

Deno.test("addUpCounts() adds what was noted to each product by one update, and tells of it", async () => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  await insertCategories(sql, [{ id: 7n }, { id: 8n, parentId: 7n }]);
  await insertProducts(sql, [{ id: 1n, categoryId: 8n }, { id: 2n, categoryId: 7n }, { id: 3n }]);
  await sql.begin(async (tx) => {
    await noteSales(tx, [{ productId: 1n, pieces: 2n }, { productId: 2n, pieces: 5n }]);
    await noteSales(tx, [{ productId: 1n, pieces: 3n }]);
    await noteRating(tx, 1n, 5);
    await noteRating(tx, 1n, 4);
  });
  const store = createCountStore(sql);
  assert.equal(await store.addUpCounts(1_000), 5);
  assert.deepEqual([...await counters(sql)], [
    {
      id: 1n,
      sales: 5n,
      rating_sum: 9n,
      rating_count: 2n,
      rating_hundredths: 450,
      version: 2n,
    },
    {
      id: 2n,
      sales: 5n,
      rating_sum: 0n,
      rating_count: 0n,
      rating_hundredths: 0,
      version: 2n,
    },
    {
      id: 3n,
      sales: 0n,
      rating_sum: 0n,
      rating_count: 0n,
      rating_hundredths: 0,
      version: 1n,
    },
  ]);
  const told = (await changes(sql)).toSorted((a, b) => Number(a.productId - b.productId));
  assert.deepEqual(told, [
    { productId: 1n, version: 2n, categoryIds: [7n, 8n], stockOnly: false },
    { productId: 2n, version: 2n, categoryIds: [7n], stockOnly: false },
  ]);
  assert.equal(await store.addUpCounts(1_000), 0);
});

Deno.test("addUpCounts() counts each note once, with several at work and sales going on", async () => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  const ids = Array.from({ length: 20 }, (_, n) => BigInt(n + 1));
  await insertProducts(sql, ids.map((id) => ({ id, stock: 1_000n })));
  const store = createCountStore(sql);
  const products = createProductStore(sql);
  const lines = ids.map((productId) => ({ productId, pieces: 1n }));
  const backwards = ids.toReversed().map((productId) => ({ productId, delta: -1n }));
  await Promise.all([
    ...Array.from({ length: 10 }, () => sql.begin((tx) => noteSales(tx, lines))),
    ...Array.from({ length: 10 }, () => store.addUpCounts(7)),
    ...Array.from({ length: 10 }, () => products.moveStock(backwards)),
  ]);
  for (let left = 1; left > 0;) left = await store.addUpCounts(1_000);
  const rows = await sql`SELECT DISTINCT sales, stock FROM product`;
  assert.deepEqual([...rows], [{ sales: 10n, stock: 990n }]);
});

Deno.test("noteSales() is undone with its transaction", async () => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  await insertProducts(sql, [{ id: 1n }]);
  await assert.rejects(sql.begin(async (tx) => {
    await noteSales(tx, [{ productId: 1n, pieces: 2n }]);
    throw new Error("the sale failed");
  }));
  assert.equal(await createCountStore(sql).addUpCounts(10), 0);
});

Deno.test("addUpCounts() bends a note that cannot be true, and goes on", async () => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  await insertProducts(sql, [{ id: 1n }, { id: 2n, sales: 3n }, { id: 3n }]);
  await sql`
    INSERT INTO product_count (product_id, sales, rating_sum, rating_count)
    VALUES (1, 0, 99, 1), (2, -5, 0, -4), (3, 1, 3, 1), (999, 1, 5, 1)`;
  assert.equal(await createCountStore(sql).addUpCounts(10), 4);
  const rows = await sql`SELECT sales, rating_sum, rating_count FROM product ORDER BY id`;
  assert.deepEqual([...rows], [
    { sales: 0n, rating_sum: 5n, rating_count: 1n },
    { sales: 0n, rating_sum: 0n, rating_count: 0n },
    { sales: 1n, rating_sum: 3n, rating_count: 1n },
  ]);
});
