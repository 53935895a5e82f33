/** Money: each paid order has one captured payment of its amount, and nobody's money is kept. */
import { type Books, breachesMax, type Grace, type Invariant } from "./books.ts";

interface PaymentRow {
  readonly id: string;
  readonly order_id: string;
  readonly captured: bigint;
  readonly refunded: bigint;
  /** Nobody has touched it within the grace. */
  readonly settled: boolean;
}

/** Captured, not refunded and not under way. */
const living: readonly number[] = [20, 30, 40, 50];

async function wrongSums({ order }: Books): Promise<string[]> {
  const rows = await order<{ id: string; total_fen: bigint; sum: bigint }[]>`
    SELECT orders.id, total_fen, sum(unit_price_fen * quantity)::bigint AS sum
    FROM orders JOIN order_item ON order_item.order_id = orders.id
    GROUP BY orders.id
    HAVING total_fen <> sum(unit_price_fen * quantity) OR payment_fen <> total_fen + postage_fen
    LIMIT ${breachesMax}`;
  return rows.map(({ id, total_fen, sum }) =>
    `order ${id}: ${total_fen} in all, ${sum} in its lines`
  );
}

async function wrongRefunds({ pay }: Books): Promise<string[]> {
  const rows = await pay<{ id: string }[]>`
    SELECT payment.id FROM payment
    LEFT JOIN (SELECT payment_id,
                      coalesce(sum(amount_fen) FILTER (WHERE status = 2), 0) AS done,
                      coalesce(sum(amount_fen) FILTER (WHERE status = 1), 0) AS open
               FROM refund GROUP BY 1) AS back ON back.payment_id = payment.id
    WHERE refunded_fen <> coalesce(done, 0) OR refunding_fen <> coalesce(open, 0)
       OR refunded_fen + refunding_fen > captured_fen
    LIMIT ${breachesMax}`;
  return rows.map(({ id }) => `payment ${id}: its refunds do not add up`);
}

interface OrderRow {
  readonly id: string;
  readonly status: number;
  readonly payment_fen: bigint;
  readonly payment_id: string;
}

/** Orders in pages, each with all its payments. */
async function unevenOrders(books: Books, grace: Grace): Promise<string[]> {
  const found: string[] = [];
  let after = "";
  for (let pages = 0; pages < 10_000 && found.length < breachesMax; pages++) {
    const rows = await books.order<OrderRow[]>`
      SELECT id, status, payment_fen, payment_id FROM orders
      WHERE id > ${after} AND update_time < now() - ${grace.ms} * interval '1 ms'
      ORDER BY id LIMIT 2000`;
    if (rows.length === 0) break;
    after = rows.at(-1)?.id ?? "";
    const payments = await books.pay<PaymentRow[]>`
      SELECT id, order_id, captured_fen AS captured, refunded_fen + refunding_fen AS refunded,
             update_time < now() - ${grace.ms} * interval '1 ms' AS settled
      FROM payment
      WHERE order_id = ANY (${rows.map(({ id }) => id)}::text[]) AND captured_fen > 0`;
    const byOrder = Map.groupBy(payments, (payment) => payment.order_id);
    for (const row of rows) found.push(...breachesOf(row, byOrder.get(row.id) ?? []));
  }
  return found.slice(0, breachesMax);
}

function breachesOf(order: OrderRow, payments: readonly PaymentRow[]): string[] {
  const found: string[] = [];
  for (const { id, captured, refunded, settled } of payments) {
    if (!settled) continue;
    const isItsOwn = id === order.payment_id && living.includes(order.status);
    const kept = captured - refunded;
    // A part of a living order's money may have gone back by an operator's hand.
    if (isItsOwn && captured >= order.payment_fen && kept <= order.payment_fen) continue;
    if (!isItsOwn && kept === 0n) continue;
    found.push(`order ${order.id} of status ${order.status}: payment ${id} keeps ${kept} fen`);
  }
  const paid = payments.some(({ id }) => id === order.payment_id);
  if (living.includes(order.status) && !paid) {
    found.push(`order ${order.id} of status ${order.status} has no captured payment`);
  }
  return found;
}

/** Money that was taken for an order that nobody knows of. */
async function strayPayments({ order, pay }: Books, grace: Grace): Promise<string[]> {
  const found: string[] = [];
  let after = "";
  for (let pages = 0; pages < 10_000 && found.length < breachesMax; pages++) {
    const rows = await pay<PaymentRow[]>`
      SELECT id, order_id, captured_fen AS captured, refunded_fen + refunding_fen AS refunded,
             true AS settled
      FROM payment
      WHERE id > ${after} AND captured_fen > 0
        AND update_time < now() - ${grace.ms} * interval '1 ms'
      ORDER BY id LIMIT 2000`;
    if (rows.length === 0) break;
    after = rows.at(-1)?.id ?? "";
    const orders = await order<{ id: string }[]>`
      SELECT id FROM orders WHERE id = ANY (${rows.map((row) => row.order_id)}::text[])`;
    const known = new Set(orders.map(({ id }) => id));
    found.push(
      ...rows.filter((row) => !known.has(row.order_id) && row.captured > row.refunded)
        .map((row) => `payment ${row.id} keeps ${row.captured - row.refunded} fen of no order`),
    );
  }
  return found.slice(0, breachesMax);
}

/** What goes back is tried until it is back, or fails for an operator to see: not for days. */
async function waitingRefunds({ pay }: Books): Promise<string[]> {
  const rows = await pay<{ id: string; payment_id: string }[]>`
    SELECT id, payment_id FROM refund
    WHERE status = 1 AND update_time < now() - interval '1 day' LIMIT ${breachesMax}`;
  return rows.map(({ id, payment_id }) => `refund ${id} of payment ${payment_id} is not back yet`);
}

export const moneyInvariants: readonly Invariant[] = [
  { rule: "money: an order is the sum of its lines", check: wrongSums },
  { rule: "money: refunds add up, and never exceed", check: wrongRefunds },
  { rule: "money: paid orders, and only these, keep it", check: unevenOrders },
  { rule: "money: each captured payment has its order", check: strayPayments },
  { rule: "money: what goes back is back within a day", check: waitingRefunds },
];
