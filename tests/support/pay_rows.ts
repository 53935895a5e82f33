/** Rows of the pay service for tests. */
import { platform, type ProviderState } from "../../services/pay/provider.ts";
import type { NewPayment, PaymentStore } from "../../services/pay/store/payments.ts";

/** A payment's id that sorts by `n`. */
export function testPaymentId(n: number): string {
  return String(n).padStart(28, "0");
}

/** A payment of 1000 fen in the sandbox that may be paid for half an hour. */
export function testPayment(n: number, more: Partial<NewPayment> = {}): NewPayment {
  return {
    paymentId: testPaymentId(n),
    orderId: testPaymentId(n),
    userId: 7n,
    platform: platform.sandbox,
    amountFen: 1_000n,
    currency: "CNY",
    subject: "a thing",
    returnUrl: "",
    expireTime: BigInt(Date.now() + 1_800_000),
    ...more,
  };
}

/** What the platform says of a payment that took so much. */
export function capturedState(
  n: number,
  capturedFen = 1_000n,
  more: Partial<ProviderState> = {},
): ProviderState {
  return {
    status: "captured",
    capturedFen,
    currency: "CNY",
    platformNumber: `SB${testPaymentId(n)}`,
    platformStatus: "CAPTURED",
    captureTime: 1_700_000_000_000n,
    ...more,
  };
}

/** What the platform says of a payment that took nothing. */
export function otherState(status: "pending" | "failed" | "unknown"): ProviderState {
  return {
    status,
    capturedFen: 0n,
    currency: "",
    platformNumber: "",
    platformStatus: status.toUpperCase(),
    captureTime: 0n,
  };
}

/** Begins the payment and takes its money. */
export async function capturePayment(
  payments: PaymentStore,
  n: number,
  capturedFen = 1_000n,
): Promise<string> {
  const { paymentId } = await payments.begin(testPayment(n));
  await payments.record(paymentId, platform.sandbox, capturedState(n, capturedFen));
  return paymentId;
}
