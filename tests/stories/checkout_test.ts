/** From checkout to delivered, and all the ways in which money comes late, twice or not at all. */
import assert from "node:assert/strict";
import { type Buyer, createShop, type Shop } from "../support/checkout.ts";
import { eventually } from "../support/eventually.ts";
import type { Answer } from "../support/front_end.ts";
import { type Mall, startMall } from "../support/mall.ts";
import { insertProducts } from "../support/product_rows.ts";
import { booksAgree } from "../support/audit.ts";

async function stockOf(mall: Mall, id: bigint): Promise<bigint | undefined> {
  const [row] = await mall.sql.product<{ stock: bigint }[]>`
    SELECT stock FROM product WHERE id = ${id}`;
  return row?.stock;
}

/** Waits until the order has the status. */
async function reaches(shop: Shop, buyer: Buyer, orderId: string, status: number): Promise<void> {
  await eventually(`order ${orderId} of status ${status}`, async () => {
    return (await shop.orderOf(buyer, orderId)).status === status;
  });
}

async function placed(shop: Shop, buyer: Buyer, items: Record<string, number>): Promise<string> {
  const { status, body } = await shop.order(buyer, items);
  assert.equal(status, 201, JSON.stringify(body));
  return body.order_id;
}

/** Waits until all that a payment took has gone back. */
async function refunded(mall: Mall, paymentId: string, fen: bigint): Promise<void> {
  await eventually(`${fen} fen of ${paymentId} are back`, async () => {
    const [row] = await mall.sql.pay<{ refunded_fen: bigint }[]>`
      SELECT refunded_fen FROM payment WHERE id = ${paymentId}`;
    return row?.refunded_fen === fen;
  });
}

