/** Rows of the product service for tests. */
import type { Sql } from "../../shared/postgres/pool.ts";
import { testPriceFen } from "./order_rows.ts";

export interface ProductRow {
  readonly id: bigint;
  /** The category "Test" unless told. */
  readonly categoryId?: bigint;
  readonly name?: string;
  readonly subtitle?: string;
  readonly detail?: string;
  readonly priceFen?: bigint;
  readonly stock?: bigint;
  /** 1 on sale, 2 off the shelf, 3 deleted. */
  readonly status?: number;
  readonly sales?: bigint;
  readonly ratingSum?: bigint;
  readonly ratingCount?: bigint;
  /** Unix milliseconds. */
  readonly createMs?: number;
  /** Unix milliseconds; not in the feed unless told. */
  readonly recommendMs?: number;
}

export interface CategoryRow {
  readonly id: bigint;
  readonly parentId?: bigint;
  readonly name?: string;
  /** 1 normal, 2 obsolete. */
  readonly status?: number;
  readonly position?: number;
}

/** Inserts categories, parents first. */
export async function insertCategories(sql: Sql, rows: readonly CategoryRow[]): Promise<void> {
  for (const { id, parentId, name = `category ${id}`, status = 1, position = 0 } of rows) {
    await sql`
      INSERT INTO category (id, parent_id, name, status, position)
      VALUES (${id}, ${parentId ?? null}, ${name}, ${status}, ${position})`;
  }
}

/** Rows a statement: each value is a parameter, and there are 65,535 at most. */
const chunkRows = 1_000;

/** Inserts products, into the category "Test" unless they say another. */
export async function insertProducts(sql: Sql, products: readonly ProductRow[]): Promise<void> {
  await sql`INSERT INTO category (id, name) VALUES (1, 'Test') ON CONFLICT DO NOTHING`;
  for (let start = 0; start < products.length; start += chunkRows) {
    const rows = products.slice(start, start + chunkRows).map(columnsOf);
    await sql`INSERT INTO product ${sql(rows)}`;
  }
}

function columnsOf({ id, ...row }: ProductRow) {
  const create = new Date(row.createMs ?? 1_700_000_000_000);
  return {
    id,
    category_id: row.categoryId ?? 1n,
    name: row.name ?? `product ${id}`,
    subtitle: row.subtitle ?? `subtitle ${id}`,
    images: [`/images/${id}.svg`],
    detail: row.detail ?? `detail ${id}`,
    price_fen: row.priceFen ?? testPriceFen,
    stock: row.stock ?? 10n,
    status: row.status ?? 1,
    sales: row.sales ?? 0n,
    rating_sum: row.ratingSum ?? 0n,
    rating_count: row.ratingCount ?? 0n,
    create_time: create,
    update_time: create,
    recommend_time: row.recommendMs === undefined ? null : new Date(row.recommendMs),
  };
}
