/** Rows of the order service for tests. */
import type { Sql } from "../../shared/postgres/pool.ts";

export interface OrderRow {
  readonly id: string;
  readonly userId?: bigint;
  readonly status?: number;
  /** Unix milliseconds. */
  readonly createMs?: number;
  /** Products of the lines; one piece of each at 19.99 yuan. */
  readonly productIds?: readonly bigint[];
}

/** The price of every test product, in fen. */
export const testPriceFen = 1_999n;

/** An order id that sorts by `n`. */
export function testOrderId(n: number): string {
  return String(n).padStart(28, "0");
}

/** Inserts orders with their lines. */
export async function insertOrders(sql: Sql, orders: readonly OrderRow[]): Promise<void> {
  for (const order of orders) await insertOrder(sql, order);
}

async function insertOrder(sql: Sql, order: OrderRow): Promise<void> {
  const { id, userId = 123n, status = 10, createMs = 1_000, productIds = [1n] } = order;
  const create = new Date(createMs);
  const total = testPriceFen * BigInt(productIds.length);
  await sql`
    INSERT INTO orders (id, user_id, status, total_fen, payment_fen, create_time, update_time,
                        pay_before)
    VALUES (${id}, ${userId}, ${status}, ${total}, ${total}, ${create}, ${create},
            ${new Date(createMs + 1_800_000)})`;
  for (const [index, productId] of productIds.entries()) {
    await sql`
      INSERT INTO order_item (order_id, line, product_id, product_name, product_image,
                              product_description, unit_price_fen, quantity)
      VALUES (${id}, ${index + 1}, ${productId}, ${`kept name ${productId}`},
              ${`/kept/${productId}.svg`}, ${`kept subtitle ${productId}`}, ${testPriceFen}, 1)`;
  }
}
