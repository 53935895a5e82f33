/** All SQL of refunds. */
import { Code } from "@connectrpc/connect";
import {
  PaymentRefundedSchema,
  RefundFailedSchema,
} from "../../../proto/gen/pay/v1/pay_event_pb.ts";
import { Refusal } from "../../../shared/errors.ts";
import { newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox } from "../../../shared/messaging/outbox.ts";
import { type NewAuditEntry, writeAuditEntry } from "../../../shared/postgres/audit_trail.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import {
  leftFen,
  newPaymentId,
  type Payment,
  paymentState,
  type Refund,
  refundPauseMs,
  refundState,
} from "../payment.ts";
import type { ProviderRefundState } from "../provider.ts";
import { settleDifferences } from "./differences.ts";
import {
  paymentColumns,
  type PaymentRow,
  refundColumns,
  type RefundRow,
  toPayment,
  toRefund,
} from "./payment_rows.ts";

/** Money that shall go back. */
export interface NewRefund {
  readonly amountFen: bigint;
  readonly reason: string;
  readonly note?: string;
  /** An operator's: once for ever. */
  readonly key?: string;
}

/** Money that somebody asks for; without an amount all that is left. */
export type RefundWish = Omit<NewRefund, "amountFen"> & { readonly amountFen?: bigint };

/** A refund with its payment. */
export interface RefundOfPayment {
  readonly refund: Refund;
  readonly payment: Payment;
}

export interface RefundStore {
  /**
   * Asks for money back. Refuses with FailedPrecondition REFUND_TOO_HIGH, NotFound
   * PAYMENT_NOT_FOUND, or InvalidArgument IDEMPOTENCY_KEY_REUSED. `audit` is recorded with what is
   * new.
   */
  create(
    paymentId: string,
    refund: RefundWish,
    audit?: NewAuditEntry,
  ): Promise<RefundOfPayment & { readonly replayed: boolean }>;
  find(refundId: string): Promise<RefundOfPayment | undefined>;
  /** Refunds to try now; they are not due again for a while. */
  takeDue(limit: number): Promise<RefundOfPayment[]>;
  /** Records what the platform says of a refund, once. */
  settle(refundId: string, state: ProviderRefundState): Promise<void>;
  /** A refund that failed is tried again, if the money is still there; else as `create()`. */
  retry(refundId: string, audit?: NewAuditEntry): Promise<Refund>;
}

/** Creates the store on the pay service's own database. */
export function createRefundStore(sql: Sql): RefundStore {
  return {
    create: (paymentId, refund, audit) => {
      return inTransaction(sql, (tx) => create(tx, paymentId, refund, audit));
    },
    find: (refundId) => find(sql, refundId),
    async takeDue(limit) {
      const rows = await sql<RefundRow[]>`
        UPDATE refund SET tries = tries + 1,
          try_time = now() + interval '1 ms' * least(${refundPauseMs(99)},
                                                     500 * power(2, least(tries, 12)))
        WHERE id = ANY (ARRAY(
          SELECT id FROM refund WHERE status = ${refundState.pending} AND try_time <= now()
          ORDER BY try_time LIMIT ${limit} FOR UPDATE SKIP LOCKED))
        RETURNING ${refundColumns(sql)}`;
      const payments = await sql<PaymentRow[]>`
        SELECT ${paymentColumns(sql)} FROM payment
        WHERE id = ANY (${rows.map((row) => row.payment_id)}::text[])`;
      const byId = new Map(payments.map((row) => [row.id, toPayment(row)]));
      return rows.flatMap((row) => {
        const payment = byId.get(row.payment_id);
        return payment === undefined ? [] : [{ refund: toRefund(row), payment }];
      });
    },
    settle: (refundId, state) => inTransaction(sql, (tx) => settle(tx, refundId, state)),
    retry: (refundId, audit) => inTransaction(sql, (tx) => retry(tx, refundId, audit)),
  };
}

async function find(sql: Sql | Tx, refundId: string): Promise<RefundOfPayment | undefined> {
  const [row] = await sql<RefundRow[]>`
    SELECT ${refundColumns(sql)} FROM refund WHERE id = ${refundId}`;
  if (row === undefined) return undefined;
  const [payment] = await sql<[PaymentRow]>`
    SELECT ${paymentColumns(sql)} FROM payment WHERE id = ${row.payment_id}`;
  return { refund: toRefund(row), payment: toPayment(payment) };
}

async function create(tx: Tx, paymentId: string, wish: RefundWish, audit?: NewAuditEntry) {
  const [row] = await tx<PaymentRow[]>`
    SELECT ${paymentColumns(tx)} FROM payment WHERE id = ${paymentId} FOR UPDATE`;
  if (row === undefined) throw paymentNotFound();
  const known = wish.key === undefined ? undefined : await byKey(tx, paymentId, wish.key);
  if (known !== undefined) {
    const same = wish.amountFen === undefined || wish.amountFen === known.amountFen;
    if (!same) throw otherRefund();
    return { refund: known, payment: toPayment(row), replayed: true };
  }
  const amountFen = wish.amountFen ?? leftFen(toPayment(row));
  const refund = await insertRefund(tx, paymentId, { ...wish, amountFen });
  if (audit !== undefined) await writeAuditEntry(tx, audit);
  const [after] = await tx<[PaymentRow]>`
    SELECT ${paymentColumns(tx)} FROM payment WHERE id = ${paymentId}`;
  return { refund, payment: toPayment(after), replayed: false };
}

