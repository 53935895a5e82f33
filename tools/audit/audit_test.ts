import assert from "node:assert/strict";
import type { Sql } from "../../shared/postgres/pool.ts";
import { createServiceDatabase } from "../../tests/support/service_database.ts";
import { insertOrders, testOrderId } from "../../tests/support/order_rows.ts";
import { testPaymentId } from "../../tests/support/pay_rows.ts";
import { insertProducts } from "../../tests/support/product_rows.ts";
import { audit } from "./audit.ts";
import { type BookName, bookNames, type Books } from "./books.ts";

const minuteMs = 60_000;
/** Nothing is under way in these books. */
const settled = { ms: 0 };

const tables: Readonly<Record<BookName, readonly string[]>> = {
  order: ["order_status_history", "order_item", "idempotency_key", "orders"],
  product: ["stock_reservation", "reservation", "product"],
  cart: [],
  user: [],
  pay: ["refund", "payment"],
};

async function emptied(books: Books): Promise<void> {
  for (const name of bookNames) {
    const all = [...tables[name], "outbox", "inbox", "dead_letter"];
    for (const table of all) await books[name]`DELETE FROM ${books[name](table)}`;
  }
}

/** The paid order, the unpaid one, and one that was closed after it was paid; a piece each. */
const [paid, unpaid, closed] = ([1, 2, 3] as const).map(testOrderId) as [string, string, string];
const price = 1_999n;

/** Steps from one status to the next, from the first one. */
async function insertSteps(order: Sql, orderId: string, ...statuses: number[]): Promise<void> {
  for (const [index, to] of statuses.entries()) {
    await order`
      INSERT INTO order_status_history (order_id, step, from_status, to_status)
      VALUES (${orderId}, ${index + 1}, ${statuses[index - 1] ?? null}, ${to})`;
  }
}

async function insertPayment(
  pay: Sql,
  { n, orderId, refunded = 0n }: { n: number; orderId: string; refunded?: bigint },
): Promise<void> {
  await pay`
    INSERT INTO payment (id, order_id, user_id, platform, status, amount_fen, captured_fen,
                         refunded_fen)
    VALUES (${testPaymentId(n)}, ${orderId}, 7, 9, 2, ${price}, ${price}, ${refunded})`;
  if (refunded === 0n) return;
  await pay`
    INSERT INTO refund (id, payment_id, amount_fen, status)
    VALUES (${testPaymentId(n)}, ${testPaymentId(n)}, ${refunded}, 2)`;
}

/** An event of two minutes ago, which the consumers know. */
async function insertEvent(books: Books, owner: BookName, subject: string, by: string[]) {
  const id = crypto.randomUUID();
  const at = new Date(Date.now() - 2 * minuteMs);
  await books[owner]`
    INSERT INTO outbox (id, subject, type, payload, occurred_at, published_at)
    VALUES (${id}, ${subject}, 'a.Type', '', ${at}, ${at})`;
  for (const consumer of by) {
    const name = bookNames.find((book) => consumer.startsWith(book)) ?? owner;
    await books[name]`INSERT INTO inbox (consumer, event_id) VALUES (${consumer}, ${id})`;
  }
}

/** Small books in which everything agrees. */
async function filled(books: Books): Promise<void> {
  const { order, product, pay } = books;
  await insertProducts(product, [{ id: 1n, stock: 10n }]);
  await product`UPDATE product SET stock = 8`;
  await insertOrders(order, [
    { id: paid, userId: 7n, status: 30 },
    { id: unpaid, userId: 7n, status: 10 },
    { id: closed, userId: 7n, status: 60 },
  ]);
  await order`UPDATE orders SET payment_id = ${testPaymentId(1)} WHERE id = ${paid}`;
  await order`UPDATE orders SET payment_id = ${testPaymentId(3)} WHERE id = ${closed}`;
  await insertSteps(order, paid, 10, 20, 30);
  await insertSteps(order, unpaid, 10);
  await insertSteps(order, closed, 10, 20, 30, 60);
  for (const [id, state] of [[paid, 2], [unpaid, 1], [closed, 4]] as const) {
    await product`INSERT INTO reservation (order_id, user_id, state) VALUES (${id}, 7, ${state})`;
    await product`
      INSERT INTO stock_reservation (order_id, product_id, quantity) VALUES (${id}, 1, 1)`;
  }
  await insertPayment(pay, { n: 1, orderId: paid });
  await insertPayment(pay, { n: 3, orderId: closed, refunded: price });
  await insertEvent(books, "order", "order.paid", ["product-order-paid"]);
  await insertEvent(books, "order", "order.closed", ["product-order-closed", "pay-order-closed"]);
  await insertEvent(books, "pay", "pay.succeeded", ["order-pay-succeeded"]);
}

