import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import { ReservationState } from "../../proto/gen/product/v1/stock_pb.ts";
import { reasonOf } from "../../shared/rpc/error_mapping.ts";
import { as } from "../../shared/rpc/testing/principals.ts";
import type { Sql } from "../../shared/postgres/pool.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { startOrderBench, unpaidMax } from "../../tests/support/order_bench.ts";

let nextKey = 1;

function wish(more: object = {}) {
  const items = [{ productId: 1n, quantity: 2 }];
  return { addressId: 1n, items, idempotencyKey: `key-${nextKey++}`, ...more };
}

/** Statements on this database that wait for somebody's lock. */
async function waitingForLocks(sql: Sql): Promise<bigint | undefined> {
  const [row] = await sql<{ count: bigint }[]>`
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'`;
  return row?.count;
}

async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  const error = await call.then(() => undefined, (error) => error);
  assert.ok(error instanceof ConnectError, "it was not refused");
  return reasonOf(error);
}

Deno.test("OrderService.CreateOrder", async (t) => {
  await using bench = await startOrderBench();
  const { sql, neighbours } = bench;
  const client = bench.client(OrderService);

  await t.step(
    "makes an unpaid order with the shelf's prices and a copy of the address",
    async () => {
      const { order, replayed } = await client.createOrder(wish({ remark: "soon" }), as(7n));
      assert.ok(order);
      assert.match(order.orderId, /^\d{24}\d{4}$/);
      assert.deepEqual(
        [order.status, order.totalPriceFen, order.postageFen, order.paymentFen, order.quantity],
        [10, 3_998n, 800n, 4_798n, 2],
      );
      assert.deepEqual([order.receiver?.name, order.remark, replayed], ["苏小满", "soon", false]);
      const { changes } = await client.listOrderStatusChanges({ orderId: order.orderId }, as(7n));
      assert.deepEqual(
        changes.map((
          { fromStatus, toStatus, reason, actor },
        ) => [fromStatus, toStatus, reason, actor]),
        [[undefined, 10, "CREATED", "user:7"]],
      );
      const events = await sql`SELECT subject FROM outbox`;
      assert.deepEqual(events.map(({ subject }) => subject), ["order.created"]);
      const { order: read } = await client.getOrder({ orderId: order.orderId }, as(7n));
      assert.deepEqual(read, order);
    },
  );

  await t.step("the same key answers the same order, fifty times at once", async () => {
    const request = wish();
    const settled = await Promise.allSettled(
      Array.from({ length: 50 }, () => client.createOrder(request, as(8n))),
    );
    const orders = settled.flatMap((one) => one.status === "fulfilled" ? [one.value.order] : []);
    assert.equal(new Set(orders.map((order) => order?.orderId)).size, 1);
    for (const one of settled) {
      if (one.status === "fulfilled") continue;
      assert.deepEqual([one.reason.code, reasonOf(one.reason)], [Code.Aborted, "IN_FLIGHT"]);
    }
    const again = await client.createOrder(request, as(8n));
    assert.deepEqual([again.replayed, again.order], [true, orders[0]]);
    const rows = await sql`SELECT 1 FROM orders WHERE user_id = 8`;
    assert.equal(rows.length, 1);
    const other = { ...request, items: [{ productId: 1n, quantity: 3 }] };
    assert.equal(await refusal(client.createOrder(other, as(8n))), "IDEMPOTENCY_KEY_REUSED");
    const mine = await client.createOrder(request, as(9n));
    assert.notEqual(mine.order?.orderId, orders[0]?.orderId);
  });

  await t.step("a refusal makes nothing, and is not remembered", async () => {
    const request = wish({ items: [{ productId: 2n, quantity: 101 }] });
    assert.equal(await refusal(client.createOrder(request, as(10n))), "OUT_OF_STOCK");
    neighbours.shelf.set(2n, { price: 500n, pieces: 200 });
    const { order } = await client.createOrder(request, as(10n));
    assert.equal(order?.totalPriceFen, 50_500n);
    const cases: [object, string][] = [
      [{ addressId: 99n }, "ADDRESS_NOT_FOUND"],
      [{ items: [{ productId: 99n, quantity: 1 }] }, "PRODUCT_NOT_FOUND"],
      [{ items: [], fromCart: true }, "CART_EMPTY"],
    ];
    for (const [more, reason] of cases) {
      assert.equal(await refusal(client.createOrder(wish(more), as(11n))), reason);
    }
    assert.equal((await sql`SELECT 1 FROM orders WHERE user_id = 11`).length, 0);
    assert.equal((await sql`SELECT 1 FROM idempotency_key WHERE user_id = 11`).length, 0);
  });

  await t.step("takes what is checked in the cart", async () => {
    neighbours.cart = [{ productId: 1n, quantity: 1 }, { productId: 2n, quantity: 3 }];
    const { order } = await client.createOrder(wish({ items: [], fromCart: true }), as(12n));
    assert.deepEqual(
      order?.items.map(({ productId, quantity }) => [productId, quantity]),
      [[1n, 1], [2n, 3]],
    );
  });

  await t.step(
    "holds the cap of unpaid orders, also at once, and gives the stock back",
    async () => {
      const before = neighbours.reservations.size;
      const settled = await Promise.allSettled(
        Array.from({ length: 30 }, () => client.createOrder(wish(), as(13n))),
      );
      assert.equal(settled.filter(({ status }) => status === "fulfilled").length, unpaidMax);
      for (const one of settled) {
        if (one.status === "rejected") assert.equal(reasonOf(one.reason), "TOO_MANY_UNPAID_ORDERS");
      }
      const made = [...neighbours.reservations.values()].slice(before);
      assert.equal(
        made.filter(({ state }) => state === ReservationState.RESERVED).length,
        unpaidMax,
      );
    },
  );

  await t.step("counts what another call has made while it waited for it", async () => {
    for (let n = 1; n < unpaidMax; n++) await client.createOrder(wish(), as(23n));
    const { calls } = await sql.begin(async (tx) => {
      await tx`SELECT count_unpaid(23)`;
      const both = [1, 2].map(() => client.createOrder(wish(), as(23n)));
      await eventually("both wait", async () => await waitingForLocks(sql) === 2n);
      return { calls: Promise.allSettled(both) };
    });
    const outcomes = (await calls).map(({ status }) => status).sort();
    assert.deepEqual(outcomes, ["fulfilled", "rejected"]);
  });

  await t.step("a lost answer of the stock is found again under the same order", async () => {
    const request = wish();
    neighbours.afterReserve = () => Promise.reject(new ConnectError("lost", Code.Unavailable));
    assert.equal(await refusal(client.createOrder(request, as(14n))), "PRODUCT_UNAVAILABLE");
    neighbours.afterReserve = () => Promise.resolve();
    const before = neighbours.reservations.size;
    const { order } = await client.createOrder(request, as(14n));
    assert.equal(neighbours.reservations.size, before);
    assert.ok(neighbours.reservations.has(order?.orderId ?? ""));
  });

  await t.step("what was given back meanwhile is reserved anew", async () => {
    const request = wish();
    neighbours.afterReserve = () => Promise.reject(new ConnectError("lost", Code.Unavailable));
    await refusal(client.createOrder(request, as(15n)));
    neighbours.afterReserve = () => Promise.resolve();
    const [orderId = "", held] = [...neighbours.reservations].at(-1) ?? [];
    if (held !== undefined) held.state = ReservationState.RELEASED;
    const { order } = await client.createOrder(request, as(15n));
    assert.notEqual(order?.orderId, orderId);
    assert.equal(
      neighbours.reservations.get(order?.orderId ?? "")?.state,
      ReservationState.RESERVED,
    );
  });
});

