import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { OrderView } from "../../proto/gen/order/v1/order_pb.ts";
import { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import { reasonOf } from "../../shared/rpc/error_mapping.ts";
import { as, asService } from "../../shared/rpc/testing/principals.ts";
import { startOrderBench } from "../../tests/support/order_bench.ts";
import { insertOrders, testOrderId } from "../../tests/support/order_rows.ts";

Deno.test("OrderService.ListOrders", async (t) => {
  await using bench = await startOrderBench();
  const client = bench.client(OrderService);

  await t.step("pages newest first and tells where to go on", async () => {
    const times = [30, 20, 20, 10];
    await insertOrders(
      bench.sql,
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

  await t.step("as cards pages alike and leaves out what lists do not show", async () => {
    const { CARD } = OrderView;
    const whole = await client.listOrders({ ps: 2 }, as(123n));
    const cards = await client.listOrders({ ps: 2, view: CARD }, as(123n));
    const { orders, ...place } = cards;
    assert.deepEqual({ ...place, orders: whole.orders }, whole);
    assert.deepEqual(
      orders,
      whole.orders.map((order) => ({ ...order, currency: "", updateTime: 0n, payBefore: 0n })),
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
});