Deno.test("checkout", async (t) => {
  await using mall = await startMall();
  const shop = createShop(mall);
  const { sandbox } = mall;
  await insertProducts(mall.sql.product, [
    { id: 1n, stock: 100n, priceFen: 1_999n },
    { id: 2n, stock: 100n, priceFen: 9_900n },
    { id: 3n, stock: 100n, status: 2 },
  ]);
  const [buyer, other] = await shop.buyers(2);
  assert.ok(buyer && other);

  await t.step("order, pay, ship, receive, comment", async () => {
    const orderId = await placed(shop, buyer, { 1: 2, 2: 1 });
    const order = await shop.orderOf(buyer, orderId);
    assert.deepEqual([order.status, order.payment], [10, 138.98]);
    assert.equal(await stockOf(mall, 1n), 98n);
    const paymentId = await shop.pay(buyer, orderId);
    await sandbox.decide(paymentId, true);
    await reaches(shop, buyer, orderId, 30);
    const parcel = { order_id: orderId, carrier: "SF", tracking_number: "SF1" };
    await shop.operate("order", "ShipOrder", parcel);
    await reaches(shop, buyer, orderId, 40);
    const confirmed = await shop.front.send("POST", `/v1/order/${orderId}/confirm`, {
      token: buyer.token,
    });
    assert.equal(confirmed.status, 200);
    const comment = await shop.front.send("POST", "/v1/product/comment", {
      token: buyer.token,
      body: { order_id: orderId, product_id: 1, rating: 5, content: "good" },
    });
    assert.equal(comment.status, 201, JSON.stringify(comment.body));
    assert.equal(await stockOf(mall, 1n), 98n);
  });

  await t.step("cancelling gives the stock back; money that comes then goes back", async () => {
    const orderId = await placed(shop, buyer, { 1: 5 });
    const paymentId = await shop.pay(buyer, orderId);
    await shop.front.send("POST", `/v1/order/${orderId}/cancel`, { token: buyer.token, body: {} });
    await eventually("the stock is back", async () => await stockOf(mall, 1n) === 98n);
    await sandbox.decide(paymentId, true);
    await refunded(mall, paymentId, 9_995n);
    assert.equal((await shop.orderOf(buyer, orderId)).status, 0);
  });

  await t.step("callbacks come late, twice and together: the order is paid once", async () => {
    const orderId = await placed(shop, buyer, { 1: 1 });
    const paymentId = await shop.pay(buyer, orderId);
    sandbox.books.mischiefs.set(paymentId, { copies: 10, delay_ms: 300 });
    await sandbox.decide(paymentId, true);
    await reaches(shop, buyer, orderId, 30);
    const steps = await mall.sql.order`
      SELECT 1 FROM order_status_history WHERE order_id = ${orderId} AND to_status = 20`;
    assert.equal(steps.length, 1);
  });

  await t.step("a second payment of a paid order goes back", async () => {
    const orderId = await placed(shop, buyer, { 1: 1 });
    const [first, second] = [await shop.pay(buyer, orderId), await shop.pay(buyer, orderId)];
    await Promise.all([sandbox.decide(first, true), sandbox.decide(second, true)]);
    await reaches(shop, buyer, orderId, 30);
    await eventually("one of them is back", async () => {
      const [row] = await mall.sql.pay<{ back: bigint; taken: bigint }[]>`
        SELECT sum(refunded_fen)::bigint AS back, sum(captured_fen)::bigint AS taken FROM payment
        WHERE order_id = ${orderId}`;
      return row?.back === 2_799n && row.taken === 5_598n;
    });
  });

  await t.step("too much is given back in part, too little as a whole", async () => {
    const much = await placed(shop, buyer, { 1: 1 });
    const muchPaid = await shop.pay(buyer, much);
    sandbox.books.mischiefs.set(muchPaid, { wrong_amount_fen: 3_000 });
    await sandbox.decide(muchPaid, true);
    await reaches(shop, buyer, much, 30);
    await refunded(mall, muchPaid, 201n);
    const little = await placed(shop, buyer, { 1: 1 });
    const littlePaid = await shop.pay(buyer, little);
    sandbox.books.mischiefs.set(littlePaid, { wrong_amount_fen: 1 });
    await sandbox.decide(littlePaid, true);
    await refunded(mall, littlePaid, 1n);
    assert.equal((await shop.orderOf(buyer, little)).status, 10);
  });

  await t.step(
    "a forged callback writes nothing; asking the platform finds the money",
    async () => {
      const orderId = await placed(shop, buyer, { 1: 1 });
      const paymentId = await shop.pay(buyer, orderId);
      const forged = await fetch(`${mall.bff.url}/v1/pay/callback/9`, {
        method: "POST",
        headers: {
          "sandbox-signature": `t=${Math.floor(Date.now() / 1_000)},v1=${"0".repeat(64)}`,
        },
        body: JSON.stringify({ kind: "payment", payment: { payment_id: paymentId } }),
      });
      assert.deepEqual([forged.status, (await forged.json()).reason], [401, "BAD_SIGNATURE"]);
      sandbox.books.mischiefs.set(paymentId, { drop_callbacks: true });
      await sandbox.decide(paymentId, true);
      assert.equal((await shop.orderOf(buyer, orderId)).status, 10);
      await mall.sql.pay`UPDATE payment SET ask_time = now() WHERE id = ${paymentId}`;
      await reaches(shop, buyer, orderId, 30);
    },
  );

  await t.step("an operator closes a paid order: stock and money go back", async () => {
    const before = await stockOf(mall, 2n);
    const orderId = await placed(shop, buyer, { 2: 1 });
    const paymentId = await shop.pay(buyer, orderId);
    await sandbox.decide(paymentId, true);
    await reaches(shop, buyer, orderId, 30);
    await shop.operate("order", "CloseOrder", { order_id: orderId, reason: "broken" });
    await refunded(mall, paymentId, 9_900n);
    await eventually("the stock is back", async () => await stockOf(mall, 2n) === before);
  });

  await t.step("an unpaid order closes by itself, and close races pay", async () => {
    const orderIds = await Promise.all(
      Array.from({ length: 5 }, () => placed(shop, buyer, { 1: 1 })),
    );
    const payments = await Promise.all(orderIds.map((orderId) => shop.pay(buyer, orderId)));
    await Promise.all([
      ...payments.map((paymentId) => sandbox.decide(paymentId, true)),
      mall.sql.order`UPDATE orders SET pay_before = now() WHERE id = ANY (${orderIds})`,
    ]);
    await eventually("all have ended one way or the other", async () => {
      const found = await Promise.all(orderIds.map((orderId) => shop.orderOf(buyer, orderId)));
      return found.every(({ status }) => status === 30 || status === 60);
    });
    const left = await placed(shop, other, { 1: 1 });
    await mall.sql.order`UPDATE orders SET pay_before = now() WHERE id = ${left}`;
    await reaches(shop, other, left, 60);
    assert.equal((await shop.orderOf(other, left)).close_reason, "UNPAID_TIMEOUT");
  });

  await t.step("refuses what makes no sense, by name", async () => {
    const unpaid = await placed(shop, buyer, { 1: 1 });
    const post = (path: string, token: string, body: unknown = {}) => {
      const headers = { "idempotency-key": crypto.randomUUID() };
      return shop.front.send("POST", path, { token, body, headers });
    };
    const order = (body: object) => {
      return post("/v1/order", buyer.token, { address_id: buyer.addressId, ...body });
    };
    const lines = (count: number) => {
      return Array.from({ length: count }, (_, n) => ({ product_id: n + 1, quantity: 1 }));
    };
    const strange = [1.5, "1", "1e3", null, true, -0, 2 ** 53, [1]];
    const cases: (readonly [Promise<Answer>, number, string])[] = [
      [shop.order(buyer, { 1: 0 }), 422, "INVALID_ARGUMENT"],
      [shop.order(buyer, { 1: -1 }), 422, "INVALID_ARGUMENT"],
      [shop.order(buyer, { 1: 1e12 }), 422, "INVALID_ARGUMENT"],
      [shop.order(buyer, { 3: 1 }), 409, "PRODUCT_OFF_SHELF"],
      [shop.order(buyer, { 99: 1 }), 409, "PRODUCT_NOT_FOUND"],
      [shop.order(buyer, { 1: 999 }), 409, "OUT_OF_STOCK"],
      [shop.order({ ...buyer, addressId: other.addressId }, { 1: 1 }), 404, "ADDRESS_NOT_FOUND"],
      [shop.order(buyer, { 1: 1 }, "no spaces please"), 400, "INVALID_ARGUMENT"],
      [order({ from_cart: true }), 409, "CART_EMPTY"],
      [order({}), 422, "INVALID_ARGUMENT"],
      [order({ items: [] }), 422, "INVALID_ARGUMENT"],
      [order({ items: lines(201) }), 422, "INVALID_ARGUMENT"],
      [order({ items: [...lines(1), ...lines(1)] }), 422, "INVALID_ARGUMENT"],
      [order({ items: lines(1), from_cart: true }), 422, "INVALID_ARGUMENT"],
      ...strange.map((quantity) => {
        const items = [{ product_id: 1, quantity }];
        return [order({ items }), 422, "INVALID_ARGUMENT"] as const;
      }),
      [post(`/v1/order/${unpaid}/cancel`, other.token), 404, "ORDER_NOT_FOUND"],
      [post(`/v1/order/${unpaid}/confirm`, other.token), 404, "ORDER_NOT_FOUND"],
      [post("/v1/pay", other.token, { order_id: unpaid, platform: 9 }), 404, "ORDER_NOT_FOUND"],
      [post(`/v1/order/${unpaid}/confirm`, buyer.token), 409, "ORDER_NOT_SHIPPED"],
      [post("/v1/pay", buyer.token, { order_id: unpaid, platform: 8 }), 422, "INVALID_ARGUMENT"],
    ];
    const wrong: string[] = [];
    for (const [index, [call, status, reason]] of cases.entries()) {
      const { status: met, body } = await call;
      if (met === status && body.reason === reason) continue;
      wrong.push(`case ${index}: ${met} ${body.reason}, not ${status} ${reason}`);
    }
    assert.deepEqual(wrong, []);
    const smuggled = await shop.front.send("POST", "/v1/order", {
      token: buyer.token,
      headers: { "idempotency-key": crypto.randomUUID() },
      body: {
        address_id: buyer.addressId,
        items: [{ product_id: 1, quantity: 1, unit_price: 0.01, price_fen: 1 }],
        user_id: Number(other.userId),
        payment: 0.01,
        status: 50,
      },
    });
    assert.equal(smuggled.status, 201);
    const made = await shop.orderOf(buyer, smuggled.body.order_id);
    assert.deepEqual([made.payment, made.status], [27.99, 10]);
  });

  await t.step("the audit is clean", async () => {
    await booksAgree(mall);
  });
});

Deno.test("500 buyers for 50 pieces buy exactly 50", async () => {
  await using mall = await startMall();
  const shop = createShop(mall);
  await insertProducts(mall.sql.product, [{ id: 1n, stock: 50n }]);
  const buyers = await shop.buyers(500);
  const statuses = new Map<string, number>();
  for (let start = 0; start < buyers.length; start += 100) {
    const answers = await Promise.all(
      buyers.slice(start, start + 100).map((buyer) => shop.order(buyer, { 1: 1 })),
    );
    for (const { status, body } of answers) {
      const key = `${status} ${body.reason ?? ""}`;
      statuses.set(key, (statuses.get(key) ?? 0) + 1);
    }
  }
  assert.deepEqual([...statuses].sort(), [["201 ", 50], ["409 OUT_OF_STOCK", 450]]);
  assert.equal(await stockOf(mall, 1n), 0n);
  await booksAgree(mall);
});
