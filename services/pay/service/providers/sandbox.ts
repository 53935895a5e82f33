/** The sandbox platform, for development and tests: see dev/sandbox. */
import { Code } from "@connectrpc/connect";
import { z } from "@hono/zod-openapi";
import { Refusal } from "../../../../shared/errors.ts";
import { readBody } from "../../../../shared/http/body.ts";
import { isSigned, signBody } from "../../../../shared/signature.ts";
import {
  type CallbackNotice,
  type PaymentProvider,
  platform,
  type ProviderState,
  type RawCallback,
} from "../../provider.ts";

export interface SandboxProviderOptions {
  /** Where the sandbox is. */
  readonly baseUrl: string;
  readonly secret: string;
  /** Where it calls back: the BFF's address for this platform. */
  readonly notifyUrl: string;
}

const timeoutMs = 5_000;
const answerMaxBytes = 65_536;

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
        amount_fen: Number(payment.amountFen),
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
        amount_fen: Number(amountFen),
      };
      const { status, number: platformNumber } = await ask("/api/refunds", wish, RefundState);
      return { status, platformNumber };
    },
    readCallback: (callback) => Promise.resolve(readCallback(options.secret, callback)),
    answer: (outcome) => ({
      httpStatus: outcome === "accepted" ? 200 : 503,
      contentType: "text/plain",
      body: outcome === "accepted" ? "success" : "again",
    }),
  };
}

function readCallback(secret: string, { headers, body }: RawCallback): CallbackNotice {
  if (!isSigned(secret, body, headers["sandbox-signature"] ?? "")) throw badSignature();
  const notice = Notice.safeParse(JSON.parse(new TextDecoder().decode(body)));
  if (!notice.success) return { kind: "other" };
  const { payment } = notice.data;
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
  const text = JSON.stringify(body);
  const response = await fetch(`${baseUrl}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "sandbox-signature": signBody(secret, text) },
    body: text,
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error) => {
    throw platformAway(error);
  });
  const bytes = await readBody(response, { maxBytes: answerMaxBytes, timeoutMs })
    .catch((error) => {
      throw platformAway(error);
    });
  if (response.status === 409) throw refused();
  if (response.status !== 200) throw platformAway(new Error(`it answered ${response.status}`));
  const signature = response.headers.get("sandbox-signature") ?? "";
  if (!isSigned(secret, bytes, signature)) throw platformAway(new Error("a forged answer"));
  const read = schema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  if (!read.success) throw platformAway(read.error);
  return read.data;
}

/** Whatever is wrong with a callback. */
export function badSignature(): Refusal {
  const message = "this callback is not signed by the platform";
  return new Refusal(Code.Unauthenticated, "BAD_SIGNATURE", message);
}

/** The platform cannot be reached, or answers nonsense. */
export function platformAway(cause: unknown): Refusal {
  const message = "the platform does not answer, try again";
  return new Refusal(Code.Unavailable, "PLATFORM_UNAVAILABLE", message, { cause });
}

function refused(): Refusal {
  const message = "the platform refuses this";
  return new Refusal(Code.FailedPrecondition, "PLATFORM_REFUSED", message);
}
