/** What Stripe's words mean to us. Amounts are minor units, which fen are; its times are seconds. */
import { z } from "@hono/zod-openapi";
import type { CallbackNotice, ProviderRefundState, ProviderState } from "../../provider.ts";

const seconds = z.int().min(0);
const amount = z.int().min(0);
const id = z.string().min(1).max(255);

/** A session that was just opened. */
export const OpenedSession = z.object({ id, url: z.url() });

/** A payment intent with its charge. */
export const Intent = z.object({
  id,
  status: z.string(),
  amount_received: amount,
  currency: z.string(),
  created: seconds,
  latest_charge: z.object({ created: seconds }).nullable(),
});

/** The payment intents that a search found. */
export const Intents = z.object({ data: z.array(Intent) });

/** A session with its payment intent, which there is only once the buyer has paid. */
export const Session = z.object({
  id,
  status: z.enum(["open", "complete", "expired"]),
  payment_intent: Intent.nullable(),
});

/** A session that only tells which its payment intent is. */
export const SessionIntent = z.object({ payment_intent: id.nullable() });

/** A refund. */
export const Refund = z.object({
  id,
  status: z.string(),
  metadata: z.object({ refund_id: z.string().optional() }).nullish(),
});

/** The refunds of a payment intent. */
export const Refunds = z.object({ data: z.array(Refund), has_more: z.boolean() });

const Ours = z.object({
  type: z.string(),
  data: z.object({ object: z.object({ metadata: z.object({ payment_id: id }) }) }),
});

const SessionEvent = z.object({
  created: seconds,
  data: z.object({
    object: z.object({
      id,
      payment_status: z.string(),
      payment_intent: id.nullable(),
      amount_total: amount,
      currency: z.string(),
    }),
  }),
});

/** The events we act on, and whether no money can come after them. */
const events: ReadonlyMap<string, { readonly isEnd: boolean }> = new Map([
  ["checkout.session.completed", { isEnd: false }],
  ["checkout.session.async_payment_succeeded", { isEnd: false }],
  ["checkout.session.async_payment_failed", { isEnd: true }],
  ["checkout.session.expired", { isEnd: true }],
]);

/** How a payment stands of which Stripe knows nothing. */
export const unknownState: ProviderState = {
  status: "unknown",
  capturedFen: 0n,
  currency: "",
  platformNumber: "",
  platformStatus: "",
  captureTime: 0n,
};

/** How a payment stands by its session. */
export function stateOfSession(session: z.infer<typeof Session>): ProviderState {
  const { id: platformNumber, status, payment_intent: intent } = session;
  if (intent?.status === "succeeded") return stateOfIntent(intent);
  const word = (status === "complete" && intent?.status) || status;
  // A delayed payment that fails goes back to where a method is asked for, but nobody asks again.
  const isEnd = ["expired", "canceled", "requires_payment_method"].includes(word);
  return {
    ...unknownState,
    status: isEnd ? "failed" : "pending",
    platformNumber,
    platformStatus: word.toUpperCase(),
  };
}

/** How a payment stands by its payment intent. */
export function stateOfIntent(intent: z.infer<typeof Intent>): ProviderState {
  const { id: platformNumber, status } = intent;
  const told = { platformNumber, platformStatus: status.toUpperCase() };
  if (status !== "succeeded") {
    return { ...unknownState, ...told, status: status === "canceled" ? "failed" : "pending" };
  }
  return {
    ...told,
    status: "captured",
    capturedFen: BigInt(intent.amount_received),
    currency: intent.currency.toUpperCase(),
    captureTime: BigInt(intent.latest_charge?.created ?? intent.created) * 1_000n,
  };
}

/** How a refund stands. */
export function stateOfRefund({ id, status }: z.infer<typeof Refund>): ProviderRefundState {
  const isRefused = status === "failed" || status === "canceled";
  if (isRefused) return { status: "refused", platformNumber: id };
  return { status: status === "succeeded" ? "succeeded" : "pending", platformNumber: id };
}

/**
 * What an event says; undefined for one of ours that cannot be read. An account may have payments
 * that are not the mall's: those say nothing.
 */
export function noticeOf(event: unknown): CallbackNotice | undefined {
  const ours = Ours.safeParse(event).data;
  const known = events.get(ours?.type ?? "");
  if (ours === undefined || known === undefined) return { kind: "other" };
  const read = SessionEvent.safeParse(event).data;
  if (read === undefined) return undefined;
  const { data: { object: session }, created } = read;
  const told = {
    platformNumber: session.payment_intent ?? session.id,
    platformStatus: ours.type.replace("checkout.session.", "").toUpperCase(),
  };
  const paymentId = ours.data.object.metadata.payment_id;
  if (known.isEnd || session.payment_status !== "paid") {
    const status = known.isEnd ? "failed" : "pending";
    return { kind: "payment", paymentId, state: { ...unknownState, ...told, status } };
  }
  const taken = {
    status: "captured",
    capturedFen: BigInt(session.amount_total),
    currency: session.currency.toUpperCase(),
    captureTime: BigInt(created) * 1_000n,
  } as const;
  return { kind: "payment", paymentId, state: { ...told, ...taken } };
}

const slackMs = 300_000;
const openMinMs = 1_800_000 + slackMs;
const openMaxMs = 86_400_000 - slackMs;

/**
 * When a session ends, in seconds: Stripe wants 30 minutes to 24 hours from now. Reckoned from when
 * the payment was made, which its id tells, since a repetition must be the same to the byte; the
 * slack leaves time for one, and for clocks that differ.
 */
export function sessionEnd(paymentId: string, expireTime: bigint, nowMs: number): number {
  const from = paymentTimeMs(paymentId) ?? nowMs;
  const end = Math.min(Math.max(Number(expireTime), from + openMinMs), from + openMaxMs);
  return Math.floor(end / 1_000);
}

/** The time that an id of ours begins with; undefined for another id. */
function paymentTimeMs(paymentId: string): number | undefined {
  const shape = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})\d{11}$/;
  const time = Date.parse(paymentId.replace(shape, "$1-$2-$3T$4:$5:$6.$7Z"));
  return shape.test(paymentId) && !Number.isNaN(time) ? time : undefined;
}

/** Whether a fen of this currency is Stripe's minor unit: of a yen it is not. */
export function hasFen(currency: string): boolean {
  if (!/^[A-Z]{3}$/.test(currency)) return false;
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.resolvedOptions().maximumFractionDigits === 2;
}
