import assert from "node:assert/strict";
import { insertOrders, testOrderId } from "../../../tests/support/order_rows.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { createCommentRightStore } from "./comment_right.ts";

Deno.test("findPurchase()", async (t) => {
  await using database = await createServiceDatabase("order");
  const store = createCommentRightStore(database.sql);
  await insertOrders(database.sql, [
    { id: testOrderId(1), userId: 7n, status: 50, productIds: [3n, 5n] },
    { id: testOrderId(2), userId: 8n, status: 0, productIds: [4n] },
  ]);

  await t.step("tells buyer, status and whether the product is in the order", async () => {
    const found = [
      await store.findPurchase(testOrderId(1), 5n),
      await store.findPurchase(testOrderId(1), 4n),
      await store.findPurchase(testOrderId(2), 4n),
      await store.findPurchase(testOrderId(2), 2n ** 63n - 1n),
    ];
    assert.deepEqual(found, [
      { buyerId: 7n, status: 50, hasItem: true },
      { buyerId: 7n, status: 50, hasItem: false },
      { buyerId: 8n, status: 0, hasItem: true },
      { buyerId: 8n, status: 0, hasItem: false },
    ]);
  });

  await t.step("knows nothing of an order that does not exist", async () => {
    assert.equal(await store.findPurchase(testOrderId(3), 3n), undefined);
  });
});
