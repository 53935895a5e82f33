import assert from "node:assert/strict";
import fc from "fast-check";
import { createServiceDatabase } from "../../tests/support/service_database.ts";
import { insertOrders, testOrderId } from "../../tests/support/order_rows.ts";
import type { Cursor } from "../../shared/paging.ts";
import type { Order } from "./order.ts";
import { createOrderStore } from "./store.ts";

Deno.test("listOrders()", async (t) => {
  await using database = await createServiceDatabase("order");
  const { sql } = database;
  const store = createOrderStore(sql);

  await t.step("answers nothing for somebody without orders", async () => {
    assert.deepEqual(await store.listOrders({ userId: 9n, status: undefined }, undefined, 21), []);
  });

  await t.step("reads an order with its lines in their order", async () => {
    await insertOrders(sql, [{ id: testOrderId(1), userId: 1n, productIds: [7n, 3n, 5n] }]);
    const [order] = await store.listOrders({ userId: 1n, status: undefined }, undefined, 21);
    assert.deepEqual(order?.items.map((item) => item.productId), [7n, 3n, 5n]);
    assert.deepEqual(order?.items[0], {
      productId: 7n,
      productName: "kept name 7",
      productImage: "/kept/7.svg",
      productDescription: "kept subtitle 7",
      unitPriceFen: 1_999n,
      quantity: 1,
    });
    assert.deepEqual(
      [order?.totalFen, order?.createTime, order?.paymentTime],
      [5_997n, 1_000n, 0n],
    );
  });

  await t.step(
    "as cards holds the same of the same orders, also of one without lines",
    async () => {
      await insertOrders(sql, [
        { id: testOrderId(21), userId: 4n, createMs: 3, productIds: [7n, 3n] },
        { id: testOrderId(22), userId: 4n, createMs: 2, productIds: [] },
        { id: testOrderId(23), userId: 4n, createMs: 2, status: 50, productIds: [7n] },
        { id: testOrderId(24), userId: 4n, createMs: 1 },
      ]);
      const pages = [
        { status: undefined, after: undefined, limit: 3 },
        { status: undefined, after: { value: 2n, lastId: testOrderId(23) }, limit: 3 },
        { status: 50, after: { value: 3n }, limit: 3 },
      ] as const;
      for (const { status, after, limit } of pages) {
        const orders = await store.listOrders({ userId: 4n, status }, after, limit);
        const cards = await store.listCards({ userId: 4n, status }, after, limit);
        assert.ok(cards.length > 0);
        assert.deepEqual(cards, orders.map(cardOf));
      }
    },
  );

  await t.step("keeps to one user and one status", async () => {
    await insertOrders(sql, [
      { id: testOrderId(11), userId: 2n, status: 0 },
      { id: testOrderId(12), userId: 2n, status: 50 },
      { id: testOrderId(13), userId: 3n, status: 0 },
    ]);
    const found = await store.listOrders({ userId: 2n, status: 0 }, undefined, 21);
    assert.deepEqual(found.map((order) => order.orderId), [testOrderId(11)]);
  });

  await t.step("takes cursors beyond what a date can hold", async () => {
    const ends = [2n ** 63n - 1n, -1n, -(2n ** 63n)];
    const counts = await Promise.all(ends.map(async (value) => {
      return (await store.listOrders({ userId: 2n, status: undefined }, { value }, 21)).length;
    }));
    assert.deepEqual(counts, [2, 0, 0]);
  });

  await t.step("walks every order once, whatever ties there are", async () => {
    let userId = 1_000n;
    let nextId = 1_000;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 25 }),
        fc.integer({ min: 1, max: 7 }),
        async (times, ps) => {
          userId++;
          const orders = times.map((createMs) => ({ id: testOrderId(nextId++), userId, createMs }));
          await insertOrders(sql, orders);
          const expected = orders.toSorted((a, b) =>
            b.createMs - a.createMs || (b.id < a.id ? -1 : 1)
          );
          assert.deepEqual(await walk(userId, ps), expected.map((order) => order.id));
        },
      ),
      { numRuns: 15 },
    );

    async function walk(userId: bigint, ps: number): Promise<string[]> {
      const seen: string[] = [];
      let after: Cursor<string> | undefined;
      for (let page = 0; page < 30; page++) {
        const rows = await store.listOrders({ userId, status: undefined }, after, ps);
        const last = rows.at(-1);
        if (last === undefined) return seen;
        seen.push(...rows.map((order) => order.orderId));
        after = { value: last.createTime, lastId: last.orderId };
      }
      throw new Error("the walk does not end");
    }
  });

  await t.step("uses an index for each of its shapes", async () => {
    await insertMany();
    const time = new Date(15_000_000);
    const plans = [
      await explain(sql`SELECT id FROM orders WHERE user_id = 5
        ORDER BY create_time DESC, id DESC LIMIT 21`),
      await explain(sql`SELECT id FROM orders WHERE user_id = 5
        AND (create_time, id) < (${time}, ${testOrderId(9)})
        ORDER BY create_time DESC, id DESC LIMIT 21`),
      await explain(sql`SELECT id FROM orders WHERE user_id = 5 AND status = 10
        AND create_time < ${time} ORDER BY create_time DESC, id DESC LIMIT 21`),
    ];
    assert.deepEqual(plans.map((plan) => /orders_by_user(_status)?/.exec(plan)?.[0]), [
      "orders_by_user",
      "orders_by_user",
      "orders_by_user_status",
    ]);
    assert.ok(plans.every((plan) => !plan.includes("Sort")), plans.join("\n"));
  });

  function cardOf({ orderId, userId, status, totalFen, paymentFen, createTime, items }: Order) {
    return { orderId, userId, status, totalFen, paymentFen, createTime, items };
  }

  async function insertMany(): Promise<void> {
    await sql`
      INSERT INTO orders (id, user_id, status, total_fen, payment_fen, create_time, pay_before)
      SELECT lpad((50000 + n)::text, 28, '0'), 5 + n % 2, (ARRAY[0,10,20])[1 + n % 3], 1, 1,
             to_timestamp(n), now()
      FROM generate_series(1, 20000) AS n`;
    await sql`ANALYZE orders`;
  }

  async function explain(query: ReturnType<typeof sql>): Promise<string> {
    const rows = await sql`EXPLAIN ${query}`;
    return rows.map((row) => row["QUERY PLAN"]).join("\n");
  }
});
