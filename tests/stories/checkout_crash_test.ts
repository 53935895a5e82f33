/** A service dies at every line of a checkout where it matters: one order or none, all in the books. */
import assert from "node:assert/strict";
import { within } from "../../dev/wait.ts";
import { freePort } from "../../shared/nats/test_server.ts";
import { auditMall } from "../support/audit.ts";
import { type Buyer, createShop, type Shop } from "../support/checkout.ts";
import { eventually } from "../support/eventually.ts";
import type { Answer } from "../support/front_end.ts";
import { type Mall, type ServiceName, type SpawnedProcess, startMall } from "../support/mall.ts";
import { insertProducts } from "../support/product_rows.ts";

/** Where each service ends itself. Every purchase comes by all of them. */
const crashPoints = {
  order: ["after_claim", "after_reserve", "after_commit", "paid_before_commit"]
    .map((place) => `order.${place}`),
  product: ["stock.before_commit", "consumer.after_commit", "relay.after_publish"],
  pay: ["after_begin", "after_start", "after_record", "refund_before_commit"]
    .map((place) => `pay.${place}`),
} as const;

const pieces = 1_000n;
const diesWithinMs = 30_000;
const answeredWithinMs = 60_000;
/** What a dead consumer or relay had in hand comes again within half a minute. */
const healedWithinMs = 90_000;

/** A service under a supervisor: always at the same port, so that who knew it finds it again. */
interface Mortal {
  readonly mall: Mall;
  readonly shop: Shop;
  readonly name: ServiceName;
  readonly port: number;
}

/** Starts it to die at a point; one that dies before it is ready is started again. */
async function startToDie({ mall, name, port }: Mortal, point: string): Promise<SpawnedProcess> {
  for (let tries = 1;; tries++) {
    try {
      return await mall.spawn(name, { port, env: { CRASH_AT: point } });
    } catch (error) {
      if (tries === 3) throw error;
    }
  }
}

/** Starts it to die, does `work` meanwhile, and starts it again whole when it is dead. */
async function dieDuring<T>(
  mortal: Mortal,
  point: string,
  work: () => Promise<T>,
): Promise<{ readonly done: T; readonly whole: SpawnedProcess }> {
  await using process = await startToDie(mortal, point);
  const reborn = within(process.ended, diesWithinMs).then(async (end) => {
    assert.equal(end?.code, 137, `it did not die at ${point}`);
    await endLeases(mortal.mall);
    return await mortal.mall.spawn(mortal.name, { port: mortal.port });
  });
  const [done, whole] = await Promise.all([work(), reborn]);
  return { done, whole };
}

/** As if half a minute had gone by: who was at work on a key is dead. */
async function endLeases({ sql }: Mall): Promise<void> {
  await sql.order`UPDATE idempotency_key SET lease_until = now() WHERE answer IS NULL`;
  await sql.pay`UPDATE idempotency_key SET lease_until = now() WHERE answer IS NULL`;
}

/** Repeats a request, with its key, until the answer is certain. */
async function insist(send: () => Promise<Answer>): Promise<Answer> {
  return await eventually("a certain answer", async () => {
    const answer = await send();
    const { status, body } = answer;
    const isOpen = status >= 500 || status === 429 || body.reason === "IN_FLIGHT";
    return isOpen ? undefined : answer;
  }, { timeoutMs: answeredWithinMs, pollMs: 100 });
}

interface Purchase {
  readonly buyer: Buyer;
  readonly orderId: string;
  readonly paymentId: string;
  readonly isKept: boolean;
}

/** Orders, starts to pay, and cancels first unless it is kept: then the money comes too late. */
async function buy({ mall, shop }: Mortal, buyer: Buyer, isKept: boolean): Promise<Purchase> {
  const { token } = buyer;
  const [orderKey, payKey] = [crypto.randomUUID(), crypto.randomUUID()];
  const order = await insist(() => shop.order(buyer, { 1: 1, 2: 2 }, orderKey));
  assert.equal(order.status, 201, JSON.stringify(order.body));
  const orderId = order.body.order_id;
  const payment = await insist(() => {
    const body = { order_id: orderId, platform: 9 };
    return shop.front.send("POST", "/v1/pay", {
      token,
      body,
      headers: { "idempotency-key": payKey },
    });
  });
  assert.equal(payment.status, 201, JSON.stringify(payment.body));
  const paymentId = payment.body.payment_id;
  if (!isKept) {
    const path = `/v1/order/${orderId}/cancel`;
    const cancelled = await insist(() => shop.front.send("POST", path, { token, body: {} }));
    assert.equal(cancelled.status, 200, JSON.stringify(cancelled.body));
  }
  await mall.sandbox.decide(paymentId, true);
  return { buyer, orderId, paymentId, isKept };
}

