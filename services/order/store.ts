/** All SQL of orders; that of the right to comment is in store/. */
import type { Cursor } from "../../shared/paging.ts";
import { keysetAfter } from "../../shared/postgres/keyset.ts";
import type { Sql } from "../../shared/postgres/pool.ts";
import type { Order, OrderItem } from "./order.ts";
import type { OrderStatus } from "./order_status.ts";

export interface OrderStore {
  /** Up to `limit` orders of a user after `after`, newest first, with their items. One query. */
  listOrders(
    filter: OrderFilter,
    after: Cursor<string> | undefined,
    limit: number,
  ): Promise<Order[]>;
}

export interface OrderFilter {
  readonly userId: bigint;
  /** Undefined for every status. */
  readonly status: OrderStatus | undefined;
}

/** Creates the store on the order service's own database. */
export function createOrderStore(sql: Sql): OrderStore {
  return {
    async listOrders({ userId, status }, after, limit) {
      const byStatus = status === undefined ? sql`` : sql`AND status = ${status}`;
      const keyset = { value: sql`create_time`, id: sql`id`, kind: "time" } as const;
      const rows = await sql<OrderRow[]>`
        SELECT id, user_id, status, currency, total_fen, postage_fen, payment_fen, payment_type,
               payment_id, flash_sale_id, remark, close_reason, carrier, tracking_number,
               create_time, update_time, pay_before, payment_time, send_time, end_time, close_time,
               (SELECT json_agg(json_build_array(product_id::text, product_name, product_image,
                                  product_description, unit_price_fen::text, quantity)
                                ORDER BY line)
                FROM order_item WHERE order_id = orders.id) AS items
        FROM orders
        WHERE user_id = ${userId} ${byStatus} ${keysetAfter(sql, keyset, after)}
        ORDER BY create_time DESC, id DESC
        LIMIT ${limit}`;
      return rows.map(toOrder);
    },
  };
}

type ItemRow = readonly [
  productId: string,
  productName: string,
  productImage: string,
  productDescription: string,
  unitPriceFen: string,
  quantity: number,
];

interface OrderRow {
  readonly id: string;
  readonly user_id: bigint;
  readonly status: OrderStatus;
  readonly currency: string;
  readonly total_fen: bigint;
  readonly postage_fen: bigint;
  readonly payment_fen: bigint;
  readonly payment_type: number | null;
  readonly payment_id: string;
  readonly flash_sale_id: bigint;
  readonly remark: string;
  readonly close_reason: string;
  readonly carrier: string;
  readonly tracking_number: string;
  readonly create_time: Date;
  readonly update_time: Date;
  readonly pay_before: Date;
  readonly payment_time: Date | null;
  readonly send_time: Date | null;
  readonly end_time: Date | null;
  readonly close_time: Date | null;
  readonly items: readonly ItemRow[] | null;
}

function toOrder(row: OrderRow): Order {
  return {
    orderId: row.id,
    userId: row.user_id,
    status: row.status,
    currency: row.currency,
    totalFen: row.total_fen,
    postageFen: row.postage_fen,
    paymentFen: row.payment_fen,
    paymentType: row.payment_type ?? 0,
    paymentId: row.payment_id,
    flashSaleId: row.flash_sale_id,
    remark: row.remark,
    closeReason: row.close_reason,
    carrier: row.carrier,
    trackingNumber: row.tracking_number,
    createTime: toMs(row.create_time),
    updateTime: toMs(row.update_time),
    payBefore: toMs(row.pay_before),
    paymentTime: toMs(row.payment_time),
    sendTime: toMs(row.send_time),
    endTime: toMs(row.end_time),
    closeTime: toMs(row.close_time),
    items: (row.items ?? []).map(toItem),
  };
}

function toItem(row: ItemRow): OrderItem {
  const [productId, productName, productImage, productDescription, unitPriceFen, quantity] = row;
  return {
    productId: BigInt(productId),
    productName,
    productImage,
    productDescription,
    unitPriceFen: BigInt(unitPriceFen),
    quantity,
  };
}

function toMs(time: Date | null): bigint {
  return BigInt(time?.getTime() ?? 0);
}
