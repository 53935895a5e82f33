/** Pages of orders as lists show them: few columns, and a row for each line. */
import type { Cursor } from "../../../shared/paging.ts";
import { keysetAfter } from "../../../shared/postgres/keyset.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import type { OrderCard, OrderItem } from "../order.ts";
import type { OrderStatus } from "../order_status.ts";

export interface OrderFilter {
  readonly userId: bigint;
  /** Undefined for every status. */
  readonly status: OrderStatus | undefined;
}

interface CardRow {
  readonly id: string;
  readonly status: OrderStatus;
  readonly total_fen: bigint;
  readonly payment_fen: bigint;
  readonly create_time: Date;
  /** Null, as all of the line, for an order without lines. */
  readonly product_id: bigint | null;
  readonly product_name: string;
  readonly product_image: string;
  readonly product_description: string;
  readonly unit_price_fen: bigint;
  readonly quantity: number;
}

/**
 * What a page costs is the number of its values, on both sides of the wire: this is half of what
 * whole orders cost, with their 21 columns and lines as JSON.
 */
export async function listCards(
  sql: Sql,
  { userId, status }: OrderFilter,
  after: Cursor<string> | undefined,
  limit: number,
): Promise<OrderCard[]> {
  const byStatus = status === undefined ? sql`` : sql`AND status = ${status}`;
  const keyset = { value: sql`create_time`, id: sql`id`, kind: "time" } as const;
  const rows = await sql<CardRow[]>`
    SELECT page.id, page.status, page.total_fen, page.payment_fen, page.create_time,
           item.product_id, item.product_name, item.product_image, item.product_description,
           item.unit_price_fen, item.quantity
    FROM (SELECT id, status, total_fen, payment_fen, create_time
          FROM orders
          WHERE user_id = ${userId} ${byStatus} ${keysetAfter(sql, keyset, after)}
          ORDER BY create_time DESC, id DESC
          LIMIT ${limit}) AS page
    LEFT JOIN order_item AS item ON item.order_id = page.id
    ORDER BY page.create_time DESC, page.id DESC, item.line`;
  return toCards(userId, rows);
}

/** Lines of one order follow each other. */
function toCards(userId: bigint, rows: readonly CardRow[]): OrderCard[] {
  const cards: OrderCard[] = [];
  let items: OrderItem[] = [];
  for (const row of rows) {
    if (cards.at(-1)?.orderId !== row.id) {
      items = [];
      cards.push(toCard(userId, row, items));
    }
    if (row.product_id !== null) items.push(toItem(row, row.product_id));
  }
  return cards;
}

function toCard(userId: bigint, row: CardRow, items: readonly OrderItem[]): OrderCard {
  return {
    orderId: row.id,
    userId,
    status: row.status,
    totalFen: row.total_fen,
    paymentFen: row.payment_fen,
    createTime: BigInt(row.create_time.getTime()),
    items,
  };
}

function toItem(row: CardRow, productId: bigint): OrderItem {
  return {
    productId,
    productName: row.product_name,
    productImage: row.product_image,
    productDescription: row.product_description,
    unitPriceFen: row.unit_price_fen,
    quantity: row.quantity,
  };
}
