/** All SQL of payments: starting them, and recording what platforms say of them. */
import {
  PaymentFailedSchema,
  PaymentSucceededSchema,
} from "../../../proto/gen/pay/v1/pay_event_pb.ts";
import { crashPoint } from "../../../shared/crash_point.ts";
import { answerClaim, type ClaimKey } from "../../../shared/idempotency/claims.ts";
import { newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox } from "../../../shared/messaging/outbox.ts";
import type { Cursor } from "../../../shared/paging.ts";
import { keysetAfter } from "../../../shared/postgres/keyset.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import { askPauseMs, type Payment, paymentState, type Refund } from "../payment.ts";
import type { Platform, ProviderState, StartedPayment } from "../provider.ts";
import { noteDifference } from "./differences.ts";
import {
  paymentColumns,
  type PaymentRow,
  refundColumns,
  type RefundRow,
  toPayment,
  toRefund,
} from "./payment_rows.ts";
import { insertRefund } from "./refunds.ts";

/** A payment to start. */
export type NewPayment = Pick<
  Payment,
  | "paymentId"
  | "orderId"
  | "userId"
  | "platform"
  | "amountFen"
  | "currency"
  | "subject"
  | "returnUrl"
  | "expireTime"
>;

/** A payment with its refunds, oldest first. */
export interface FoundPayment {
  readonly payment: Payment;
  readonly refunds: readonly Refund[];
}

/** Which payments; absent members mean all. */
export interface PaymentFilter {
  readonly userId?: bigint;
  readonly orderId?: string;
  readonly platform?: number;
  readonly state?: number;
}

export interface PaymentStore {
  /** Notes a payment before its platform hears of it; one that is there stays. */
  begin(payment: NewPayment): Promise<Payment>;
  /** Notes what the platform answered, and the answer to the buyer's key, in one transaction. */
  started(
    paymentId: string,
    started: StartedPayment,
    claim: ClaimKey,
    answerOf: (payment: Payment) => Uint8Array,
  ): Promise<Payment>;
  find(paymentId: string): Promise<FoundPayment | undefined>;
  /** Up to `limit` payments after `after`, newest first. One query. */
  list(
    filter: PaymentFilter,
    after: Cursor<string> | undefined,
    limit: number,
  ): Promise<Payment[]>;
  /** All payments of an order with refunds, oldest first, at most 100. */
  listOfOrder(orderId: string): Promise<FoundPayment[]>;
  /** Records what a platform says of a payment, once however often it says it. */
  record(paymentId: string, platform: Platform, state: ProviderState): Promise<Recorded>;
  /** Payments to ask their platforms about; they are not due again for a while. */
  takeDue(limit: number): Promise<Payment[]>;
  /** Payments of a time, oldest first. One query. */
  listMade(
    filter: { readonly from: Date; readonly to: Date; readonly platform: number | undefined },
    limit: number,
  ): Promise<Payment[]>;
}

/** What a platform's word has changed. */
export type Recorded = "captured" | "failed" | "known" | "unknown" | "pending";

const ofOrderMax = 100;
const refundsMax = 50;

