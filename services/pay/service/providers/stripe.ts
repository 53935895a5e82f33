/** Stripe: its own pay pages (Checkout), and what its webhooks say. */
import type Stripe from "stripe";
import { type PaymentProvider, platform, type ProviderPayment } from "../../provider.ts";
import { badSignature, platformAway, refused } from "./refusals.ts";
import { beginErrand, type Errand, openStripe } from "./stripe_client.ts";
import {
  hasFen,
  Intent,
  Intents,
  noticeOf,
  OpenedSession,
  Refund,
  Refunds,
  Session,
  sessionEnd,
  SessionIntent,
  stateOfIntent,
  stateOfRefund,
  stateOfSession,
  unknownState,
} from "./stripe_states.ts";

export interface StripeProviderOptions {
  readonly secretKey: string;
  /** What webhooks are signed with. */
  readonly webhookSecret: string;
  /** Where its API is, without a path. */
  readonly apiUrl: string;
  /** Where its pay page leads back to if the payment does not say. */
  readonly homeUrl: string;
  /** How long a call may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** How old a webhook may be. */
const ageMaxSeconds = 300;
const refundsMax = 100;
const foundMax = 10;

/** A client of Stripe. Loads its SDK. */
export async function createStripeProvider(
  { homeUrl, webhookSecret, timeoutMs = 5_000, ...options }: StripeProviderOptions,
): Promise<PaymentProvider> {
  const stripe = await openStripe(options);
  return {
    platform: platform.stripe,
    async start(payment) {
      if (!hasFen(payment.currency)) throw refused();
      const idempotencyKey = payment.paymentId;
      const wish = sessionOf(payment, homeUrl);
      const { id: platformNumber, url: payUrl } = await beginErrand(timeoutMs)
        .ask(OpenedSession, (limits) => {
          return stripe.checkout.sessions.create(wish, { ...limits, idempotencyKey });
        });
      return { payUrl, platformNumber };
    },
    async query({ paymentId, platformNumber: number }) {
      const errand = beginErrand(timeoutMs);
      if (number === "") return await searchState(stripe, errand, paymentId);
      if (isIntent(number)) {
        const intent = await errand.find(Intent, (limits) => {
          return stripe.paymentIntents.retrieve(number, { expand: ["latest_charge"] }, limits);
        });
        return intent === undefined ? unknownState : stateOfIntent(intent);
      }
      const expand = ["payment_intent.latest_charge"];
      const session = await errand.find(Session, (limits) => {
        return stripe.checkout.sessions.retrieve(number, { expand }, limits);
      });
      return session === undefined ? unknownState : stateOfSession(session);
    },
    async refund({ refundId, paymentId, platformNumber, amountFen, reason }) {
      const errand = beginErrand(timeoutMs);
      const intent = await intentOf(stripe, errand, platformNumber);
      const known = await findRefund(stripe, errand, { intent, refundId });
      if (known !== undefined) return stateOfRefund(known);
      const wish = {
        payment_intent: intent,
        amount: minorUnits(amountFen),
        metadata: { refund_id: refundId, payment_id: paymentId, reason },
      };
      return stateOfRefund(
        await errand.ask(Refund, (limits) => {
          return stripe.refunds.create(wish, { ...limits, idempotencyKey: refundId });
        }),
      );
    },
    async readCallback({ headers, body }) {
      const signature = headers["stripe-signature"] ?? "";
      const event = await stripe.webhooks
        .constructEventAsync(body, signature, webhookSecret, ageMaxSeconds)
        .catch(() => {
          throw badSignature();
        });
      const notice = noticeOf(event);
      // Not acknowledged, so that it comes again: it is about money.
      if (notice === undefined) throw platformAway(new Error("an event that cannot be read"));
      return notice;
    },
    answer: (outcome) => ({
      httpStatus: outcome === "accepted" ? 200 : 400,
      contentType: "application/json",
      body: JSON.stringify({ received: outcome === "accepted" }),
    }),
  };
}

function sessionOf(
  payment: ProviderPayment,
  homeUrl: string,
): Stripe.Checkout.SessionCreateParams {
  const { paymentId, amountFen, currency, subject, expireTime, returnUrl } = payment;
  const product = { name: subject === "" ? paymentId : subject };
  const price = {
    currency: currency.toLowerCase(),
    unit_amount: minorUnits(amountFen),
    product_data: product,
  };
  return {
    mode: "payment",
    client_reference_id: paymentId,
    metadata: { payment_id: paymentId },
    payment_intent_data: { metadata: { payment_id: paymentId } },
    line_items: [{ quantity: 1, price_data: price }],
    // The buyer pays what the order says, in its currency.
    adaptive_pricing: { enabled: false },
    expires_at: sessionEnd(paymentId, expireTime, Date.now()),
    success_url: returnUrl === "" ? homeUrl : returnUrl,
    cancel_url: returnUrl === "" ? homeUrl : returnUrl,
  };
}

/** As the SDK wants an amount: a whole number, and an exact one. */
function minorUnits(amount: bigint): number {
  if (amount > BigInt(Number.MAX_SAFE_INTEGER)) throw refused();
  return Number(amount);
}

/**
 * A payment whose session nobody wrote down, as we went down before: by its id, which is there a
 * minute after the buyer has paid, and not before.
 */
async function searchState(stripe: Stripe, errand: Errand, paymentId: string) {
  const { data } = await errand.ask(Intents, (limits) => {
    return stripe.paymentIntents.search({
      query: `metadata["payment_id"]:"${paymentId}"`,
      limit: foundMax,
      expand: ["data.latest_charge"],
    }, limits);
  });
  const intent = data.find(({ status }) => status === "succeeded") ?? data[0];
  return intent === undefined ? unknownState : stateOfIntent(intent);
}

function isIntent(platformNumber: string): boolean {
  return platformNumber.startsWith("pi_");
}

/** The payment intent of what was taken; refuses when there is none. */
async function intentOf(stripe: Stripe, errand: Errand, platformNumber: string): Promise<string> {
  if (isIntent(platformNumber)) return platformNumber;
  if (platformNumber === "") throw refused(new Error("nothing was captured"));
  const { payment_intent: intent } = await errand.ask(SessionIntent, (limits) => {
    return stripe.checkout.sessions.retrieve(platformNumber, {}, limits);
  });
  if (intent === null) throw refused(new Error("nothing was paid"));
  return intent;
}

/**
 * Stripe forgets keys after a day, and answers to a key what it answered first: so refunds are
 * looked up, which also tells what became of them.
 */
async function findRefund(
  stripe: Stripe,
  errand: Errand,
  { intent, refundId }: { readonly intent: string; readonly refundId: string },
) {
  const { data, has_more: hasMore } = await errand.ask(Refunds, (limits) => {
    return stripe.refunds.list({ payment_intent: intent, limit: refundsMax }, limits);
  });
  const known = data.find(({ metadata }) => metadata?.refund_id === refundId);
  if (known === undefined && hasMore) throw refused(new Error("too many refunds to look through"));
  return known;
}
