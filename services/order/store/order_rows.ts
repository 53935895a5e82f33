/** Rows of orders, as every store of the order service reads them. */
import type { Fragment } from "../../../shared/postgres/keyset.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import type { Order, OrderItem } from "../order.ts";
import type { OrderStatus } from "../order_status.ts";

/** The columns of an order with its lines, to follow SELECT or RETURNING. */
export function orderColumns(sql: Sql | Tx): Fragment {
  return sql`
    orders.id, user_id, status, currency, total_fen, postage_fen, payment_fen, payment_type,
    payment_id, flash_sale_id, remark, close_reason, carrier, tracking_number, create_time,
    update_time, pay_before, payment_time, send_time, end_time, close_time,
    (SELECT json_agg(json_build_array(product_id::text, product_name, product_image,
                       product_description, unit_price_fen::text, quantity)
                     ORDER BY line)
     FROM order_item WHERE order_id = orders.id) AS items`;
}

type ItemRow = readonly [
  productId: string,
  productName: string,
  productImage: string,
  productDescription: string,
  unitPriceFen: string,
  quantity: number,
];

export interface OrderRow {
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

export function toOrder(row: OrderRow): Order {
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