/** Creates the store on the pay service's own database. */
export function createPaymentStore(sql: Sql): PaymentStore {
  return {
    async begin(payment) {
      const [row] = await sql<PaymentRow[]>`
        INSERT INTO payment (id, order_id, user_id, platform, amount_fen, currency, subject,
                             return_url, expire_time, ask_time)
        VALUES (${payment.paymentId}, ${payment.orderId}, ${payment.userId}, ${payment.platform},
                ${payment.amountFen}, ${payment.currency}, ${payment.subject},
                ${payment.returnUrl}, ${new Date(Number(payment.expireTime))},
                now() + ${askPauseMs(0)} * interval '1 ms')
        ON CONFLICT (id) DO UPDATE SET update_time = now()
        RETURNING ${paymentColumns(sql)}`;
      if (row === undefined) throw new Error("a payment that was written did not come back");
      return toPayment(row);
    },
    started(paymentId, { payUrl, platformNumber }, claim, answerOf) {
      return inTransaction(sql, async (tx) => {
        const [row] = await tx<[PaymentRow]>`
          UPDATE payment SET pay_url = ${payUrl}, update_time = now(),
            platform_number = CASE platform_number WHEN '' THEN ${platformNumber}
                                                   ELSE platform_number END
          WHERE id = ${paymentId} RETURNING ${paymentColumns(tx)}`;
        const payment = toPayment(row);
        await answerClaim(tx, claim, answerOf(payment));
        return payment;
      });
    },
    async find(paymentId) {
      const [row] = await sql<PaymentRow[]>`
        SELECT ${paymentColumns(sql)} FROM payment WHERE id = ${paymentId}`;
      if (row === undefined) return undefined;
      return { payment: toPayment(row), refunds: await refundsOf(sql, [paymentId]) };
    },
    async list({ userId, orderId, platform, state }, after, limit) {
      const keyset = { value: sql`create_time`, id: sql`id`, kind: "time" } as const;
      const rows = await sql<PaymentRow[]>`
        SELECT ${paymentColumns(sql)} FROM payment
        WHERE true
          ${userId === undefined ? sql`` : sql`AND user_id = ${userId}`}
          ${orderId === undefined ? sql`` : sql`AND order_id = ${orderId}`}
          ${platform === undefined ? sql`` : sql`AND platform = ${platform}`}
          ${state === undefined ? sql`` : sql`AND status = ${state}`}
          ${keysetAfter(sql, keyset, after)}
        ORDER BY create_time DESC, id DESC LIMIT ${limit}`;
      return rows.map(toPayment);
    },
    async listOfOrder(orderId) {
      const rows = await sql<PaymentRow[]>`
        SELECT ${paymentColumns(sql)} FROM payment WHERE order_id = ${orderId}
        ORDER BY create_time, id LIMIT ${ofOrderMax}`;
      const refunds = await refundsOf(sql, rows.map(({ id }) => id));
      return rows.map((row) => ({
        payment: toPayment(row),
        refunds: refunds.filter((refund) => refund.paymentId === row.id),
      }));
    },
    async record(paymentId, platform, state) {
      const recorded = await inTransaction(sql, (tx) => record(tx, paymentId, platform, state));
      crashPoint("pay.after_record");
      return recorded;
    },
    async takeDue(limit) {
      const rows = await sql<PaymentRow[]>`
        UPDATE payment SET asked = asked + 1,
          ask_time = now() + interval '10 s' * least(180, power(2, least(asked, 10)))
        WHERE id = ANY (ARRAY(
          SELECT id FROM payment WHERE ask_time <= now()
          ORDER BY ask_time LIMIT ${limit} FOR UPDATE SKIP LOCKED))
        RETURNING ${paymentColumns(sql)}`;
      return rows.map(toPayment);
    },
    async listMade({ from, to, platform }, limit) {
      const rows = await sql<PaymentRow[]>`
        SELECT ${paymentColumns(sql)} FROM payment
        WHERE create_time >= ${from} AND create_time < ${to}
          ${platform === undefined ? sql`` : sql`AND platform = ${platform}`}
        ORDER BY create_time, id LIMIT ${limit}`;
      return rows.map(toPayment);
    },
  };
}

/** The refunds of these payments, oldest first. */
async function refundsOf(sql: Sql, paymentIds: readonly string[]): Promise<Refund[]> {
  const rows = await sql<RefundRow[]>`
    SELECT ${refundColumns(sql)} FROM refund WHERE payment_id = ANY (${[...paymentIds]}::text[])
    ORDER BY create_time, id LIMIT ${refundsMax * Math.max(1, paymentIds.length)}`;
  return rows.map(toRefund);
}

async function record(
  tx: Tx,
  paymentId: string,
  platform: Platform,
  state: ProviderState,
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
  if (state.status === "failed") return await fail(tx, payment, "REFUSED", state.platformStatus);
  return await stillOpen(tx, payment, state);
}

/** Takes note of the money, once: it may come late, after the payment failed or ran out of time. */
async function capture(tx: Tx, payment: Payment, state: ProviderState): Promise<Recorded> {
  const { paymentId } = payment;
  if (payment.state === paymentState.captured) {
    if (state.capturedFen !== payment.capturedFen) await differs(tx, payment, state, "AMOUNT");
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
  const surplus = state.capturedFen - payment.amountFen;
  // Less than asked, or in other money, is the order's to refuse: then all of it goes back.
  if (surplus > 0n && state.currency === payment.currency) {
    await insertRefund(tx, paymentId, { amountFen: surplus, reason: "SURPLUS" });
  }
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
  if (payment.state === paymentState.captured && state.status === "unknown") {
    await differs(tx, payment, state, "UNKNOWN_TO_PLATFORM");
    return "known";
  }
  if (now > payment.expireTime + lateMs) {
    await tx`UPDATE payment SET ask_time = NULL WHERE id = ${payment.paymentId}`;
  }
  if (now <= payment.expireTime) return "pending";
  return await fail(tx, payment, "EXPIRED", state.platformStatus);
}

async function differs(
  tx: Tx,
  { paymentId, platform, capturedFen: mallFen }: Payment,
  { platformNumber, capturedFen: platformFen }: ProviderState,
  reason: "AMOUNT" | "CURRENCY" | "UNKNOWN_TO_PLATFORM",
): Promise<void> {
  await noteDifference(tx, { paymentId, platform, platformNumber, reason, mallFen, platformFen });
}
