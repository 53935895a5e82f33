/** What was paid for the demo orders: a captured payment for each that was ever paid. */
import type { OrderRow, PaymentRow, PaymentTables } from "./rows.ts";

/** From the buyer's pressing "pay" until the money was there. */
const payingMs = 40_000;

/** One payment for each order that names one; it has the order's amount. */
export function paymentTables(orders: readonly OrderRow[]): PaymentTables {
  return { payment: orders.flatMap(paymentRows) };
}

function paymentRows(order: OrderRow): PaymentRow[] {
  const { id, user_id, payment_id, payment_type, payment_time, payment_fen, pay_before } = order;
  if (payment_time === null || payment_type === null) return [];
  return [{
    id: payment_id,
    order_id: id,
    user_id,
    platform: payment_type,
    platform_number: `DEMO${payment_id}`,
    platform_status: "CAPTURED",
    status: 2,
    amount_fen: payment_fen,
    captured_fen: payment_fen,
    expire_time: pay_before,
    capture_time: payment_time,
    create_time: new Date(payment_time.getTime() - payingMs),
    update_time: payment_time,
  }];
}
