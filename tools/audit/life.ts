/** An order's life: only allowed steps, and the last of them is where it is. */
import { type Books, breachesMax, type Invariant } from "./books.ts";

/** From → to, as the order service allows them. */
const steps = [
  [10, 20],
  [10, 0],
  [10, 60],
  [20, 30],
  [20, 60],
  [30, 40],
  [30, 60],
  [40, 50],
] as const;

async function strangeSteps({ order }: Books): Promise<string[]> {
  const rows = await order<{ order_id: string; from_status: number; to_status: number }[]>`
    SELECT order_id, from_status, to_status FROM order_status_history
    WHERE from_status IS NOT NULL
      AND (from_status, to_status) NOT IN (
        SELECT * FROM unnest(${steps.map(([from]) => from)}::smallint[],
                             ${steps.map(([, to]) => to)}::smallint[]))
    LIMIT ${breachesMax}`;
  return rows.map(({ order_id, from_status, to_status }) => {
    return `order ${order_id} went from ${from_status} to ${to_status}`;
  });
}

async function brokenHistories({ order }: Books): Promise<string[]> {
  const rows = await order<{ id: string; status: number; last: number | null }[]>`
    SELECT id, status, last.to_status AS last FROM orders
    LEFT JOIN LATERAL (SELECT to_status FROM order_status_history
                       WHERE order_id = orders.id ORDER BY step DESC LIMIT 1) AS last ON true
    WHERE last.to_status IS DISTINCT FROM orders.status LIMIT ${breachesMax}`;
  return rows.map(({ id, status, last }) =>
    `order ${id} is ${status}, its history ends at ${last}`
  );
}

async function doubleOrders({ order }: Books): Promise<string[]> {
  const rows = await order<{ subject_id: string; keys: bigint }[]>`
    SELECT subject_id, count(*) AS keys FROM idempotency_key
    WHERE answer IS NOT NULL GROUP BY 1 HAVING count(*) > 1 LIMIT ${breachesMax}`;
  return rows.map(({ subject_id, keys }) => `order ${subject_id} answers ${keys} keys`);
}

export const lifeInvariants: readonly Invariant[] = [
  { rule: "life: only allowed steps", check: strangeSteps },
  { rule: "life: the history ends where the order is", check: brokenHistories },
  { rule: "life: one key, one order", check: doubleOrders },
];
