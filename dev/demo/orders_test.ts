import assert from "node:assert/strict";
import { dayMs, minuteMs } from "./anchor.ts";
import { categoryRows, placesOf } from "./categories.ts";
import { demoData } from "./demo_data.ts";
import { demoProducts } from "./products.ts";
import type { OrderRow, OrderStatusHistoryRow } from "./rows.ts";
import { themes } from "./words/themes.ts";

const anchor = new Date(Date.UTC(2026, 5, 1, 7));
const { product, order: tables } = demoData(anchor);
const statuses = [0, 10, 20, 30, 40, 50, 60];
const products = new Map(product.product.map((row) => [row.id, row]));
const orders = new Map(tables.orders.map((row) => [row.id, row]));
const ofDemoUser = tables.orders.filter((row) => row.user_id === 123n);

/** Independent of the generator: the statuses from which each may be reached. */
const reachedFrom = new Map<number, number | null>([
  [10, null],
  [20, 10],
  [30, 20],
  [40, 30],
  [50, 40],
  [60, 10],
  [0, 10],
]);

function historyProblem(order: OrderRow, steps: readonly OrderStatusHistoryRow[]): string {
  let status: number | null = null;
  let time = -Infinity;
  for (const [index, { step, from_status, to_status, at, reason, actor }] of steps.entries()) {
    if (step !== index + 1) return "a step is missing";
    if (from_status !== status || reachedFrom.get(to_status) !== status) return "an illegal step";
    if (at.getTime() <= time) return "time runs backwards";
    if (!/^[A-Z_]+$/.test(reason)) return "no reason";
    if (!/^(user|operator):\d+$|^job:\w+$/.test(actor)) return "no actor";
    [status, time] = [to_status, at.getTime()];
  }
  if (status !== order.status) return "ends elsewhere";
  return time === order.update_time.getTime() ? "" : "changed after its last step";
}

Deno.test("every order came to its status by legal steps", () => {
  const steps = Map.groupBy(tables.order_status_history, (row) => row.order_id);
  const problems = tables.orders.map((row) => historyProblem(row, steps.get(row.id) ?? []));
  assert.deepEqual(problems.filter((problem) => problem !== ""), []);
  assert.deepEqual(new Set(steps.keys()), new Set(orders.keys()));
});

Deno.test("times and texts of an order are those of its status", () => {
  for (const row of tables.orders) {
    const paid = [20, 30, 40, 50].includes(row.status);
    const sent = [40, 50].includes(row.status);
    assert.deepEqual(
      [row.payment_time, row.send_time, row.end_time, row.close_time].map((time) => time !== null),
      [paid, sent, row.status === 50, [0, 60].includes(row.status)],
    );
    assert.deepEqual(
      [row.payment_type !== null, row.payment_id, row.carrier, row.tracking_number].map(Boolean),
      [paid, paid, sent, sent],
    );
    assert.equal(row.close_reason !== "", [0, 60].includes(row.status));
    const before = row.status === 10
      ? anchor.getTime() + 30 * dayMs
      : row.create_time.getTime() + 30 * minuteMs;
    assert.equal(row.pay_before.getTime(), before);
    assert.ok(row.payment_time === null || row.payment_time < row.pay_before);
  }
});

Deno.test("sums are those of the items, and delivery is free from 99 yuan on", () => {
  const items = Map.groupBy(tables.order_item, (row) => row.order_id);
  for (const { id, total_fen, postage_fen, payment_fen } of tables.orders) {
    let sum = 0n;
    for (const item of items.get(id) ?? []) sum += item.unit_price_fen * BigInt(item.quantity);
    const postage = sum >= 9900n ? 0n : 800n;
    assert.deepEqual([total_fen, postage_fen, payment_fen], [sum, postage, sum + postage]);
  }
  assert.ok(tables.orders.some((row) => row.postage_fen === 800n));
});

Deno.test("orders have 1 to 5 different items of products that existed, and one receiver", () => {
  const items = Map.groupBy(tables.order_item, (row) => row.order_id);
  for (const [id, order] of orders) {
    const rows = items.get(id) ?? [];
    assert.ok(rows.length >= 1 && rows.length <= 5);
    assert.deepEqual(rows.map((row) => row.line), rows.map((_, index) => index + 1));
    assert.equal(new Set(rows.map((row) => row.product_id)).size, rows.length);
    for (const row of rows) {
      const created = products.get(row.product_id)?.create_time ?? anchor;
      assert.ok(created < order.create_time);
    }
  }
  assert.deepEqual(tables.order_receiver.map((row) => row.order_id), [...orders.keys()]);
  assert.deepEqual(tables.order_receiver.filter((row) => !/^100\d{8}$/.test(row.phone)), []);
});

