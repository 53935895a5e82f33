import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { OrderInternalService } from "../../../proto/gen/order/v1/order_internal_service_pb.ts";
import { createLogger } from "../../../shared/log.ts";
import { errorMapping } from "../../../shared/rpc/error_mapping.ts";
import { insertOrders, testOrderId } from "../../../tests/support/order_rows.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { createOrderStore } from "../store.ts";
import { createCommentRightStore } from "../store/comment_right.ts";
import { createOrderInternalService } from "./internal.ts";

Deno.test("OrderInternalService.GetCommentRight", async (t) => {
  await using database = await createServiceDatabase("order");
  const service = createOrderInternalService({
    orders: createOrderStore(database.sql),
    commentRights: createCommentRightStore(database.sql),
  });
  const interceptors = [errorMapping(createLogger({ level: "error" }))];
  const transport = createRouterTransport(
    (router) => void router.service(OrderInternalService, service),
    { router: { interceptors } },
  );
  const client = createClient(OrderInternalService, transport);
  await insertOrders(database.sql, [
    { id: testOrderId(1), userId: 7n, status: 50, productIds: [3n, 5n] },
    { id: testOrderId(2), userId: 7n, status: 40, productIds: [3n] },
  ]);

  await t.step("answers allowed, or the reason why not", async () => {
    const cases: [bigint, string, bigint, string][] = [
      [7n, testOrderId(1), 5n, ""],
      [7n, testOrderId(2), 3n, "ORDER_NOT_RECEIVED"],
      [7n, testOrderId(1), 4n, "ITEM_NOT_IN_ORDER"],
      [8n, testOrderId(1), 5n, "ORDER_NOT_FOUND"],
      [7n, testOrderId(9), 5n, "ORDER_NOT_FOUND"],
    ];
    for (const [userId, orderId, productId, expected] of cases) {
      const { allowed, reason } = await client.getCommentRight({ userId, orderId, productId });
      assert.deepEqual([allowed, reason], [expected === "", expected]);
    }
  });

  await t.step("refuses a malformed question by field", async () => {
    await assert.rejects(client.getCommentRight({ userId: 7n, orderId: "1", productId: 3n }), {
      name: "ConnectError",
      code: Code.InvalidArgument,
      rawMessage: "/order_id: must be an order's id",
    });
  });

  await t.step("GetPayableOrder tells what a payment must match", async () => {
    const { $typeName: _, payBefore: _before, ...payable } = await client.getPayableOrder({
      orderId: testOrderId(1),
    });
    assert.deepEqual(payable, {
      orderId: testOrderId(1),
      userId: 7n,
      status: 50,
      paymentFen: 3_998n,
      currency: "CNY",
      subject: "kept name 3 (2 pieces)",
    });
    await assert.rejects(
      client.getPayableOrder({ orderId: "1" }),
      (error) => error instanceof ConnectError && error.code === Code.NotFound,
    );
  });

  await t.step(
    "BatchGetOrderStates has an entry for every id, in the order of the ask",
    async () => {
      const orderIds = [testOrderId(2), "no order", testOrderId(9), testOrderId(1)];
      const { states } = await client.batchGetOrderStates({ orderIds });
      assert.deepEqual(
        states.map(({ orderId, exists, status }) => [orderId, exists, status]),
        [[orderIds[0], true, 40], ["no order", false, 0], [orderIds[2], false, 0], [
          orderIds[3],
          true,
          50,
        ]],
      );
      const many = Array.from({ length: 501 }, () => testOrderId(1));
      await assert.rejects(
        client.batchGetOrderStates({ orderIds: many }),
        (error) => error instanceof ConnectError && error.code === Code.InvalidArgument,
      );
    },
  );
});
