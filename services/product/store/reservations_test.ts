import assert from "node:assert/strict";
import { Refusal } from "../../../shared/errors.ts";
import { testOrderId } from "../../../tests/support/order_rows.ts";
import { insertProducts } from "../../../tests/support/product_rows.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { reservationState } from "../reservation.ts";
import { createReservationStore } from "./reservations.ts";

let nextOrder = 1;

function wish(lines: readonly (readonly [product: bigint, quantity: number])[], userId = 7n) {
  return {
    orderId: testOrderId(nextOrder++),
    userId,
    lines: lines.map(([productId, quantity]) => ({ productId, quantity })),
  };
}

async function reasons(call: Promise<unknown>): Promise<string[]> {
  const error = await call.then(() => undefined, (error) => error);
  assert.ok(error instanceof Refusal, "it was not refused");
  return [error.reason, ...error.violations.map(({ pointer, reason }) => `${pointer} ${reason}`)];
}

Deno.test("reservations", async (t) => {
  await using database = await createServiceDatabase("product");
  const { sql } = database;
  await insertProducts(sql, [
    { id: 1n, stock: 10n },
    { id: 2n, stock: 10n, priceFen: 500n },
    { id: 3n, stock: 10n, status: 2 },
    { id: 4n, stock: 10n, status: 3 },
    { id: 5n, stock: 50n },
    { id: 6n, stock: 50n },
  ]);
  const store = createReservationStore(sql);
  const stockOf = async (id: bigint) => {
    const [row] = await sql<{ stock: bigint }[]>`SELECT stock FROM product WHERE id = ${id}`;
    return row?.stock;
  };

  await t.step("reserve() takes all lines, with the products as they are", async () => {
    const { lines, state } = await store.reserve(wish([[1n, 2], [2n, 3]]));
    assert.equal(state, reservationState.reserved);
    assert.deepEqual(
      lines.map(({ productId, quantity, unitPriceFen, productName, productImage }) => {
        return [productId, quantity, unitPriceFen, productName, productImage];
      }),
      [[1n, 2, 1_999n, "product 1", "/images/1.svg"], [2n, 3, 500n, "product 2", "/images/2.svg"]],
    );
    assert.deepEqual([await stockOf(1n), await stockOf(2n)], [8n, 7n]);
    const notes = await sql`SELECT product_id FROM stock_change ORDER BY product_id`;
    assert.deepEqual(notes.map((note) => note["product_id"]), [1n, 2n]);
  });

  await t.step("reserve() takes none when one cannot be had, and names each", async () => {
    const wanted = wish([[1n, 1], [2n, 8], [3n, 1], [4n, 1], [99n, 1]]);
    assert.deepEqual(await reasons(store.reserve(wanted)), [
      "OUT_OF_STOCK",
      "/products/2 OUT_OF_STOCK",
      "/products/3 PRODUCT_OFF_SHELF",
      "/products/4 PRODUCT_NOT_FOUND",
      "/products/99 PRODUCT_NOT_FOUND",
    ]);
    assert.deepEqual([await stockOf(1n), await store.find(wanted.orderId)], [8n, undefined]);
  });

  await t.step("reserve() answers the same wish the same, and refuses another", async () => {
    const wanted = wish([[1n, 1]]);
    const answers = await Promise.all(Array.from({ length: 10 }, () => store.reserve(wanted)));
    assert.equal(new Set(answers.map(({ createTime }) => createTime)).size, 1);
    assert.equal(await stockOf(1n), 7n);
    const other = { ...wanted, lines: [{ productId: 1n, quantity: 2 }] };
    assert.deepEqual(await reasons(store.reserve(other)), ["RESERVATION_MISMATCH"]);
  });

  await t.step("commit() sells once; then only takeBack() gives it back, once", async () => {
    const { orderId } = await store.reserve(wish([[2n, 2]]));
    await Promise.all([store.commit(orderId), store.commit(orderId)]);
    assert.equal(await stockOf(2n), 5n);
    assert.deepEqual(await reasons(store.release(orderId, "X")), ["RESERVATION_COMMITTED"]);
    const noted = await sql`SELECT sales FROM product_count WHERE product_id = 2`;
    assert.deepEqual(noted.map(({ sales }) => sales), [2n]);
    await Promise.all([store.takeBack(orderId, "X"), store.takeBack(orderId, "X")]);
    assert.equal(await stockOf(2n), 7n);
    assert.deepEqual(await reasons(store.commit(orderId)), ["RESERVATION_RELEASED"]);
  });

  await t.step("release() gives back once, and a late reservation takes nothing", async () => {
    const { orderId } = await store.reserve(wish([[2n, 1]]));
    await Promise.all(Array.from({ length: 5 }, () => store.release(orderId, "X")));
    assert.equal(await stockOf(2n), 7n);
    assert.deepEqual(await reasons(store.commit(orderId)), ["RESERVATION_RELEASED"]);
    const late = wish([[2n, 1]]);
    const { state, lines } = await store.release(late.orderId, "X");
    assert.deepEqual([state, lines], [reservationState.released, []]);
    assert.equal((await store.reserve(late)).state, reservationState.released);
    assert.equal(await stockOf(2n), 7n);
    assert.deepEqual(await reasons(store.commit(testOrderId(999_999))), ["RESERVATION_NOT_FOUND"]);
    assert.deepEqual(await reasons(store.takeBack(orderId, "X")), ["RESERVATION_NOT_COMMITTED"]);
  });

  await t.step(
    "200 buyers in opposite orders sell what there is, and nobody waits for ever",
    async () => {
      const buyers = Array.from({ length: 200 }, (_, n) => {
        const quantity = 1 + n % 3;
        const lines = [[5n, quantity], [6n, quantity]] as const;
        return wish(lines.toSorted((a, b) => Number(a[0] - b[0])), BigInt(1 + n));
      });
      const settled = await Promise.allSettled(buyers.map((buyer) => store.reserve(buyer)));
      for (const one of settled) {
        if (one.status === "rejected") assert.equal(one.reason.reason, "OUT_OF_STOCK");
      }
      const [sums] = await sql`
      SELECT sum(quantity) FILTER (WHERE product_id = 5) AS five,
             sum(quantity) FILTER (WHERE product_id = 6) AS six FROM stock_reservation`;
      assert.deepEqual(
        [BigInt(sums?.["five"]), BigInt(sums?.["six"])],
        [50n - (await stockOf(5n) ?? 0n), 50n - (await stockOf(6n) ?? 0n)],
      );
      assert.ok((await stockOf(5n) ?? 99n) < 3n);
    },
  );

  await t.step("what came in is what is there, held and sold", async () => {
    const wrong = await sql`
      SELECT product.id FROM product
      LEFT JOIN (SELECT line.product_id, sum(line.quantity) AS taken
                 FROM stock_reservation AS line JOIN reservation USING (order_id)
                 WHERE state IN (1, 2) GROUP BY 1) AS held ON held.product_id = product.id
      WHERE received <> stock + coalesce(taken, 0)`;
    assert.deepEqual([...wrong], []);
  });

  await t.step("stale reservations are released unless somebody touched them", async () => {
    const [old, touched] = [wish([[1n, 1]]), wish([[1n, 1]])];
    await store.reserve(old);
    await store.reserve(touched);
    await sql`
      UPDATE reservation SET update_time = now() - interval '1 hour'
      WHERE order_id IN (${old.orderId}, ${touched.orderId})`;
    const stale = await store.listStale(600_000, 10);
    assert.deepEqual(
      stale.map(({ orderId }) => orderId).sort(),
      [old.orderId, touched.orderId].sort(),
    );
    await store.reserve(touched);
    const released = await Promise.all(stale.map((one) => store.releaseStale(one, "X")));
    assert.equal(released.filter(Boolean).length, 1);
    assert.equal((await store.find(touched.orderId))?.state, reservationState.reserved);
    const plan = await sql`
      EXPLAIN SELECT order_id FROM reservation
      WHERE state = 1 AND update_time < now() ORDER BY update_time LIMIT 10`;
    assert.match(plan.map((row) => row["QUERY PLAN"]).join("\n"), /reservation_open/);
  });
});