async function byKey(tx: Tx, paymentId: string, key: string): Promise<Refund | undefined> {
  const [row] = await tx<RefundRow[]>`
    SELECT ${refundColumns(tx)} FROM refund
    WHERE payment_id = ${paymentId} AND idempotency_key = ${key}`;
  return row && toRefund(row);
}

/**
 * Sets money of a captured payment aside and asks for its return; a timer does the rest. Refuses
 * with FailedPrecondition REFUND_TOO_HIGH what is more than is left.
 */
export async function insertRefund(
  tx: Tx,
  paymentId: string,
  { amountFen, reason, note = "", key }: NewRefund,
): Promise<Refund> {
  const { count } = await tx`
    UPDATE payment SET refunding_fen = refunding_fen + ${amountFen}, update_time = now()
    WHERE id = ${paymentId} AND status = ${paymentState.captured} AND ${amountFen}::bigint > 0
      AND ${amountFen}::bigint <= captured_fen - refunded_fen - refunding_fen`;
  if (count === 0) throw refundTooHigh();
  const [row] = await tx<[RefundRow]>`
    INSERT INTO refund (id, payment_id, amount_fen, reason, note, idempotency_key)
    VALUES (${newPaymentId(Date.now(), Math.random)}, ${paymentId}, ${amountFen}, ${reason},
            ${note}, ${key ?? null})
    RETURNING ${refundColumns(tx)}`;
  return toRefund(row);
}

/** Gives back all that is left of a payment, if anything is. In the transaction of an event. */
export async function refundRest(tx: Tx, paymentId: string, reason: string): Promise<void> {
  const [row] = await tx<PaymentRow[]>`
    SELECT ${paymentColumns(tx)} FROM payment WHERE id = ${paymentId} FOR UPDATE`;
  if (row === undefined) throw paymentNotFound();
  const amountFen = leftFen(toPayment(row));
  if (amountFen > 0n) await insertRefund(tx, paymentId, { amountFen, reason });
}

async function settle(tx: Tx, refundId: string, state: ProviderRefundState): Promise<void> {
  if (state.status === "pending") return;
  const succeeded = state.status === "succeeded";
  const [row] = await tx<RefundRow[]>`
    UPDATE refund
    SET status = ${succeeded ? refundState.succeeded : refundState.failed},
        platform_number = ${state.platformNumber}, finish_time = now(), update_time = now()
    WHERE id = ${refundId} AND status = ${refundState.pending}
    RETURNING ${refundColumns(tx)}`;
  if (row === undefined) return;
  const refund = toRefund(row);
  const [after] = await tx<[PaymentRow]>`
    UPDATE payment
    SET refunding_fen = refunding_fen - ${refund.amountFen}, update_time = now(),
        refunded_fen = refunded_fen + ${succeeded ? refund.amountFen : 0n}
    WHERE id = ${refund.paymentId} RETURNING ${paymentColumns(tx)}`;
  const payment = toPayment(after);
  // Whatever differed, all of it went back.
  if (payment.refundedFen === payment.capturedFen) {
    await settleDifferences(tx, payment.paymentId, ["AMOUNT", "CURRENCY"]);
  }
  await appendOutbox(tx, [eventOf(refund, payment, succeeded)]);
}

function eventOf(refund: Refund, payment: Payment, succeeded: boolean) {
  const { refundId, paymentId, amountFen, reason, finishTime } = refund;
  const { orderId, refundedFen } = payment;
  if (!succeeded) {
    const failed = { paymentId, orderId, refundId, amountFen };
    return newEvent(RefundFailedSchema, failed, { subject: "pay.refund_failed" });
  }
  const done = { paymentId, orderId, refundId, amountFen, refundedFen, reason, finishTime };
  return newEvent(PaymentRefundedSchema, done, { subject: "pay.refunded" });
}

async function retry(tx: Tx, refundId: string, audit?: NewAuditEntry): Promise<Refund> {
  const found = await find(tx, refundId);
  if (found === undefined) throw refundNotFound();
  const { refund } = found;
  if (refund.state !== refundState.failed) return refund;
  const { count } = await tx`
    UPDATE payment SET refunding_fen = refunding_fen + ${refund.amountFen}, update_time = now()
    WHERE id = ${refund.paymentId}
      AND ${refund.amountFen}::bigint <= captured_fen - refunded_fen - refunding_fen`;
  if (count === 0) throw refundTooHigh();
  const [row] = await tx<RefundRow[]>`
    UPDATE refund
    SET status = ${refundState.pending}, try_time = now(), finish_time = NULL, update_time = now()
    WHERE id = ${refundId} AND status = ${refundState.failed}
    RETURNING ${refundColumns(tx)}`;
  // Somebody else was quicker: what was set aside here goes with the transaction.
  if (row === undefined) throw lostRace();
  if (audit !== undefined) await writeAuditEntry(tx, audit);
  return toRefund(row);
}

function lostRace(): Refusal {
  return new Refusal(Code.Aborted, "LOST_RACE", "somebody else retries this refund");
}

export function paymentNotFound(): Refusal {
  return new Refusal(Code.NotFound, "PAYMENT_NOT_FOUND", "there is no such payment");
}

function refundNotFound(): Refusal {
  return new Refusal(Code.NotFound, "REFUND_NOT_FOUND", "there is no such refund");
}

function refundTooHigh(): Refusal {
  const message = "this is more than the payment has left to give back";
  return new Refusal(Code.FailedPrecondition, "REFUND_TOO_HIGH", message);
}

function otherRefund(): Refusal {
  const message = "this idempotency key was used for another amount";
  return new Refusal(Code.InvalidArgument, "IDEMPOTENCY_KEY_REUSED", message);
}
