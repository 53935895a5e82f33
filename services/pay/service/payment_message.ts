/** Payments and refunds as messages. */
import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type PaymentSchema,
  PaymentStatus,
  type RefundSchema,
} from "../../../proto/gen/pay/v1/payment_pb.ts";
import { type Payment, paymentState, type Refund } from "../payment.ts";

/** A payment; the pay page's address is told only while it can be used. */
export function toPaymentMessage(
  payment: Payment,
  refunds: readonly Refund[] = [],
): MessageInitShape<typeof PaymentSchema> {
  const { state, refundingFen: _refunding, asked: _asked, payUrl, ...same } = payment;
  const isOpen = state === paymentState.pending;
  return {
    ...same,
    status: statusOf(payment),
    payUrl: isOpen ? payUrl : "",
    refunds: refunds.map(toRefundMessage),
  };
}

/** A refund. */
export function toRefundMessage(refund: Refund): MessageInitShape<typeof RefundSchema> {
  const { state: status, tries: _tries, ...same } = refund;
  return { ...same, status };
}

function statusOf({ state, capturedFen, refundedFen }: Payment): PaymentStatus {
  if (state !== paymentState.captured) return state;
  if (refundedFen === 0n) return PaymentStatus.CAPTURED;
  return refundedFen < capturedFen ? PaymentStatus.PARTLY_REFUNDED : PaymentStatus.REFUNDED;
}
