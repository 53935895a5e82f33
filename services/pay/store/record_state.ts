/** All SQL of what platforms say of payments. */
import {
  PaymentFailedSchema,
  PaymentSucceededSchema,
} from "../../../proto/gen/pay/v1/pay_event_pb.ts";
import { newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox } from "../../../shared/messaging/outbox.ts";
import type { Tx } from "../../../shared/postgres/pool.ts";
import { type Payment, paymentState, surplusFen } from "../payment.ts";
import type { Platform, ProviderState } from "../provider.ts";
import { type DifferenceReason, noteDifference, settleDifferences } from "./differences.ts";
import { paymentColumns, type PaymentRow, toPayment } from "./payment_rows.ts";
import { insertRefund } from "./refunds.ts";

/** What a platform's word has changed. */
export type Recorded = "captured" | "failed" | "known" | "unknown" | "pending";

/** What a platform says of a payment. */
export interface Word {
  readonly paymentId: string;
  readonly platform: Platform;
  readonly state: ProviderState;
  /** Whether it answers how things stand now; callbacks may tell of the past. */
  readonly isAnswer: boolean;
}

/** Records what a platform says of a payment: see `PaymentStore`. */
export async function recordState(
  tx: Tx,
  { paymentId, platform, state, isAnswer }: Word,
): Promise<Recorded> {
  const [row] = await tx<PaymentRow[]>`
    SELECT ${paymentColumns(tx)} FROM payment
    WHERE id = ${paymentId} AND platform = ${platform} FOR UPDATE`;
  if (row === undefined) {
    if (state.status !== "captured") return "unknown";
    await noteDifference(tx, {
      paymentId: "",
      platform,
      platformNumber: state.platformNumber,
      reason: "UNKNOWN_TO_MALL",
      mallFen: 0n,
      platformFen: state.capturedFen,
    });
    return "unknown";
  }
  const payment = toPayment(row);
  if (state.status === "captured") return await capture(tx, payment, state);
  if (payment.state === paymentState.captured) {
    if (isAnswer) await missing(tx, payment, state);
    return "known";
  }
  return await stillOpen(tx, payment, state);
}

/** Takes note of the money, once: it may come late, after the payment failed or ran out of time. */
async function capture(tx: Tx, payment: Payment, state: ProviderState): Promise<Recorded> {
  const { paymentId } = payment;
  if (payment.state === paymentState.captured) {
    const { capturedFen, currency } = payment;
    if (state.capturedFen !== capturedFen) await differs(tx, payment, state, "AMOUNT");
    else if (state.currency !== currency) await differs(tx, payment, state, "CURRENCY");
    else await settleDifferences(tx, paymentId, ["AMOUNT", "STATUS", "UNKNOWN_TO_PLATFORM"]);
    return "known";
  }
  if (state.currency !== payment.currency) await differs(tx, payment, state, "CURRENCY");
  await tx`
    UPDATE payment
    SET status = ${paymentState.captured}, captured_fen = ${state.capturedFen},
        currency = ${state.currency}, platform_number = ${state.platformNumber},
        platform_status = ${state.platformStatus}, ask_time = NULL, update_time = now(),
        capture_time = ${new Date(Number(state.captureTime))}
    WHERE id = ${paymentId}`;
  const succeeded = {
    paymentId,
    orderId: payment.orderId,
    userId: payment.userId,
    platform: payment.platform,
    capturedFen: state.capturedFen,
    amountFen: payment.amountFen,
    currency: state.currency,
    captureTime: state.captureTime,
  };
  await appendOutbox(tx, [
    newEvent(PaymentSucceededSchema, succeeded, { subject: "pay.succeeded" }),
  ]);
  const amountFen = surplusFen(payment, state);
  if (amountFen > 0n) await insertRefund(tx, paymentId, { amountFen, reason: "SURPLUS" });
  return "captured";
}

async function fail(
  tx: Tx,
  { paymentId, orderId, state }: Payment,
  reason: "REFUSED" | "EXPIRED",
  platformStatus: string,
): Promise<Recorded> {
  if (state !== paymentState.pending) return "known";
  const failed = reason === "REFUSED" ? paymentState.failed : paymentState.expired;
  await tx`
    UPDATE payment
    SET status = ${failed}, platform_status = ${platformStatus}, update_time = now(),
        pay_url = ''
    WHERE id = ${paymentId}`;
  await appendOutbox(tx, [
    newEvent(PaymentFailedSchema, { paymentId, orderId, reason }, { subject: "pay.failed" }),
  ]);
  return "failed";
}

/** How long after its time a payment is still asked about: money may come late, in milliseconds. */
const lateMs = 86_400_000n;

async function stillOpen(tx: Tx, payment: Payment, state: ProviderState): Promise<Recorded> {
  const now = BigInt(Date.now());
  if (now > payment.expireTime + lateMs) {
    await tx`UPDATE payment SET ask_time = NULL WHERE id = ${payment.paymentId}`;
  }
  if (state.status === "failed") return await fail(tx, payment, "REFUSED", state.platformStatus);
  if (now <= payment.expireTime) return "pending";
  return await fail(tx, payment, "EXPIRED", state.platformStatus);
}

/** The platform has no such money now; of what went back it may say anything. */
async function missing(tx: Tx, payment: Payment, state: ProviderState): Promise<void> {
  if (payment.refundedFen === payment.capturedFen) return;
  const reason = state.status === "unknown" ? "UNKNOWN_TO_PLATFORM" : "STATUS";
  await differs(tx, payment, state, reason);
}

async function differs(
  tx: Tx,
  { paymentId, platform, capturedFen: mallFen }: Payment,
  { platformNumber, capturedFen: platformFen }: ProviderState,
  reason: DifferenceReason,
): Promise<void> {
  await noteDifference(tx, { paymentId, platform, platformNumber, reason, mallFen, platformFen });
}
