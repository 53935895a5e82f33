/** What the sandbox platform knows of payments and refunds; in memory, as it is for development. */

/** How a payment misbehaves; absent members behave. */
export interface Mischief {
  /** Callbacks come so much later, in milliseconds. */
  readonly delay_ms?: number;
  /** Each callback comes so many times. */
  readonly copies?: number;
  /** The buyer is charged another amount, in fen. */
  readonly wrong_amount_fen?: number;
  readonly wrong_currency?: string;
  /** Callbacks are signed with another secret. */
  readonly forged_signature?: boolean;
  /** No callback comes. */
  readonly drop_callbacks?: boolean;
  readonly refuse_refunds?: boolean;
  /** Refunds stay pending. */
  readonly hold_refunds?: boolean;
  /** The API answers so much later, in milliseconds. */
  readonly slow_api_ms?: number;
  /** The API is out of order. */
  readonly api_down?: boolean;
}

export interface SandboxPayment {
  readonly payment_id: string;
  readonly amount_fen: number;
  readonly currency: string;
  readonly subject: string;
  readonly expire_time: number;
  readonly return_url: string;
  readonly notify_url: string;
  readonly number: string;
  status: "pending" | "captured" | "failed";
  captured_fen: number;
  capture_time: number;
  captured_currency: string;
  refunded_fen: number;
}

export interface SandboxRefund {
  readonly refund_id: string;
  readonly payment_id: string;
  readonly amount_fen: number;
  readonly number: string;
  readonly status: "pending" | "succeeded" | "refused";
}

export interface Books {
  readonly payments: Map<string, SandboxPayment>;
  readonly refunds: Map<string, SandboxRefund>;
  /** For all payments. */
  mischief: Mischief;
  /** By payment id, for one. */
  readonly mischiefs: Map<string, Mischief>;
}

/** More payments, refunds or mischiefs than these are forgotten, the oldest first. */
const keptMax = 10_000;

/** Creates empty books. */
export function createBooks(): Books {
  return { payments: new Map(), refunds: new Map(), mischief: {}, mischiefs: new Map() };
}

/** How this payment misbehaves. */
export function mischiefOf({ mischief, mischiefs }: Books, paymentId: string): Mischief {
  return { ...mischief, ...mischiefs.get(paymentId) };
}

/** Notes how one payment misbehaves from now on. */
export function addMischief({ mischiefs }: Books, paymentId: string, mischief: Mischief): void {
  if (!mischiefs.has(paymentId)) forgetOldest(mischiefs);
  mischiefs.set(paymentId, mischief);
}

function forgetOldest(kept: Map<string, unknown>): void {
  const [oldest] = kept.keys();
  if (kept.size >= keptMax && oldest !== undefined) kept.delete(oldest);
}

/** Notes a payment, once; "conflict" for another amount under the same id. */
export function addPayment(
  { payments }: Books,
  wish: Pick<
    SandboxPayment,
    | "payment_id"
    | "amount_fen"
    | "currency"
    | "subject"
    | "expire_time"
    | "return_url"
    | "notify_url"
  >,
): SandboxPayment | "conflict" {
  const known = payments.get(wish.payment_id);
  if (known !== undefined) return known.amount_fen === wish.amount_fen ? known : "conflict";
  forgetOldest(payments);
  const payment: SandboxPayment = {
    ...wish,
    number: `SB${wish.payment_id}`,
    status: "pending",
    captured_fen: 0,
    capture_time: 0,
    captured_currency: wish.currency,
    refunded_fen: 0,
  };
  payments.set(wish.payment_id, payment);
  return payment;
}

/** The buyer pays, or refuses to; once, and as the mischief wants. */
export function decide(books: Books, payment: SandboxPayment, pays: boolean): void {
  if (payment.status !== "pending") return;
  if (!pays) {
    payment.status = "failed";
    return;
  }
  const { wrong_amount_fen, wrong_currency } = mischiefOf(books, payment.payment_id);
  payment.status = "captured";
  payment.captured_fen = wrong_amount_fen ?? payment.amount_fen;
  payment.captured_currency = wrong_currency ?? payment.currency;
  payment.capture_time = Date.now();
}

/**
 * Gives money back, once a refund id; one that was refused may be tried again. "conflict" when it is
 * more than was taken, or the id is another refund's.
 */
export function addRefund(
  books: Books,
  { refund_id, payment_id, amount_fen }: Pick<
    SandboxRefund,
    "refund_id" | "payment_id" | "amount_fen"
  >,
): SandboxRefund | "conflict" {
  const { payments, refunds } = books;
  const payment = payments.get(payment_id);
  const { refuse_refunds, hold_refunds } = mischiefOf(books, payment_id);
  const known = refunds.get(refund_id);
  if (known !== undefined && isOther(known, { payment_id, amount_fen })) return "conflict";
  if (known?.status === "succeeded") return known;
  if (payment === undefined || !(amount_fen > 0)) return "conflict";
  if (payment.refunded_fen + amount_fen > payment.captured_fen) return "conflict";
  const status = refuse_refunds ? "refused" : hold_refunds ? "pending" : "succeeded";
  const refund = { refund_id, payment_id, amount_fen, number: `SR${refund_id}`, status } as const;
  if (known === undefined) forgetOldest(refunds);
  refunds.set(refund_id, refund);
  if (status === "succeeded") payment.refunded_fen += amount_fen;
  return refund;
}

function isOther(
  known: SandboxRefund,
  { payment_id, amount_fen }: Pick<SandboxRefund, "payment_id" | "amount_fen">,
): boolean {
  return known.payment_id !== payment_id || known.amount_fen !== amount_fen;
}
