/** A client repeats a request with its key, at once or later: there is one effect and one answer. */
import assert from "node:assert/strict";
import { freePort } from "../../shared/nats/test_server.ts";
import { booksAgree } from "../support/audit.ts";
import { type Buyer, createShop } from "../support/checkout.ts";
import { eventually } from "../support/eventually.ts";
import type { Answer } from "../support/front_end.ts";
import { type Mall, startMall } from "../support/mall.ts";
import { insertProducts } from "../support/product_rows.ts";

const times = 50;

/** Sends it many times at once; answers the first answers that were not refused. */
async function atOnce(send: () => Promise<Answer>): Promise<readonly Answer[]> {
  const answers = await Promise.all(Array.from({ length: times }, send));
  const made = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status !== 201)
    .map(({ status, body }) => [status, body.reason]);
  assert.deepEqual(refused, Array.from(refused, () => [409, "IN_FLIGHT"]));
  assert.ok(made.length > 0, "nobody was told what came of it");
  const firsts = made.filter(({ headers }) => !headers.has("idempotency-replayed"));
  assert.equal(firsts.length, 1, "one of them is the first");
  for (const { body } of made) assert.deepEqual(body, made[0]?.body);
  return made;
}

/** The answer to a request that was answered before. */
async function replayOf(send: () => Promise<Answer>): Promise<Answer["body"]> {
  const { status, headers, body } = await send();
  assert.deepEqual([status, headers.get("idempotency-replayed")], [201, "true"]);
  return body;
}

/** Orders and payments that there are of this buyer. */
async function countsOf({ sql }: Mall, { userId }: Buyer): Promise<readonly number[]> {
  const orders = await sql.order`SELECT 1 FROM orders WHERE user_id = ${userId}`;
  const payments = await sql.pay`SELECT 1 FROM payment WHERE user_id = ${userId}`;
  return [orders.length, payments.length];
}