/** Orders of the whole shop, and what became of the money and the pieces. */
async function booksOf({ sql }: Mall) {
  const orders = await sql.order<{ id: string; status: number }[]>`
    SELECT id, status FROM orders ORDER BY id`;
  const payments = await sql.pay<{ id: string; kept: boolean }[]>`
    SELECT id, captured_fen > refunded_fen AS kept FROM payment ORDER BY id`;
  const stock = await sql.product<{ stock: bigint }[]>`SELECT stock FROM product ORDER BY id`;
  return {
    orders: orders.map(({ id, status }) => [id, status]),
    payments: payments.map(({ id, kept }) => [id, kept]),
    stock: stock.map((row) => row.stock),
  };
}

function expectedBooks(purchases: readonly Purchase[]): Awaited<ReturnType<typeof booksOf>> {
  const sold = BigInt(purchases.filter(({ isKept }) => isKept).length);
  return {
    orders: purchases.map(({ orderId, isKept }) => [orderId, isKept ? 30 : 0]).sort(),
    payments: purchases.map(({ paymentId, isKept }) => [paymentId, isKept]).sort(),
    stock: [pieces - sold, pieces - 2n * sold],
  };
}

/** Waits until the books of the mall say this, and agree. */
async function settled(
  mall: Mall,
  expected: Awaited<ReturnType<typeof booksOf>>,
): Promise<void> {
  await eventually("the books are as they must be", async () => {
    assert.deepEqual(await booksOf(mall), expected);
    assert.deepEqual(await auditMall(mall), []);
    return true;
  }, { timeoutMs: healedWithinMs, pollMs: 250 });
}

/** A mall whose service `name` is spawned by the test. */
async function startMortal(name: ServiceName) {
  const mall = await startMall({ without: [name] });
  return { mall, shop: createShop(mall), name, port: freePort() };
}

/** A point that leaves pieces reserved, or an order, for a client that never comes back. */
const leavingPoints = ["order.after_reserve", "order.after_commit"];

Deno.test("an order service that dies leaves nothing behind for a client that never comes back", async () => {
  const mortal = await startMortal("order");
  await using mall = mortal.mall;
  {
    await using _first = await mall.spawn("order", { port: mortal.port });
  }
  await insertProducts(mall.sql.product, [{ id: 1n, stock: pieces }, { id: 2n, stock: pieces }]);
  const buyers = await mortal.shop.buyers(leavingPoints.length);
  for (const [index, point] of leavingPoints.entries()) {
    const buyer = buyers[index];
    assert.ok(buyer);
    const { whole } = await dieDuring(mortal, point, async () => {
      await eventually("the one call arrives", async () => {
        await mortal.shop.order(buyer, { 1: 1, 2: 2 });
        const held = await mall.sql
          .product`SELECT 1 FROM reservation WHERE user_id = ${buyer.userId}`;
        return held.length > 0;
      });
    });
    await whole[Symbol.asyncDispose]();
  }
  await using _whole = await mall.spawn("order", { port: mortal.port });
  const later = "1 hour";
  await mall.sql.product`UPDATE reservation SET update_time = now() - ${later}::interval`;
  await mall.sql.order`UPDATE orders SET pay_before = now() - ${later}::interval`;
  await eventually("both reservations are given back", async () => {
    const rows = await mall.sql.product<{ reason: string }[]>`
      SELECT reason FROM reservation WHERE state = 3 ORDER BY create_time`;
    assert.deepEqual(rows.map(({ reason }) => reason), ["RESERVATION_ORPHANED", "ORDER_CLOSED"]);
    return true;
  }, { timeoutMs: healedWithinMs });
  const { orders, stock } = await booksOf(mall);
  assert.deepEqual([orders.map(([, status]) => status), stock], [[60], [pieces, pieces]]);
  await settled(mall, await booksOf(mall));
});

for (const name of ["order", "product", "pay"] as const) {
  Deno.test(`${name} dies in a checkout, and there is one order for each key`, async (t) => {
    const mortal = await startMortal(name);
    await using mall = mortal.mall;
    {
      // Its first start makes the tables that the shop is filled into.
      await using _first = await mall.spawn(name, { port: mortal.port });
      const products = [{ id: 1n, stock: pieces }, { id: 2n, stock: pieces }];
      await insertProducts(mall.sql.product, products);
    }
    const purchases: Purchase[] = [];
    const buyers = [...await mortal.shop.buyers(2 * crashPoints[name].length + 1)];
    const nextBuyer = () => {
      const buyer = buyers.pop();
      assert.ok(buyer);
      return buyer;
    };

    for (const point of crashPoints[name]) {
      await t.step(`at ${point}`, async () => {
        const { done, whole } = await dieDuring(mortal, point, () => {
          return Promise.all([true, false].map((isKept) => buy(mortal, nextBuyer(), isKept)));
        });
        await whole[Symbol.asyncDispose]();
        purchases.push(...done);
      });
    }

    await t.step("nothing is lost, taken twice or held for nobody", async () => {
      await using _whole = await mall.spawn(name, { port: mortal.port });
      await settled(mall, expectedBooks(purchases));
    });
  });
}