Deno.test("items keep what was bought, and a few of them differ from today's product", () => {
  const changed = tables.order_item.filter((row) => {
    const now = products.get(row.product_id);
    assert.equal(row.product_image, now?.images[0]);
    return row.product_name !== now?.name || row.unit_price_fen !== now?.price_fen;
  });
  const share = changed.length / tables.order_item.length;
  assert.ok(share > 0.01 && share < 0.15, `${share}`);
  assert.ok(changed.some((row) => orders.get(row.order_id)?.user_id === 123n));
});

Deno.test("ids are different, begin with the time and end with the user", () => {
  assert.equal(orders.size, tables.orders.length);
  for (const { id, user_id, create_time } of tables.orders) {
    const time = create_time.toISOString().replaceAll(/\D/g, "");
    assert.deepEqual([id.slice(0, 17), id.slice(-4)], [time, String(user_id).padStart(4, "0")]);
  }
});

Deno.test("the demo user has orders in every status, one with a deleted product", () => {
  const counts = statuses.map((status) => ofDemoUser.filter((row) => row.status === status).length);
  assert.deepEqual(counts, [6, 5, 4, 4, 6, 36, 6]);
  const deleted = tables.order_item.filter((row) => products.get(row.product_id)?.status === 3);
  assert.deepEqual(deleted.map((row) => orders.get(row.order_id)?.user_id), [123n]);
});

Deno.test("pages of 20 of the demo user end between orders of one moment", () => {
  for (const rows of [ofDemoUser, ofDemoUser.filter((row) => row.status === 50)]) {
    const times = rows.map((row) => row.create_time.getTime()).sort((a, b) => b - a);
    assert.equal(times[19], times[20]);
  }
});

Deno.test("buyers have 400 orders in every status", () => {
  const others = tables.orders.filter((row) => row.user_id !== 123n);
  assert.equal(others.length, 400);
  assert.deepEqual(others.filter((row) => row.user_id < 1001n || row.user_id > 1500n), []);
  assert.deepEqual(new Set(others.map((row) => row.status)), new Set(statuses));
});

Deno.test("comments on these orders are by their buyer, on their items, after receipt", () => {
  const items = new Set(tables.order_item.map((row) => `${row.order_id} ${row.product_id}`));
  const known = product.comment.filter((row) => orders.has(row.order_id));
  for (const row of known) {
    const order = orders.get(row.order_id);
    assert.deepEqual([order?.status, order?.user_id], [50, row.user_id]);
    assert.ok(items.has(`${row.order_id} ${row.product_id}`));
    assert.ok((order?.end_time ?? anchor) < row.create_time);
  }
  assert.ok(known.length > 300);
  const byDemoUser = known.filter((row) => row.user_id === 123n).length;
  const received = new Set(ofDemoUser.filter((row) => row.status === 50).map((row) => row.id));
  const open = tables.order_item.filter((row) => received.has(row.order_id)).length - byDemoUser;
  assert.ok(byDemoUser > 5 && open > 5, "the demo user has written some, and has some to write");
});

Deno.test("stock: what there was is what is left, reserved and sold", () => {
  const expected = tables.order_item.map((row) => {
    const { status = 0, create_time } = orders.get(row.order_id) ?? {};
    const state = status === 10 ? 1 : status === 0 || status === 60 ? 3 : 2;
    return [row.order_id, row.product_id, row.quantity, state, create_time];
  });
  const states = new Map(product.reservation.map((row) => [row.order_id, row]));
  assert.deepEqual(
    product.stock_reservation.map((row) => {
      const { state, create_time } = states.get(row.order_id) ?? {};
      return [row.order_id, row.product_id, row.quantity, state, create_time];
    }),
    expected,
  );
  const away = new Map<bigint, bigint>();
  for (const { order_id, product_id, quantity } of product.stock_reservation) {
    if (states.get(order_id)?.state !== 3) {
      away.set(product_id, (away.get(product_id) ?? 0n) + BigInt(quantity));
    }
  }
  for (const { id, pieces } of demoProducts(placesOf(themes), anchor)) {
    const row = products.get(id);
    assert.equal(pieces, (row?.stock ?? -1n) + (away.get(id) ?? 0n));
    assert.ok((row?.sales ?? 0n) >= (away.get(id) ?? 0n));
  }
});

Deno.test("categoryRows() and placesOf() number the sub-categories alike", () => {
  assert.deepEqual(
    placesOf(themes).map(({ categoryId, shelf }) => [categoryId, shelf.name]),
    categoryRows(themes).filter((row) => row.parent_id).map((row) => [row.id, row.name]),
  );
});
