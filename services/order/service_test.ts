import { Code, ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import { createLogger } from "../../shared/log.ts";
import { authentication } from "../../shared/rpc/authentication.ts";
import { errorMapping, reasonOf } from "../../shared/rpc/error_mapping.ts";
import { insertOrders, testOrderId } from "../../tests/support/order_rows.ts";
import { as, asService, verifyTestToken } from "../../shared/rpc/testing/principals.ts";
import { createServiceDatabase } from "../../tests/support/service_database.ts";
import { createOrderService } from "./service.ts";
import { createOrderStore } from "./store.ts";

Deno.test("OrderService.ListOrders", async (t) => {
  await using database = await createServiceDatabase("order");
  const service = createOrderService(createOrderStore(database.sql));
  const interceptors = [
    errorMapping(createLogger({ level: "error", write: () => {} })),
    authentication(verifyTestToken),
  ];
  const transport = createRouterTransport(
    (router) => void router.service(OrderService, service),
    { router: { interceptors } },
  );
  const client = createClient(OrderService, transport);

  await t.step("pages newest first and tells where to go on", async () => {
    const times = [30, 20, 20, 10];
    await insertOrders(
      database.sql,
      times.map((createMs, n) => ({ id: testOrderId(9 - n), createMs, productIds: [1n, 2n] })),
    );
    const first = await client.listOrders({ ps: 2 }, as(123n));
    assert.deepEqual(
      [first.orders.map((order) => order.orderId), first.isEnd, first.orderTime, first.lastId],
      [[testOrderId(9), testOrderId(8)], false, 20n, testOrderId(8)],
    );
    const { orderTime: cursor, lastId } = first;
    const second = await client.listOrders({ ps: 2, cursor, lastId }, as(123n));
    assert.deepEqual(
      [second.orders.map((order) => order.orderId), second.isEnd],
      [[testOrderId(7), testOrderId(6)], true],
    );
    const [order] = first.orders;
    assert.deepEqual(
      [order?.quantity, order?.totalPriceFen, order?.items[1]?.totalPriceFen],
      [2, 3_998n, 1_999n],
    );
  });

  await t.step("lists nobody else's, and nobody's without a token", async () => {
    const cases = [
      { call: client.listOrders({ userId: 124n }, as(123n)), reason: "NOT_YOUR_ACCOUNT" },
      { call: client.listOrders({ userId: 123n }, as(124n, "admin")), reason: "NOT_YOUR_ACCOUNT" },
      { call: client.listOrders({ userId: 123n }), reason: "UNAUTHENTICATED" },
      { call: client.listOrders({ userId: 123n }, asService()), reason: "NOT_A_PERSON" },
    ];
    for (const { call, reason } of cases) {
      await assert.rejects(
        call,
        (error) => error instanceof ConnectError && reasonOf(error) === reason,
      );
    }
    const { orders } = await client.listOrders({}, as(124n));
    assert.deepEqual(orders, []);
  });

  await t.step("refuses an unknown status by name", async () => {
    const refused = client.listOrders({ userId: 123n, status: 7 }, as(123n));
    await assert.rejects(refused, (error) => {
      assert.ok(error instanceof ConnectError);
      assert.deepEqual([error.code, reasonOf(error)], [Code.InvalidArgument, "INVALID_ARGUMENT"]);
      return error.rawMessage.includes("/status");
    });
  });

  await t.step("answers Unimplemented for what is not built", async () => {
    await assert.rejects(
      client.getOrder({ orderId: testOrderId(1) }),
      (error) => error instanceof ConnectError && error.code === Code.Unimplemented,
    );
  });
});
