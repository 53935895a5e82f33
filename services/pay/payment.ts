/** Payments and refunds, and what buyers may ask of them. Money is in fen, times Unix milliseconds. */
import type {
  CreatePaymentRequest,
  ListPaymentsRequest,
} from "../../proto/gen/pay/v1/payment_service_pb.ts";
import { type FieldViolation, invalidArgument } from "../../shared/errors.ts";
import { keyViolation } from "../../shared/idempotency/refusals.ts";
import { type Cursor, pageSize, readCursor } from "../../shared/paging.ts";
import { type Platform, platform } from "./provider.ts";

/** As rows have it; what was refunded is told by the sums. */
export const paymentState = { pending: 1, captured: 2, failed: 3, expired: 4 } as const;
export type PaymentState = (typeof paymentState)[keyof typeof paymentState];

export const refundState = { pending: 1, succeeded: 2, failed: 3 } as const;
export type RefundState = (typeof refundState)[keyof typeof refundState];

/** One try to pay one order on one platform. */
export interface Payment {
  readonly paymentId: string;
  readonly orderId: string;
  readonly userId: bigint;
  readonly platform: Platform;
  readonly state: PaymentState;
  readonly amountFen: bigint;
  readonly capturedFen: bigint;
  readonly refundedFen: bigint;
  /** What is to go back and is not back yet. */
  readonly refundingFen: bigint;
  readonly currency: string;
  readonly subject: string;
  readonly returnUrl: string;
  readonly platformNumber: string;
  readonly platformStatus: string;
  readonly payUrl: string;
  readonly expireTime: bigint;
  readonly captureTime: bigint;
  readonly createTime: bigint;
  readonly updateTime: bigint;
  /** How often the platform was asked what became of it. */
  readonly asked: number;
}

/** Money of a payment that goes back. */
export interface Refund {
  readonly refundId: string;
  readonly paymentId: string;
  readonly amountFen: bigint;
  readonly state: RefundState;
  /** A stable word. */
  readonly reason: string;
  readonly note: string;
  readonly platformNumber: string;
  readonly createTime: bigint;
  readonly finishTime: bigint;
  /** How often the platform was asked for it. */
  readonly tries: number;
}

/** A wish to pay that makes sense. */
export interface PaymentWish {
  readonly orderId: string;
  readonly platform: Platform;
  readonly returnUrl: string;
  readonly key: string;
}

const orderIdPattern = /^\d{24,32}$/;
const paymentIdPattern = /^\d{20,32}$/;
const returnUrlMax = 500;

/** Narrows the wish; refuses with InvalidArgument naming each wrong field. */
export function narrowCreatePayment(request: CreatePaymentRequest): PaymentWish {
  const { orderId, returnUrl, idempotencyKey: key } = request;
  const violations: FieldViolation[] = [];
  if (!orderIdPattern.test(orderId)) {
    violations.push({
      pointer: "/order_id",
      reason: "MALFORMED",
      message: "must be an order's id",
    });
  }
  const wanted = Object.values(platform).find((known) => known === Number(request.platform));
  if (wanted === undefined) violations.push(notSupported);
  if (returnUrl !== "" && !isHttpUrl(returnUrl)) {
    const message = `must be an http or https address of at most ${returnUrlMax} characters`;
    violations.push({ pointer: "/return_url", reason: "MALFORMED", message });
  }
  const wrongKey = keyViolation(key);
  if (wrongKey !== undefined) violations.push(wrongKey);
  if (violations.length > 0 || wanted === undefined) throw invalidArgument(violations);
  return { orderId, platform: wanted, returnUrl, key };
}

/** A platform that this mall does not take. */
export const notSupported: FieldViolation = {
  pointer: "/platform",
  reason: "PLATFORM_NOT_SUPPORTED",
  message: "must be a platform that this mall takes",
};

function isHttpUrl(text: string): boolean {
  if (text.length > returnUrlMax || !text.isWellFormed()) return false;
  const protocol = URL.parse(text)?.protocol;
  return protocol === "http:" || protocol === "https:";
}

/** Whether the text can be a payment's or a refund's id. */
export function isPaymentId(text: string): boolean {
  return paymentIdPattern.test(text);
}

/** A list that makes sense. */
export interface PaymentListQuery {
  readonly orderId: string;
  readonly after: Cursor<string> | undefined;
  readonly ps: number;
}

/** Narrows a list of payments. */
export function narrowListPayments(
  { orderId, cursor, lastId, ps }: Pick<
    ListPaymentsRequest,
    "orderId" | "cursor" | "lastId" | "ps"
  >,
): PaymentListQuery {
  const violations: FieldViolation[] = [];
  if (orderId !== "" && !orderIdPattern.test(orderId)) {
    violations.push({
      pointer: "/order_id",
      reason: "MALFORMED",
      message: "must be an order's id",
    });
  }
  if (lastId !== "" && !isPaymentId(lastId)) {
    violations.push({
      pointer: "/last_id",
      reason: "MALFORMED",
      message: "must be a payment's id",
    });
  }
  if (violations.length > 0) throw invalidArgument(violations);
  return { orderId, after: readCursor(cursor, lastId), ps: pageSize(ps) };
}

/** An id of 28 digits: UTC time to the millisecond, eleven random digits. */
export function newPaymentId(nowMs: number, random: () => number): string {
  const time = new Date(nowMs).toISOString().replaceAll(/\D/g, "");
  const digits = (count: number) => String(Math.floor(random() * 10 ** count)).padStart(count, "0");
  return `${time}${digits(6)}${digits(5)}`;
}

/** What can still be given back, in fen: neither back nor on its way. */
export function leftFen(
  { capturedFen, refundedFen, refundingFen }: Pick<
    Payment,
    "capturedFen" | "refundedFen" | "refundingFen"
  >,
): bigint {
  return capturedFen - refundedFen - refundingFen;
}

/**
 * What was taken beyond what was asked, in fen, and goes back at once. Less than asked, or in other
 * money, is the order's to refuse: then all of it goes back.
 */
export function surplusFen(
  asked: Pick<Payment, "amountFen" | "currency">,
  taken: Pick<Payment, "capturedFen" | "currency">,
): bigint {
  if (taken.currency !== asked.currency || taken.capturedFen <= asked.amountFen) return 0n;
  return taken.capturedFen - asked.amountFen;
}

/** When to ask about a payment again that was asked about so often: soon, then less and less. */
export function askPauseMs(asked: number): number {
  return Math.min(1_800_000, 10_000 * 2 ** Math.min(asked, 10));
}

/** When to try a refund again that was tried so often, in milliseconds. */
export function refundPauseMs(tries: number): number {
  return Math.min(600_000, 500 * 2 ** Math.min(tries, 12));
}
