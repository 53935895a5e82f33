/** The stock that the orders hold, have bought or have given back. */
import { type OrderStatus, orderStatus } from "../../services/order/order_status.ts";
import type { DemoOrder } from "./orders.ts";
import type { StockReservationRow } from "./rows.ts";

const reserved = 1;
const sold = 2;
const released = 3;

/** One row for each line of each order. */
export function reservationRows(orders: readonly DemoOrder[]): StockReservationRow[] {
  return orders.flatMap((order) => {
    const status = reservationStatus(order.status);
    return order.items.map(({ product, quantity }) => ({
      order_id: order.id,
      product_id: product.id,
      quantity,
      status,
      create_time: order.createTime,
      // The creation reserves; the payment sells, the cancelling or closing gives back.
      update_time: order.steps.at(1)?.at ?? order.createTime,
    }));
  });
}

function reservationStatus(status: OrderStatus): 1 | 2 | 3 {
  if (status === orderStatus.unpaid) return reserved;
  return status === orderStatus.cancelled || status === orderStatus.closed ? released : sold;
}

/** How many pieces of each product have left the shelf: reserved or sold. */
export function takenPieces(rows: readonly StockReservationRow[]): Map<bigint, bigint> {
  const taken = new Map<bigint, bigint>();
  for (const { product_id, quantity, status } of rows) {
    if (status === released) continue;
    taken.set(product_id, (taken.get(product_id) ?? 0n) + BigInt(quantity));
  }
  return taken;
}
