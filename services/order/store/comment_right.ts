/** What the order service's tables know about the right to comment. */
import type { Sql } from "../../../shared/postgres/pool.ts";
import type { Purchase } from "../comment_right.ts";
import type { OrderStatus } from "../order_status.ts";

export interface CommentRightStore {
  /** The order as it stands, and whether it has the product; undefined if there is none. */
  findPurchase(orderId: string, productId: bigint): Promise<Purchase | undefined>;
}

/** Creates the store on the order service's own database. */
export function createCommentRightStore(sql: Sql): CommentRightStore {
  return {
    async findPurchase(orderId, productId) {
      const [row] = await sql<PurchaseRow[]>`
        SELECT user_id, status,
               EXISTS (SELECT FROM order_item
                       WHERE order_id = orders.id AND product_id = ${productId}) AS has_item
        FROM orders WHERE id = ${orderId}`;
      return row && { buyerId: row.user_id, status: row.status, hasItem: row.has_item };
    },
  };
}

interface PurchaseRow {
  readonly user_id: bigint;
  readonly status: OrderStatus;
  readonly has_item: boolean;
}
