/** Rows of payments and refunds, as every store of the pay service reads them. */
import type { Fragment } from "../../../shared/postgres/keyset.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import type { Payment, PaymentState, Refund, RefundState } from "../payment.ts";
import type { Platform } from "../provider.ts";

export interface PaymentRow {
  readonly id: string;
  readonly order_id: string;
  readonly user_id: bigint;
  readonly platform: Platform;
  readonly status: PaymentState;
  readonly amount_fen: bigint;
  readonly captured_fen: bigint;
  readonly refunded_fen: bigint;
  readonly refunding_fen: bigint;
  readonly currency: string;
  readonly subject: string;
  readonly return_url: string;
  readonly platform_number: string;
  readonly platform_status: string;
  readonly pay_url: string;
  readonly expire_time: Date;
  readonly capture_time: Date | null;
  readonly create_time: Date;
  readonly update_time: Date;
  readonly asked: number;
}

export interface RefundRow {
  readonly id: string;
  readonly payment_id: string;
  readonly amount_fen: bigint;
  readonly status: RefundState;
  readonly reason: string;
  readonly note: string;
  readonly platform_number: string;
  readonly create_time: Date;
  readonly finish_time: Date | null;
  readonly tries: number;
}

/** The columns of a payment, to follow SELECT or RETURNING. */
export function paymentColumns(sql: Sql | Tx): Fragment {
  return sql`id, order_id, user_id, platform, status, amount_fen, captured_fen, refunded_fen,
             refunding_fen, currency, subject, return_url, platform_number, platform_status,
             pay_url, expire_time, capture_time, create_time, update_time, asked`;
}

/** The columns of a refund, to follow SELECT or RETURNING. */
export function refundColumns(sql: Sql | Tx): Fragment {
  return sql`id, payment_id, amount_fen, status, reason, note, platform_number, create_time,
             finish_time, tries`;
}

export function toPayment(row: PaymentRow): Payment {
  return {
    paymentId: row.id,
    orderId: row.order_id,
    userId: row.user_id,
    platform: row.platform,
    state: row.status,
    amountFen: row.amount_fen,
    capturedFen: row.captured_fen,
    refundedFen: row.refunded_fen,
    refundingFen: row.refunding_fen,
    currency: row.currency,
    subject: row.subject,
    returnUrl: row.return_url,
    platformNumber: row.platform_number,
    platformStatus: row.platform_status,
    payUrl: row.pay_url,
    expireTime: toMs(row.expire_time),
    captureTime: toMs(row.capture_time),
    createTime: toMs(row.create_time),
    updateTime: toMs(row.update_time),
    asked: row.asked,
  };
}

export function toRefund(row: RefundRow): Refund {
  return {
    refundId: row.id,
    paymentId: row.payment_id,
    amountFen: row.amount_fen,
    state: row.status,
    reason: row.reason,
    note: row.note,
    platformNumber: row.platform_number,
    createTime: toMs(row.create_time),
    finishTime: toMs(row.finish_time),
    tries: row.tries,
  };
}

function toMs(time: Date | null): bigint {
  return BigInt(time?.getTime() ?? 0);
}