Deno.test("OrderService steps", async (t) => {
  await using bench = await startOrderBench();
  const client = bench.client(OrderService);
  const make = async () => (await client.createOrder(wish(), as(7n))).order?.orderId ?? "";

  await t.step("cancels once, only the own, only while unpaid", async () => {
    const orderId = await make();
    assert.equal(
      await refusal(client.cancelOrder({ orderId }, as(8n, "admin"))),
      "ORDER_NOT_FOUND",
    );
    const { order } = await client.cancelOrder({ orderId, reason: "changed my mind" }, as(7n));
    assert.deepEqual([order?.status, order?.closeReason], [0, "CANCELLED_BY_BUYER"]);
    const again = await client.cancelOrder({ orderId }, as(7n));
    assert.deepEqual(again.order?.status, 0);
    const events = await bench.sql`SELECT subject FROM outbox WHERE subject <> 'order.created'`;
    assert.deepEqual(events.map(({ subject }) => subject), ["order.cancelled"]);
    assert.equal(await refusal(client.confirmOrder({ orderId }, as(7n))), "ORDER_NOT_SHIPPED");
  });

  await t.step("twenty cancels at once are one", async () => {
    const orderId = await make();
    await Promise.all(
      Array.from({ length: 20 }, () => client.cancelOrder({ orderId }, as(7n))),
    );
    const { changes } = await client.listOrderStatusChanges({ orderId }, as(7n));
    assert.deepEqual(changes.map(({ toStatus }) => toStatus), [10, 0]);
  });

  await t.step("counts by status", async () => {
    await make();
    const { counts, toComment } = await client.getOrderCounts({}, as(7n));
    assert.deepEqual(
      counts.map(({ status, orders }) => [status, orders]),
      [[0, 2n], [10, 1n], [20, 0n], [30, 0n], [40, 0n], [50, 0n], [60, 0n]],
    );
    assert.equal(toComment, 0n);
  });
});
