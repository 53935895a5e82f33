/** The stock that the orders hold, have bought or have given back. */
import { type OrderStatus, orderStatus } from "../../services/order/order_status.ts";
import type { DemoOrder } from "./orders.ts";
import type { ReservationRow, StockReservationRow } from "./rows.ts";

const reserved = 1;
const sold = 2;
const released = 3;

/** Reservations with their lines. */
export interface DemoReservations {
  readonly reservation: readonly ReservationRow[];
  readonly stock_reservation: readonly StockReservationRow[];
}

/** One reservation for each order, one line for each line of it. */
export function reservationTables(orders: readonly DemoOrder[]): DemoReservations {
  return {
    reservation: orders.map((order) => ({
      order_id: order.id,
      user_id: order.userId,
      state: reservationState(order.status),
      create_time: order.createTime,
      // The creation reserves; the payment sells, the cancelling or closing gives back.
      update_time: order.steps.at(1)?.at ?? order.createTime,
    })),
    stock_reservation: orders.flatMap((order) =>
      order.items.map((item) => ({
        order_id: order.id,
        product_id: item.product.id,
        quantity: item.quantity,
        unit_price_fen: item.unitPriceFen,
        product_name: item.name,
        product_image: item.product.images[0] ?? "",
        product_subtitle: item.product.subtitle,
      }))
    ),
  };
}

function reservationState(status: OrderStatus): 1 | 2 | 3 {
  if (status === orderStatus.unpaid) return reserved;
  return status === orderStatus.cancelled || status === orderStatus.closed ? released : sold;
}

/** How many pieces of each product have left the shelf: reserved or sold. */
export function takenPieces(
  { reservation, stock_reservation }: DemoReservations,
): Map<bigint, bigint> {
  const gone = new Set(
    reservation.filter(({ state }) => state !== released).map((row) => row.order_id),
  );
  const taken = new Map<bigint, bigint>();
  for (const { order_id, product_id, quantity } of stock_reservation) {
    if (!gone.has(order_id)) continue;
    taken.set(product_id, (taken.get(product_id) ?? 0n) + BigInt(quantity));
  }
  return taken;
}