Deno.test("an idempotency key", async (t) => {
  await using mall = await startMall({ without: ["order"] });
  const port = freePort();
  let order = await mall.spawn("order", { port });
  await using cleanup = new AsyncDisposableStack();
  cleanup.defer(() => order[Symbol.asyncDispose]());
  const shop = createShop(mall);
  await insertProducts(mall.sql.product, [{ id: 1n, stock: 100n }, { id: 2n, stock: 100n }]);
  const [buyer, other] = await shop.buyers(2);
  assert.ok(buyer && other);
  // Found first, so that what follows is about keys alone.
  await eventually("the order service is found", async () => {
    const { status } = await shop.front.send("GET", "/v1/order/counts", { token: buyer.token });
    return status === 200;
  });
  const orderKey = crypto.randomUUID();
  const payKey = crypto.randomUUID();
  const placeOrder = () => shop.order(buyer, { 1: 2, 2: 1 }, orderKey);
  const pay = (orderId: string, { token }: Buyer = buyer, key = payKey, body: object = {}) => {
    return shop.front.send("POST", "/v1/pay", {
      token,
      body: { order_id: orderId, platform: 9, ...body },
      headers: { "idempotency-key": key },
    });
  };
  let orderId = "";
  let placed: Answer["body"] | undefined;
  let paid: Answer["body"] | undefined;

  await t.step(`makes one order of ${times} requests at once`, async () => {
    const [first] = await atOnce(placeOrder);
    placed = first?.body;
    orderId = placed?.order_id ?? "";
    assert.deepEqual(await countsOf(mall, buyer), [1, 0]);
    const stock = await mall.sql.product`SELECT stock FROM product ORDER BY id`;
    assert.deepEqual(stock.map((row) => row["stock"]), [98n, 99n]);
    assert.deepEqual(await replayOf(placeOrder), placed);
  });

  await t.step("starts one payment of as many", async () => {
    const [first] = await atOnce(() => pay(orderId));
    paid = first?.body;
    assert.deepEqual(await countsOf(mall, buyer), [1, 1]);
    assert.deepEqual(await replayOf(() => pay(orderId)), paid);
  });

  await t.step("is refused for anything else", async () => {
    const others = [
      shop.order(buyer, { 1: 2 }, orderKey),
      shop.order(buyer, { 1: 2, 2: 2 }, orderKey),
      shop.order({ ...buyer, addressId: other.addressId }, { 1: 2, 2: 1 }, orderKey),
      pay("0".repeat(28)),
      pay(orderId, buyer, payKey, { return_url: "http://localhost/elsewhere" }),
    ];
    for (const answer of await Promise.all(others)) {
      assert.deepEqual(
        [answer.status, answer.body.reason],
        [422, "IDEMPOTENCY_KEY_REUSED"],
        JSON.stringify(answer.body),
      );
    }
    assert.deepEqual(await countsOf(mall, buyer), [1, 1]);
  });

  await t.step("means the same request however it is written", async () => {
    const items = [{ quantity: 1, product_id: 2 }, { quantity: 2, product_id: 1 }];
    const body = { remark: " ", from_cart: false, items, address_id: buyer.addressId };
    const again = () => {
      const headers = { "idempotency-key": orderKey };
      return shop.front.send("POST", "/v1/order", { token: buyer.token, body, headers });
    };
    assert.deepEqual(await replayOf(again), placed);
  });

  await t.step("of somebody else is another one", async () => {
    const theirs = await shop.order(other, { 1: 2, 2: 1 }, orderKey);
    assert.deepEqual([theirs.status, theirs.headers.get("idempotency-replayed")], [201, null]);
    assert.notEqual(theirs.body.order_id, orderId);
    const theirPayment = await pay(theirs.body.order_id, other);
    assert.equal(theirPayment.status, 201);
    assert.notEqual(theirPayment.body.payment_id, paid?.payment_id);
    const stolen = await pay(orderId, other, crypto.randomUUID());
    assert.deepEqual([stolen.status, stolen.body.reason], [404, "ORDER_NOT_FOUND"]);
    assert.deepEqual([await countsOf(mall, buyer), await countsOf(mall, other)], [[1, 1], [1, 1]]);
  });

  await t.step("keeps its first answer over a restart, and whatever came of it since", async () => {
    await order.kill("SIGKILL");
    order = await mall.spawn("order", { port });
    await eventually("the order service is found", async () => {
      const { status } = await placeOrder();
      return status === 201;
    });
    assert.deepEqual(await replayOf(placeOrder), placed);
    const path = `/v1/order/${orderId}/cancel`;
    const cancelled = await shop.front.send("POST", path, { token: buyer.token, body: {} });
    assert.equal(cancelled.status, 200);
    assert.deepEqual(await replayOf(placeOrder), placed);
    assert.deepEqual(await replayOf(() => pay(orderId)), paid);
    assert.deepEqual(await countsOf(mall, buyer), [1, 1]);
  });

  await t.step("is free again after a refusal", async () => {
    const key = crypto.randomUUID();
    const tooMany = await shop.order(other, { 1: 999 }, key);
    assert.deepEqual([tooMany.status, tooMany.body.reason], [409, "OUT_OF_STOCK"]);
    const fewer = await shop.order(other, { 1: 1 }, key);
    assert.deepEqual([fewer.status, fewer.headers.get("idempotency-replayed")], [201, null]);
  });

  await t.step("must be there, and be one", async () => {
    const headers: Record<string, string>[] = [{}, { "idempotency-key": "k".repeat(256) }];
    for (const each of headers) {
      const body = { address_id: buyer.addressId, items: [{ product_id: 1, quantity: 1 }] };
      const answer = await shop.front.send("POST", "/v1/order", {
        token: buyer.token,
        body,
        headers: each,
      });
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
    }
  });

  await t.step("the audit is clean", async () => {
    await booksAgree(mall);
  });
});
