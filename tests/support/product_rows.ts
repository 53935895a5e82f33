/** Rows of the product service for tests. */
import type { Sql } from "../../shared/postgres/pool.ts";
import { testPriceFen } from "./order_rows.ts";

export interface ProductRow {
  readonly id: bigint;
  /** 1 on sale, 2 off the shelf, 3 deleted. */
  readonly status?: number;
}

/** Inserts products into the category "Test". */
export async function insertProducts(sql: Sql, products: readonly ProductRow[]): Promise<void> {
  await sql`INSERT INTO category (id, name) VALUES (1, 'Test') ON CONFLICT DO NOTHING`;
  const rows = products.map(({ id, status = 1 }) => ({
    id,
    category_id: 1n,
    name: `product ${id}`,
    subtitle: `subtitle ${id}`,
    images: [`/images/${id}.svg`],
    detail: `detail ${id}`,
    price_fen: testPriceFen,
    stock: 10n,
    status,
  }));
  await sql`INSERT INTO product ${sql(rows)}`;
}
