/** What captured money does to an order. */
import {
  OrderPaidSchema,
  OrderPaymentRejectedSchema,
} from "../../../proto/gen/order/v1/order_event_pb.ts";
import { newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox } from "../../../shared/messaging/outbox.ts";
import type { Tx } from "../../../shared/postgres/pool.ts";
import type { Order } from "../order.ts";
import { orderSteps } from "../order_life.ts";
import { orderStatus } from "../order_status.ts";
import { take } from "./order_steps.ts";

/** Money that a platform took for an order. */
export interface Capture {
  readonly orderId: string;
  readonly paymentId: string;
  readonly platform: number;
  readonly capturedFen: bigint;
  readonly currency: string;
  /** Unix milliseconds. */
  readonly captureTime: bigint;
}

/** Why money has to go back. */
type Rejection = "ORDER_CLOSED" | "ORDER_CANCELLED" | "PAID_TWICE" | "AMOUNT_MISMATCH";

/**
 * Pays the order, or says that the money must go back: what came after the order ended, a second
 * time, or not enough. In the transaction of the event that tells of the capture.
 */
export async function payOrder(
  tx: Tx,
  capture: Capture,
  traceparent: string,
): Promise<"paid" | "known" | Rejection> {
  const { orderId, paymentId, platform, captureTime } = capture;
  const [asked] = await tx<{ payment_fen: bigint; currency: string }[]>`
    SELECT payment_fen, currency FROM orders WHERE id = ${orderId} FOR UPDATE`;
  // Payments are made for orders only: this one was never ours.
  if (asked === undefined) return await reject(tx, capture, "ORDER_CLOSED", traceparent);
  const enough = capture.currency === asked.currency && capture.capturedFen >= asked.payment_fen;
  if (!enough) return await reject(tx, capture, "AMOUNT_MISMATCH", traceparent);
  const set = tx`
    payment_type = ${platform}, payment_id = ${paymentId},
    payment_time = ${new Date(Number(captureTime))}`;
  const options = { actor: "job:payment", traceparent, set };
  const paid = await take(tx, orderId, orderSteps.pay, options, orderPaid);
  if (paid.kind === "done") return "paid";
  if (paid.kind === "unknown") throw new Error("an order that is locked cannot be found");
  if (paid.order.paymentId === paymentId) return "known";
  return await reject(tx, capture, rejectionOf(paid.order), traceparent);
}

function rejectionOf({ status }: Order): Rejection {
  if (status === orderStatus.cancelled) return "ORDER_CANCELLED";
  return status === orderStatus.closed ? "ORDER_CLOSED" : "PAID_TWICE";
}

async function reject(
  tx: Tx,
  { orderId, paymentId, capturedFen }: Capture,
  reason: Rejection,
  traceparent: string,
): Promise<Rejection> {
  const rejected = { orderId, paymentId, refundFen: capturedFen, reason };
  const subject = "order.payment_rejected";
  await appendOutbox(tx, [
    newEvent(OrderPaymentRejectedSchema, rejected, { subject, traceparent }),
  ]);
  return reason;
}

function orderPaid(order: Order, traceparent: string | undefined) {
  const { orderId, userId, paymentId, paymentFen, paymentTime } = order;
  const items = order.items.map(({ productId, quantity }) => ({ productId, quantity }));
  const paid = { orderId, userId, paymentId, paymentFen, paymentTime, items };
  return newEvent(OrderPaidSchema, paid, { subject: "order.paid", traceparent });
}
