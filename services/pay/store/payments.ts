/** All SQL of payments: starting them, and recording what platforms say of them. */
import { crashPoint } from "../../../shared/crash_point.ts";
import { answerClaim, type Lease } from "../../../shared/idempotency/claims.ts";
import type { Cursor } from "../../../shared/paging.ts";
import { type Fragment, keysetAfter } from "../../../shared/postgres/keyset.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import { askPauseMs, type Payment, paymentState, type Refund } from "../payment.ts";
import type { Platform, ProviderState, StartedPayment } from "../provider.ts";
import {
  paymentColumns,
  type PaymentRow,
  refundColumns,
  type RefundRow,
  toPayment,
  toRefund,
} from "./payment_rows.ts";
import { type Recorded, recordState } from "./record_state.ts";

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
  /** As messages have it: 5 partly, 6 wholly given back. */
  readonly status?: number;
}

export interface PaymentStore {
  /** Notes a payment before its platform hears of it; one that is there stays. */
  begin(payment: NewPayment): Promise<Payment>;
  /** Notes what the platform answered, and the answer to the buyer's key, in one transaction. */
  started(
    paymentId: string,
    started: StartedPayment,
    lease: Lease,
    answerOf: (payment: Payment) => Uint8Array,
  ): Promise<Payment>;
  find(paymentId: string): Promise<FoundPayment | undefined>;
  /** Up to `limit` payments after `after`, newest first. One query. */
  list(
    filter: PaymentFilter,
    after: Cursor<string> | undefined,
    limit: number,
  ): Promise<Payment[]>;
  /** As `list()`, with refunds. Two queries. */
  search(
    filter: PaymentFilter,
    after: Cursor<string> | undefined,
    limit: number,
  ): Promise<FoundPayment[]>;
  /** All payments of an order with refunds, oldest first, at most 100. */
  listOfOrder(orderId: string): Promise<FoundPayment[]>;
  /**
   * Records what a platform says of a payment, once however often it says it. Callbacks may tell of
   * the past: only what it answers now can differ from a capture that is known.
   */
  record(
    paymentId: string,
    platform: Platform,
    state: ProviderState,
    options?: { readonly isAnswer?: boolean },
  ): Promise<Recorded>;
  /** Payments to ask their platforms about; they are not due again for a while. */
  takeDue(limit: number): Promise<Payment[]>;
  /** Payments of a time, oldest first. One query. */
  listMade(
    filter: { readonly from: Date; readonly to: Date; readonly platform: number | undefined },
    limit: number,
  ): Promise<Payment[]>;
}

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
    started(paymentId, { payUrl, platformNumber }, lease, answerOf) {
      return inTransaction(sql, async (tx) => {
        const [row] = await tx<[PaymentRow]>`
          UPDATE payment SET pay_url = ${payUrl}, update_time = now(),
            platform_number = CASE platform_number WHEN '' THEN ${platformNumber}
                                                   ELSE platform_number END
          WHERE id = ${paymentId} RETURNING ${paymentColumns(tx)}`;
        const payment = toPayment(row);
        await answerClaim(tx, lease, answerOf(payment));
        return payment;
      });
    },
    async find(paymentId) {
      const [row] = await sql<PaymentRow[]>`
        SELECT ${paymentColumns(sql)} FROM payment WHERE id = ${paymentId}`;
      if (row === undefined) return undefined;
      return { payment: toPayment(row), refunds: await refundsOf(sql, [paymentId]) };
    },
    list: (filter, after, limit) => list(sql, filter, after, limit),
    async search(filter, after, limit) {
      return await withRefunds(sql, await list(sql, filter, after, limit));
    },
    async listOfOrder(orderId) {
      const rows = await sql<PaymentRow[]>`
        SELECT ${paymentColumns(sql)} FROM payment WHERE order_id = ${orderId}
        ORDER BY create_time, id LIMIT ${ofOrderMax}`;
      return await withRefunds(sql, rows.map(toPayment));
    },
    async record(paymentId, platform, state, { isAnswer = false } = {}) {
      const recorded = await inTransaction(sql, (tx) => {
        return recordState(tx, { paymentId, platform, state, isAnswer });
      });
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

async function list(
  sql: Sql,
  { userId, orderId, platform, status }: PaymentFilter,
  after: Cursor<string> | undefined,
  limit: number,
): Promise<Payment[]> {
  const keyset = { value: sql`create_time`, id: sql`id`, kind: "time" } as const;
  const rows = await sql<PaymentRow[]>`
    SELECT ${paymentColumns(sql)} FROM payment
    WHERE true
      ${userId === undefined ? sql`` : sql`AND user_id = ${userId}`}
      ${orderId === undefined ? sql`` : sql`AND order_id = ${orderId}`}
      ${platform === undefined ? sql`` : sql`AND platform = ${platform}`}
      ${status === undefined ? sql`` : sql`AND ${statusColumn(sql)} = ${status}`}
      ${keysetAfter(sql, keyset, after)}
    ORDER BY create_time DESC, id DESC LIMIT ${limit}`;
  return rows.map(toPayment);
}

/** The status as messages have it: what went back is told by the sums of what was captured. */
function statusColumn(sql: Sql): Fragment {
  return sql`CASE WHEN status <> ${paymentState.captured} OR refunded_fen = 0 THEN status
                  WHEN refunded_fen < captured_fen THEN 5 ELSE 6 END`;
}

/** The refunds of these payments, oldest first. */
async function refundsOf(sql: Sql, paymentIds: readonly string[]): Promise<Refund[]> {
  const rows = await sql<RefundRow[]>`
    SELECT ${refundColumns(sql)} FROM refund WHERE payment_id = ANY (${[...paymentIds]}::text[])
    ORDER BY create_time, id LIMIT ${refundsMax * Math.max(1, paymentIds.length)}`;
  return rows.map(toRefund);
}

async function withRefunds(sql: Sql, payments: readonly Payment[]): Promise<FoundPayment[]> {
  const refunds = await refundsOf(sql, payments.map(({ paymentId }) => paymentId));
  const byPayment = Map.groupBy(refunds, ({ paymentId }) => paymentId);
  return payments.map((payment) => {
    return { payment, refunds: byPayment.get(payment.paymentId) ?? [] };
  });
}
