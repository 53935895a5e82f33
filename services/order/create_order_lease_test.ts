/** A call that is slower than its claim holds: somebody else goes on with the key meanwhile. */
import { ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import { ReservationState } from "../../proto/gen/product/v1/stock_pb.ts";
import { reasonOf } from "../../shared/rpc/error_mapping.ts";
import { as } from "../../shared/rpc/testing/principals.ts";
import { type OrderBench, startOrderBench, unpaidMax } from "../../tests/support/order_bench.ts";

let nextKey = 1;

function wish(more: object = {}) {
  const items = [{ productId: 1n, quantity: 2 }];
  return { addressId: 1n, items, idempotencyKey: `key-${nextKey++}`, ...more };
}

async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  const error = await call.then(() => undefined, (error) => error);
  assert.ok(error instanceof ConnectError, "it was not refused");
  return reasonOf(error);
}

/** Holds the next call back that has reserved, until its claim has run out. */
async function slowCall<T>({ sql, neighbours }: OrderBench, call: () => Promise<T>) {
  const reserved = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  neighbours.afterReserve = () => {
    neighbours.afterReserve = () => Promise.resolve();
    reserved.resolve();
    return gate.promise;
  };
  const slow = call();
  // Who waits for it does so later; until then its failure is nobody's.
  slow.catch(() => {});
  await reserved.promise;
  await sql`UPDATE idempotency_key SET lease_until = now() - interval '1 second' WHERE answer IS NULL`;
  return { slow, goOn: () => gate.resolve() };
}

/** Orders that live without holding their pieces. */
async function nakedOrders({ sql, neighbours }: OrderBench): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`SELECT id FROM orders WHERE status = 10`;
  return rows.map(({ id }) => id).filter((id) => {
    return neighbours.reservations.get(id)?.state !== ReservationState.RESERVED;
  });
}

async function ordersOf({ sql }: OrderBench, userId: bigint): Promise<number> {
  return (await sql`SELECT 1 FROM orders WHERE user_id = ${userId} AND status = 10`).length;
}

Deno.test("OrderService.CreateOrder, slower than its claim holds", async (t) => {
  await using bench = await startOrderBench();
  const { neighbours } = bench;
  const client = bench.client(OrderService);

  await t.step("makes no order out of what was given back meanwhile", async () => {
    const request = wish();
    const { slow, goOn } = await slowCall(bench, () => client.createOrder(request, as(1n)));
    const [orderId = "", held] = [...neighbours.reservations].at(-1) ?? [];
    assert.ok(held);
    held.state = ReservationState.RELEASED;
    goOn();
    assert.equal(await refusal(slow), "IN_FLIGHT");
    assert.deepEqual([await ordersOf(bench, 1n), await nakedOrders(bench)], [0, []]);
    const { order } = await client.createOrder(request, as(1n));
    assert.notEqual(order?.orderId, orderId);
    assert.deepEqual([await ordersOf(bench, 1n), await nakedOrders(bench)], [1, []]);
  });

  await t.step("gives way to who went on in its place", async () => {
    const request = wish();
    const { slow, goOn } = await slowCall(bench, () => client.createOrder(request, as(2n)));
    const { order } = await client.createOrder(request, as(2n));
    goOn();
    assert.equal(await refusal(slow), "IN_FLIGHT");
    const again = await client.createOrder(request, as(2n));
    assert.deepEqual([again.replayed, again.order], [true, order]);
    assert.deepEqual([await ordersOf(bench, 2n), await nakedOrders(bench)], [1, []]);
  });

  await t.step(
    "makes no order after who went on was refused and gave the pieces back",
    async () => {
      const request = wish();
      const others = [];
      for (let n = 1; n < unpaidMax; n++) others.push(await client.createOrder(wish(), as(3n)));
      const { slow, goOn } = await slowCall(bench, () => client.createOrder(request, as(3n)));
      await client.createOrder(wish(), as(3n));
      assert.equal(await refusal(client.createOrder(request, as(3n))), "TOO_MANY_UNPAID_ORDERS");
      await client.cancelOrder({ orderId: others[0]?.order?.orderId ?? "" }, as(3n));
      goOn();
      assert.equal(await refusal(slow), "IN_FLIGHT");
      assert.deepEqual(await nakedOrders(bench), []);
    },
  );

  await t.step("does not undo what who went on has done when it is refused itself", async () => {
    const request = wish();
    for (let n = 1; n < unpaidMax; n++) await client.createOrder(wish(), as(4n));
    const { slow, goOn } = await slowCall(bench, () => client.createOrder(request, as(4n)));
    const { order } = await client.createOrder(request, as(4n));
    goOn();
    await refusal(slow);
    assert.deepEqual([await ordersOf(bench, 4n), await nakedOrders(bench)], [unpaidMax, []]);
    const again = await client.createOrder(request, as(4n));
    assert.deepEqual([again.replayed, again.order], [true, order]);
  });
});

Deno.test("OrderService.CreateOrder goes on although the cart changed since the call that died", async () => {
  await using bench = await startOrderBench();
  const { neighbours } = bench;
  const client = bench.client(OrderService);
  neighbours.shelf.set(1n, { price: 1_999n, pieces: 3 });
  neighbours.cart = [{ productId: 1n, quantity: 2 }];
  const request = wish({ items: [], fromCart: true });
  neighbours.afterReserve = () => Promise.reject(new Error("died"));
  await refusal(client.createOrder(request, as(1n)));
  neighbours.afterReserve = () => Promise.resolve();
  const [died = ""] = [...neighbours.reservations.keys()];
  neighbours.cart = [{ productId: 1n, quantity: 3 }];
  const { order } = await client.createOrder(request, as(1n));
  assert.deepEqual(order?.items.map(({ quantity }) => quantity), [3]);
  assert.equal(neighbours.reservations.get(died)?.state, ReservationState.RELEASED);
  assert.deepEqual(await nakedOrders(bench), []);
});