/** What is broken, and what the audit must say of it: each rule, with the ids that it names. */
interface Case {
  readonly name: string;
  readonly breakIt: (books: Books) => Promise<unknown>;
  readonly said: readonly (readonly [rule: string, id: string])[];
}

const consumedRule = "events: all are consumed, once";
const keepRule = "money: paid orders, and only these, keep it";
const fitRule = "stock: each reservation fits its order";

const cases: readonly Case[] = [
  {
    name: "a piece is lost",
    breakIt: ({ product }) => product`UPDATE product SET stock = stock - 1`,
    said: [["stock: came in = there + held + sold", "product 1:"]],
  },
  {
    name: "a reservation outlives an order that never came",
    async breakIt({ product }) {
      const id = testOrderId(9);
      await product`INSERT INTO reservation (order_id, user_id, state) VALUES (${id}, 7, 1)`;
      await product`
        INSERT INTO stock_reservation (order_id, product_id, quantity) VALUES (${id}, 1, 1)`;
      await product`UPDATE product SET stock = stock - 1`;
    },
    said: [[fitRule, testOrderId(9)]],
  },
  {
    name: "a paid order's stock was given back",
    async breakIt({ product }) {
      await product`UPDATE reservation SET state = 3 WHERE order_id = ${paid}`;
      await product`UPDATE product SET stock = stock + 1`;
    },
    said: [[fitRule, paid]],
  },
  {
    name: "an order has no reservation",
    async breakIt({ product }) {
      await product`DELETE FROM stock_reservation WHERE order_id = ${closed}`;
      await product`DELETE FROM reservation WHERE order_id = ${closed}`;
    },
    said: [["stock: each order has its reservation", closed]],
  },
  {
    name: "an order's total is off by one fen",
    breakIt: ({ order }) => {
      return order`UPDATE orders SET total_fen = total_fen + 1 WHERE id = ${unpaid}`;
    },
    said: [["money: an order is the sum of its lines", unpaid]],
  },
  {
    name: "what is to be paid is off by one fen",
    breakIt: ({ order }) => {
      return order`UPDATE orders SET payment_fen = payment_fen + 1 WHERE id = ${unpaid}`;
    },
    said: [["money: an order is the sum of its lines", unpaid]],
  },
  {
    name: "a refund is off by one fen",
    breakIt: ({ pay }) => pay`UPDATE refund SET amount_fen = amount_fen - 1`,
    said: [["money: refunds add up, and never exceed", testPaymentId(3)]],
  },
  {
    name: "a paid order has no payment",
    breakIt: ({ pay }) => pay`DELETE FROM payment WHERE order_id = ${paid}`,
    said: [[keepRule, paid]],
  },
  {
    name: "a paid order keeps two payments",
    breakIt: ({ pay }) => insertPayment(pay, { n: 8, orderId: paid }),
    said: [[keepRule, testPaymentId(8)]],
  },
  {
    name: "a paid order was paid too little",
    breakIt: ({ pay }) => {
      return pay`UPDATE payment SET captured_fen = captured_fen - 1 WHERE order_id = ${paid}`;
    },
    said: [[keepRule, testPaymentId(1)]],
  },
  {
    name: "an order that ended keeps money",
    async breakIt({ pay }) {
      await pay`DELETE FROM refund`;
      await pay`UPDATE payment SET refunded_fen = 0`;
    },
    said: [[keepRule, testPaymentId(3)]],
  },
  {
    name: "money was taken for no order",
    breakIt: ({ pay }) => insertPayment(pay, { n: 8, orderId: testOrderId(9) }),
    said: [["money: each captured payment has its order", testPaymentId(8)]],
  },
  {
    name: "a refund waits for days",
    async breakIt({ pay }) {
      await pay`UPDATE payment SET refunding_fen = refunded_fen, refunded_fen = 0`;
      await pay`UPDATE refund SET status = 1, update_time = now() - interval '25 hours'`;
    },
    said: [["money: what goes back is back within a day", testPaymentId(3)]],
  },
  {
    name: "an order takes a step that is none",
    async breakIt({ order }) {
      await order`DELETE FROM order_status_history WHERE order_id = ${paid} AND step = 2`;
      await order`
        UPDATE order_status_history SET from_status = 10 WHERE order_id = ${paid} AND step = 3`;
    },
    said: [["life: only allowed steps", paid]],
  },
  {
    name: "a history ends elsewhere",
    breakIt: ({ order }) => {
      return order`DELETE FROM order_status_history WHERE order_id = ${paid} AND step = 3`;
    },
    said: [["life: the history ends where the order is", paid]],
  },
  {
    name: "two keys made one order",
    breakIt: ({ order }) => {
      return order`
        INSERT INTO idempotency_key (user_id, key, request_hash, subject_id, lease_until, answer)
        SELECT 7, 'key' || n, '', ${paid}, now(), '' FROM generate_series(1, 2) AS n`;
    },
    said: [["life: one key, one order", paid]],
  },
  {
    name: "an event is not published",
    breakIt: ({ order }) => {
      return order`UPDATE outbox SET published_at = NULL WHERE subject = 'order.paid'`;
    },
    said: [["events: all are published", "order.paid"]],
  },
  {
    name: "an event was not consumed",
    breakIt: ({ pay }) => pay`DELETE FROM inbox`,
    said: [[consumedRule, "pay-order-closed"]],
  },
  {
    name: "an event was given up",
    breakIt: ({ product }) => {
      return product`
        INSERT INTO dead_letter (id, consumer, event_id, subject, type, source, payload,
                                 occurred_at, error, deliveries)
        VALUES (gen_random_uuid(), 'product-order-paid', 'an event', 'order.paid', 'a.Type',
                'order', '', now(), 'too bad', 5)`;
    },
    said: [["events: none was given up", "an event"]],
  },
];

