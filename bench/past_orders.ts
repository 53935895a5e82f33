/** Orders that users made long ago, as the services themselves would have left them. */
import type { MallSql } from "./mall_sql.ts";

export interface PastOrders {
  readonly userId: number;
  readonly count: number;
}

/**
 * Cancelled ones of one product each, an hour apart, the newest an hour old: lists show them as any
 * other, and an audit finds no money and no stock missing.
 */
export async function putPastOrders(
  { order, product }: Pick<MallSql, "order" | "product">,
  { userId, count }: PastOrders,
): Promise<void> {
  await order`
    WITH made AS (
      INSERT INTO orders (id, user_id, status, total_fen, payment_fen, create_time, update_time,
                          pay_before, close_time, close_reason)
      SELECT id, ${userId}::bigint, 0, 1999, 1999, at, at, at + interval '30 min', at,
             'CANCELLED_BY_BUYER'
      FROM (SELECT '9' || lpad(${userId}::text, 17, '0') || lpad(n::text, 10, '0') AS id,
                   now() - n * interval '1 hour' AS at
            FROM generate_series(1, ${count}::int) AS n) AS past
      RETURNING id, create_time),
    lines AS (
      INSERT INTO order_item (order_id, line, product_id, product_name, unit_price_fen, quantity)
      SELECT id, 1, 1 + right(id, 10)::bigint % 40, 'a product of the bench', 1999, 1 FROM made)
    INSERT INTO order_status_history (order_id, step, from_status, to_status, at)
    SELECT id, step, CASE step WHEN 2 THEN 10 END, CASE step WHEN 1 THEN 10 ELSE 0 END, create_time
    FROM made, generate_series(1, 2) AS step`;
  await product`
    INSERT INTO reservation (order_id, user_id, state, reason)
    SELECT '9' || lpad(${userId}::text, 17, '0') || lpad(n::text, 10, '0'), ${userId}::bigint, 3,
           'ORDER_CANCELLED'
    FROM generate_series(1, ${count}::int) AS n`;
}
