/** Stock: what came in is what is there, held and sold; nothing is held for nobody. */
import { type Books, breachesMax, type Grace, type Invariant } from "./books.ts";

interface ReservationRow {
  readonly order_id: string;
  /** 1 reserved, 2 sold, 3 released, 4 returned. */
  readonly state: number;
  readonly settled: boolean;
}

/** What a reservation may be while its order has a status; undefined: there is no order. */
const allowedStates: Readonly<Record<string, readonly number[]>> = {
  undefined: [3],
  0: [3],
  10: [1],
  20: [1, 2],
  30: [2],
  40: [2],
  50: [2],
  60: [3, 4],
};

async function unequalProducts({ product }: Books): Promise<string[]> {
  const rows = await product<{ id: bigint; received: bigint; stock: bigint; gone: bigint }[]>`
    SELECT id, received, stock, coalesce(gone, 0)::bigint AS gone FROM product
    LEFT JOIN (SELECT line.product_id, sum(line.quantity) AS gone
               FROM stock_reservation AS line JOIN reservation USING (order_id)
               WHERE state IN (1, 2) GROUP BY 1) AS held ON held.product_id = product.id
    WHERE received <> stock + coalesce(gone, 0) LIMIT ${breachesMax}`;
  return rows.map(({ id, received, stock, gone }) => {
    return `product ${id}: ${received} came in, ${stock} are there and ${gone} are held or sold`;
  });
}

/** Reservations against orders, in pages, so that any number of them can be read. */
async function strayReservations(books: Books, grace: Grace): Promise<string[]> {
  const found: string[] = [];
  let after = "";
  for (let pages = 0; pages < 10_000 && found.length < breachesMax; pages++) {
    const rows = await books.product<ReservationRow[]>`
      SELECT order_id, state, update_time < now() - ${grace.ms} * interval '1 ms' AS settled
      FROM reservation WHERE order_id > ${after} ORDER BY order_id LIMIT 2000`;
    if (rows.length === 0) break;
    after = rows.at(-1)?.order_id ?? "";
    const statuses = await statusesOf(books, rows.map((row) => row.order_id));
    for (const { order_id, state, settled } of rows) {
      const status = statuses.get(order_id);
      if (!settled || allowedStates[String(status)]?.includes(state)) continue;
      found.push(
        `order ${order_id} of status ${status ?? "none"} has a reservation of state ${state}`,
      );
    }
  }
  return found.slice(0, breachesMax);
}

async function statusesOf({ order }: Books, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await order<{ id: string; status: number }[]>`
    SELECT id, status FROM orders WHERE id = ANY (${[...ids]}::text[])`;
  return new Map(rows.map(({ id, status }) => [id, status]));
}

/** Every order that was ever made had its stock reserved. */
async function ordersWithoutStock({ order, product }: Books, grace: Grace): Promise<string[]> {
  const found: string[] = [];
  let after = "";
  for (let pages = 0; pages < 10_000 && found.length < breachesMax; pages++) {
    const rows = await order<{ id: string }[]>`
      SELECT id FROM orders
      WHERE id > ${after} AND update_time < now() - ${grace.ms} * interval '1 ms'
      ORDER BY id LIMIT 2000`;
    if (rows.length === 0) break;
    after = rows.at(-1)?.id ?? "";
    const ids = rows.map(({ id }) => id);
    const held = await product<{ order_id: string }[]>`
      SELECT order_id FROM reservation WHERE order_id = ANY (${ids}::text[])`;
    const known = new Set(held.map((row) => row.order_id));
    found.push(...ids.filter((id) => !known.has(id)).map((id) => `order ${id} holds no stock`));
  }
  return found.slice(0, breachesMax);
}

export const stockInvariants: readonly Invariant[] = [
  { rule: "stock: came in = there + held + sold", check: unequalProducts },
  { rule: "stock: each reservation fits its order", check: strayReservations },
  { rule: "stock: each order has its reservation", check: ordersWithoutStock },
];
