/** Asking the platforms what became of payments and refunds, and writing it down. */
import { Refusal } from "../../../shared/errors.ts";
import type { Logger } from "../../../shared/log.ts";
import type { Payment } from "../payment.ts";
import type { PaymentProvider } from "../provider.ts";
import type { PaymentStore } from "../store/payments.ts";
import type { Recorded } from "../store/record_state.ts";
import type { RefundOfPayment, RefundStore } from "../store/refunds.ts";
import type { Providers } from "./payments.ts";

export interface ReconciliationOptions {
  readonly payments: PaymentStore;
  readonly refunds: RefundStore;
  readonly providers: Providers;
  readonly log: Logger;
}

const askBatch = 50;
const refundBatch = 20;
/** A turn does so many batches at most; what is left has to wait for the next. */
const batchesMax = 20;

/** Asks about one payment and records the answer; undefined when the platform is away. */
export async function reconcile(
  { payments, providers, log }: ReconciliationOptions,
  payment: Payment,
): Promise<Recorded | undefined> {
  const provider = providers.get(payment.platform);
  if (provider === undefined) return undefined;
  try {
    const state = await provider.query(payment);
    return await payments.record(payment.paymentId, payment.platform, state, { isAnswer: true });
  } catch (error) {
    log.warn("a platform could not be asked", { payment: payment.paymentId, error });
    return undefined;
  }
}

/** Asks about payments that are open for some time. */
export async function askAboutOpen(
  options: ReconciliationOptions,
  signal: AbortSignal,
): Promise<void> {
  for (let batch = 0; batch < batchesMax && !signal.aborted; batch++) {
    const due = await options.payments.takeDue(askBatch);
    await Promise.all(due.map((payment) => reconcile(options, payment)));
    if (due.length < askBatch) return;
  }
}

/** Asks the platforms for the refunds that are due. */
export async function sendRefunds(
  options: ReconciliationOptions,
  signal: AbortSignal,
): Promise<void> {
  for (let batch = 0; batch < batchesMax && !signal.aborted; batch++) {
    const due = await options.refunds.takeDue(refundBatch);
    await Promise.all(due.map((one) => sendRefund(options, one)));
    if (due.length < refundBatch) return;
  }
}

async function sendRefund(
  { refunds, providers, log }: ReconciliationOptions,
  { refund, payment }: RefundOfPayment,
): Promise<void> {
  const provider = providers.get(payment.platform);
  if (provider === undefined) return;
  try {
    await refunds.settle(refund.refundId, await askForRefund(provider, refund, payment));
  } catch (error) {
    log.warn("a refund could not be sent, it will be tried again", {
      refund: refund.refundId,
      error,
    });
  }
}

async function askForRefund(
  provider: PaymentProvider,
  { refundId, amountFen, reason }: RefundOfPayment["refund"],
  { paymentId, platformNumber, capturedFen, currency }: Payment,
) {
  try {
    return await provider.refund({
      refundId,
      paymentId,
      platformNumber,
      amountFen,
      capturedFen,
      currency,
      reason,
    });
  } catch (error) {
    // What a platform refuses for good, an operator must look at.
    if (error instanceof Refusal && !error.retryable) {
      return { status: "refused", platformNumber: "" } as const;
    }
    throw error;
  }
}
