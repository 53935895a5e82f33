/** What the pay service needs of a platform that takes money, whichever it is. */

/** The contract's numbers of the platforms. */
export const platform = { alipay: 1, wechat: 2, stripe: 3, sandbox: 9 } as const;
export type Platform = (typeof platform)[keyof typeof platform];

/** A payment as a platform is told of it. */
export interface ProviderPayment {
  /** Ours: the platform's "out trade number". */
  readonly paymentId: string;
  readonly amountFen: bigint;
  /** ISO 4217. */
  readonly currency: string;
  /** A short text for the pay page. */
  readonly subject: string;
  /** When it may no longer be paid, in Unix milliseconds. */
  readonly expireTime: bigint;
  /** Where the pay page leads back to, may be empty. */
  readonly returnUrl: string;
  /** The platform's serial number, "" until it gave one. */
  readonly platformNumber: string;
}

/** What a platform answered to a new payment. */
export interface StartedPayment {
  /** Where the buyer pays. */
  readonly payUrl: string;
  /** "" if the platform gives it only with the capture. */
  readonly platformNumber: string;
}

/** How a payment stands at the platform. */
export interface ProviderState {
  /** `unknown`: the platform has never heard of it. */
  readonly status: "pending" | "captured" | "failed" | "unknown";
  /** What it has taken from the buyer, in fen; 0 unless captured. */
  readonly capturedFen: bigint;
  readonly currency: string;
  readonly platformNumber: string;
  /** Its own word. */
  readonly platformStatus: string;
  /** When it was taken, in Unix milliseconds, 0 unless captured. */
  readonly captureTime: bigint;
}

/** A refund as a platform is told of it; the same refundId again is the same refund. */
export interface ProviderRefund {
  readonly refundId: string;
  readonly paymentId: string;
  readonly platformNumber: string;
  readonly amountFen: bigint;
  /** What the whole payment took. */
  readonly capturedFen: bigint;
  readonly currency: string;
  readonly reason: string;
}

export interface ProviderRefundState {
  /** `refused`: the platform will not, whatever we do. */
  readonly status: "pending" | "succeeded" | "refused";
  readonly platformNumber: string;
}

/** An HTTP request from a platform, unchanged. */
export interface RawCallback {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: string;
  readonly body: Uint8Array;
}

/** What a callback with a good signature says. */
export type CallbackNotice =
  | { readonly kind: "payment"; readonly paymentId: string; readonly state: ProviderState }
  | { readonly kind: "refund"; readonly refundId: string; readonly state: ProviderRefundState }
  /** Something else, which is only acknowledged. */
  | { readonly kind: "other" };

/** The HTTP answer that a platform expects. */
export interface CallbackAnswer {
  readonly httpStatus: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * One platform. What it refuses for good rejects with a `Refusal`; while it cannot be reached, or
 * answers nonsense, calls reject with Unavailable PLATFORM_UNAVAILABLE. Every call ends within 5 s.
 */
export interface PaymentProvider {
  readonly platform: Platform;
  /** Starts a payment; the same paymentId again is the same payment. */
  start(payment: ProviderPayment): Promise<StartedPayment>;
  query(payment: Pick<ProviderPayment, "paymentId" | "platformNumber">): Promise<ProviderState>;
  refund(refund: ProviderRefund): Promise<ProviderRefundState>;
  /** Rejects with Unauthenticated BAD_SIGNATURE, whatever is wrong with it. */
  readCallback(callback: RawCallback): Promise<CallbackNotice>;
  /** `again`: it could not be recorded and shall be sent again. */
  answer(outcome: "accepted" | "again"): CallbackAnswer;
}
