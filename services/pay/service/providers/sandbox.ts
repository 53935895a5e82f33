/** The sandbox platform, for development and tests: see dev/sandbox. */
import { z } from "@hono/zod-openapi";
import { isSigned, signBody } from "../../../../shared/signature.ts";
import {
  type CallbackNotice,
  type PaymentProvider,
  platform,
  type ProviderState,
  type RawCallback,
} from "../../provider.ts";
import { askPlatform, jsonOf, readJson } from "./platform_http.ts";
import { badSignature, platformAway, refused } from "./refusals.ts";

export interface SandboxProviderOptions {
  /** Where the sandbox is. */
  readonly baseUrl: string;
  readonly secret: string;
  /** Where it calls back: the BFF's address for this platform. */
  readonly notifyUrl: string;
}

const State = z.object({
  payment_id: z.string().default(""),
  number: z.string().default(""),
  status: z.enum(["pending", "captured", "failed", "unknown"]),
  captured_fen: z.int().min(0).default(0),
  currency: z.string().default(""),
  capture_time: z.int().min(0).default(0),
});
const Started = State.extend({ pay_url: z.string() });
const RefundState = z.object({
  refund_id: z.string(),
  number: z.string(),
  status: z.enum(["pending", "succeeded", "refused"]),
});
const Notice = z.object({ kind: z.literal("payment"), payment: State });

/** A client of the sandbox. */
export function createSandboxProvider(options: SandboxProviderOptions): PaymentProvider {
  const ask = <T>(path: string, body: object, schema: z.ZodType<T>) => {
    return askSandbox(options, path, body, schema);
  };
  return {
    platform: platform.sandbox,
    async start(payment) {
      const { pay_url: payUrl, number: platformNumber } = await ask("/api/payments", {
        payment_id: payment.paymentId,
        amount_fen: payment.amountFen,
        currency: payment.currency,
        subject: payment.subject,
        expire_time: Number(payment.expireTime),
        return_url: payment.returnUrl,
        notify_url: options.notifyUrl,
      }, Started);
      return { payUrl, platformNumber };
    },
    async query({ paymentId }) {
      return stateOf(await ask("/api/payments/query", { payment_id: paymentId }, State));
    },
    async refund({ refundId, paymentId, amountFen }) {
      const wish = {
        refund_id: refundId,
        payment_id: paymentId,
        amount_fen: amountFen,
      };
      const { status, number: platformNumber } = await ask("/api/refunds", wish, RefundState);
      return { status, platformNumber };
    },
    readCallback: (callback) => Promise.try(readCallback, options.secret, callback),
    answer: (outcome) => ({
      httpStatus: outcome === "accepted" ? 200 : 503,
      contentType: "text/plain",
      body: outcome === "accepted" ? "success" : "again",
    }),
  };
}

function readCallback(secret: string, { headers, body }: RawCallback): CallbackNotice {
  if (!isSigned(secret, body, headers["sandbox-signature"] ?? "")) throw badSignature();
  const notice = readJson(body, Notice);
  if (notice === undefined) return { kind: "other" };
  const { payment } = notice;
  return { kind: "payment", paymentId: payment.payment_id, state: stateOf(payment) };
}

function stateOf(state: z.infer<typeof State>): ProviderState {
  return {
    status: state.status,
    capturedFen: BigInt(state.captured_fen),
    currency: state.currency,
    platformNumber: state.number,
    platformStatus: state.status.toUpperCase(),
    captureTime: BigInt(state.capture_time),
  };
}

async function askSandbox<T>(
  { baseUrl, secret }: SandboxProviderOptions,
  path: string,
  body: object,
  schema: z.ZodType<T>,
): Promise<T> {
  const text = jsonOf(body);
  const { status, headers, bytes } = await askPlatform({
    url: `${baseUrl}${path}`,
    method: "POST",
    headers: { "content-type": "application/json", "sandbox-signature": signBody(secret, text) },
    body: text,
  });
  const isConflict = status === 409;
  if (status !== 200 && !isConflict) {
    throw platformAway(new Error(`it answered ${status}`));
  }
  const signature = headers.get("sandbox-signature") ?? "";
  if (!isSigned(secret, bytes, signature)) throw platformAway(new Error("a forged answer"));
  if (isConflict) throw refused();
  const read = readJson(bytes, schema);
  if (read === undefined) throw platformAway(new Error("it answered nonsense"));
  return read;
}