Deno.test("audit()", async (t) => {
  await using stack = new AsyncDisposableStack();
  const opened = await Promise.all(bookNames.map(async (name) => {
    const { sql } = stack.use(await createServiceDatabase(name));
    return [name, sql] as const;
  }));
  const books = Object.fromEntries(opened) as unknown as Books;

  await t.step("finds nothing in clean books, nor in empty ones", async () => {
    assert.deepEqual(await audit(books, settled), []);
    await filled(books);
    const rules: string[] = [];
    const onChecked = (rule: string, breaches: readonly string[]) => {
      assert.deepEqual(breaches, []);
      rules.push(rule);
    };
    assert.deepEqual(await audit(books, settled, { onChecked }), []);
    const broken = new Set(cases.flatMap(({ said }) => said.map(([rule]) => rule)));
    assert.deepEqual(broken, new Set(rules));
  });

  for (const { name, breakIt, said } of cases) {
    await t.step(`finds that ${name}, and nothing else`, async () => {
      await emptied(books);
      await filled(books);
      await breakIt(books);
      const breaches = await audit(books, settled);
      assert.deepEqual(breaches.map(({ rule }) => rule), said.map(([rule]) => rule));
      for (const [index, [, id]] of said.entries()) {
        const what = breaches[index]?.what ?? "";
        assert.ok(what.includes(id), `${what} does not tell of ${id}`);
      }
    });
  }

  await t.step("lets pass what may still be under way", async () => {
    await emptied(books);
    await filled(books);
    const { order, product, pay } = books;
    await product`UPDATE reservation SET state = 1 WHERE order_id = ${closed}`;
    await product`UPDATE product SET stock = stock - 1`;
    await insertPayment(pay, { n: 8, orderId: testOrderId(9) });
    await order`UPDATE outbox SET published_at = NULL`;
    await pay`DELETE FROM inbox`;
    assert.deepEqual(await audit(books, { ms: 3 * minuteMs }), []);
    assert.equal((await audit(books, settled)).length, 5);
  });

  await t.step("tells of 20 breaches of a rule at most", async () => {
    await emptied(books);
    await insertProducts(
      books.product,
      Array.from({ length: 30 }, (_, n) => ({ id: BigInt(n + 1), stock: 1n })),
    );
    await books.product`UPDATE product SET stock = 0`;
    assert.equal((await audit(books, settled)).length, 20);
  });
});
