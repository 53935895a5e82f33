/** What tests ask of platforms that take money, and the keys that both sides have. */
import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { ProviderPayment, ProviderRefund } from "../../services/pay/provider.ts";
import { Refusal } from "../../shared/errors.ts";
import { testPaymentId } from "./pay_rows.ts";

export interface RsaPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** How `refusalOf()` tells of a platform that is away, of one that will not, and of a forger. */
export const away = [Code.Unavailable, "PLATFORM_UNAVAILABLE", true] as const;
export const refused = [Code.FailedPrecondition, "PLATFORM_REFUSED", false] as const;
export const forged = [Code.Unauthenticated, "BAD_SIGNATURE", false] as const;

/** A fresh pair of keys; takes some tenths of a second. */
export function newRsaPair(modulusLength = 2_048): RsaPair {
  return generateKeyPairSync("rsa", { modulusLength });
}

/** A payment of 19.99 yuan whose id sorts by `n`. */
export function paymentWish(n: number, more: Partial<ProviderPayment> = {}): ProviderPayment {
  return {
    paymentId: testPaymentId(n),
    amountFen: 1_999n,
    currency: "CNY",
    subject: "两件 things",
    expireTime: BigInt(Date.now() + 1_800_000),
    returnUrl: "https://shop.example/orders?id=1&from=pay",
    platformNumber: "",
    ...more,
  };
}

/** A refund of 9.99 yuan of that payment. */
export function refundWish(n: number, more: Partial<ProviderRefund> = {}): ProviderRefund {
  return {
    refundId: `9${testPaymentId(n).slice(1)}`,
    paymentId: testPaymentId(n),
    platformNumber: "",
    amountFen: 999n,
    capturedFen: 1_999n,
    currency: "CNY",
    reason: "ORDER_CLOSED",
    ...more,
  };
}

/** The code and reason that a call is refused with, and whether it may be repeated. */
export async function refusalOf(
  call: () => Promise<unknown>,
): Promise<readonly [Code, string, boolean]> {
  const error = await call().then(() => undefined, (error) => error);
  assert.ok(error instanceof Refusal, `it was not refused: ${error}`);
  return [error.code, error.reason, error.retryable];
}
