/** Rows of comments for tests. */
import type { Sql } from "../../shared/postgres/pool.ts";
import { testOrderId } from "./order_rows.ts";

export interface CommentRow {
  readonly id: bigint;
  readonly productId: bigint;
  readonly userId?: bigint;
  readonly rating?: number;
  readonly content?: string;
  readonly images?: readonly string[];
  /** Unix milliseconds. */
  readonly createMs?: number;
}

/** Inserts comments, each from an order of its own. The product's rating does not follow. */
export async function insertComments(sql: Sql, comments: readonly CommentRow[]): Promise<void> {
  const rows = comments.map(({ id, productId, ...row }) => {
    const create = new Date(row.createMs ?? 1_700_000_000_000);
    return {
      id,
      product_id: productId,
      order_id: testOrderId(Number(id)),
      user_id: row.userId ?? 123n,
      rating: row.rating ?? 5,
      content: row.content ?? `comment ${id}`,
      images: [...row.images ?? []],
      create_time: create,
      update_time: create,
    };
  });
  await sql`INSERT INTO comment ${sql(rows)}`;
}
