/** Telling the merchant: signed, and again until it says that it has heard. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../../shared/log.ts";
import { signBody } from "../../shared/signature.ts";
import { type Books, mischiefOf, type SandboxPayment } from "./books.ts";

export interface CallbackOptions {
  readonly books: Books;
  readonly secret: string;
  readonly log: Logger;
  /** The first pause before another try, in milliseconds; it doubles. */
  readonly pauseMs: number;
  readonly signal: AbortSignal;
}

const triesMax = 10;
const pauseMaxMs = 5_000;
const delayMaxMs = 600_000;
const timeoutMs = 5_000;

/** Sends what became of a payment. Never rejects. */
export async function sendCallbacks(
  options: CallbackOptions,
  payment: SandboxPayment,
): Promise<void> {
  const { books, secret, signal } = options;
  const mischief = mischiefOf(books, payment.payment_id);
  if (mischief.drop_callbacks || payment.notify_url === "") return;
  await pause(Math.min(mischief.delay_ms ?? 0, delayMaxMs), signal);
  const body = JSON.stringify({ kind: "payment", payment: paymentJson(payment) });
  const signer = mischief.forged_signature ? `not ${secret}` : secret;
  const copies = Math.min(mischief.copies ?? 1, 100);
  await Promise.all(
    Array.from({ length: copies }, () => sendUntilHeard(options, payment, { body, signer })),
  );
}

async function sendUntilHeard(
  { log, pauseMs, signal }: CallbackOptions,
  { notify_url, payment_id }: SandboxPayment,
  { body, signer }: { readonly body: string; readonly signer: string },
): Promise<void> {
  for (let attempt = 0; attempt < triesMax && !signal.aborted; attempt++) {
    try {
      const response = await fetch(notify_url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "sandbox-signature": signBody(signer, body),
        },
        body,
        redirect: "manual",
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      const text = await response.text();
      if (response.status === 200 && text === "success") return;
      log.debug("a callback was not taken", { payment: payment_id, status: response.status });
    } catch (error) {
      log.debug("a callback could not be sent", { payment: payment_id, error });
    }
    await pause(Math.min(pauseMaxMs, pauseMs * 2 ** attempt), signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {});
}

/** A payment as the API and callbacks tell it. */
export function paymentJson(payment: SandboxPayment) {
  const { payment_id, number, status, captured_fen, captured_currency, capture_time } = payment;
  return { payment_id, number, status, captured_fen, currency: captured_currency, capture_time };
}
