/** WeChat Pay: a code to scan (native pay), queries, refunds, and what it calls back. */
import { z } from "@hono/zod-openapi";
import {
  type PaymentProvider,
  platform,
  type ProviderPayment,
  type ProviderRefund,
  type ProviderRefundState,
  type ProviderState,
  type StartedPayment,
} from "../../provider.ts";
import { requireYuan } from "./money.ts";
import { timeoutMs } from "./platform_http.ts";
import { cutText } from "./platform_text.ts";
import { otherQuestion, refused } from "./refusals.ts";
import { shanghaiRfc3339 } from "./shanghai_time.ts";
import { askWechat, type WechatAnswer } from "./wechat_client.ts";
import { readNotice, type WechatNoticeOptions } from "./wechat_notice.ts";
import {
  Refund,
  stateOfRefund,
  stateOfTransaction,
  Transaction,
  unknownState,
} from "./wechat_states.ts";

export interface WechatProviderOptions extends WechatNoticeOptions {
  /** Where it calls back: the BFF's address for this platform. */
  readonly notifyUrl: string;
}

const descriptionMaxBytes = 127;
const reasonMaxBytes = 80;
const refunds = "/v3/refund/domestic/refunds";
/** Its words for a payment that it has never heard of, the newest first. */
const notThere: ReadonlySet<string> = new Set([
  "ORDER_NOT_EXIST",
  "ORDERNOTEXIST",
  "RESOURCE_NOT_EXISTS",
]);
const Started = z.object({ code_url: z.string().min(1) });

/** A client of WeChat Pay. */
export function createWechatProvider(options: WechatProviderOptions): PaymentProvider {
  return {
    platform: platform.wechat,
    start: (payment) => start(options, payment),
    query: ({ paymentId }) => query(options, paymentId),
    refund: (wish) => refund(options, wish),
    readCallback: (callback) => Promise.try(() => readNotice(options, callback)),
    answer: (outcome) => ({
      httpStatus: outcome === "accepted" ? 200 : 503,
      contentType: "application/json",
      body: JSON.stringify({ code: outcome === "accepted" ? "SUCCESS" : "FAIL" }),
    }),
  };
}

/** The pay URL is what the shop shows as a QR code; it leads back to nowhere. */
async function start(
  options: WechatProviderOptions,
  payment: ProviderPayment,
): Promise<StartedPayment> {
  requireYuan(payment);
  const content = {
    appid: options.appId,
    mchid: options.mchId,
    description: cutText(payment.subject, descriptionMaxBytes),
    out_trade_no: payment.paymentId,
    time_expire: shanghaiRfc3339(Number(payment.expireTime)),
    notify_url: options.notifyUrl,
    amount: { total: payment.amountFen, currency: payment.currency },
  };
  const path = "/v3/pay/transactions/native";
  const answer = await askWechat(options, { method: "POST", path, content }, Started);
  return { payUrl: foundIn(answer).code_url, platformNumber: "" };
}

async function query(options: WechatProviderOptions, paymentId: string): Promise<ProviderState> {
  const { appId, mchId } = options;
  const path = `/v3/pay/transactions/out-trade-no/${paymentId}?mchid=${mchId}`;
  const answer = await askWechat(options, { method: "GET", path }, Transaction);
  if ("problem" in answer && notThere.has(answer.problem)) return unknownState;
  const told = foundIn(answer);
  if (told.out_trade_no !== paymentId || told.mchid !== mchId || told.appid !== appId) {
    throw otherQuestion();
  }
  return stateOfTransaction(told);
}

/** A refund that was sent before may be refused now, as all has gone back: it is looked up. */
async function refund(
  options: WechatProviderOptions,
  wish: ProviderRefund,
): Promise<ProviderRefundState> {
  requireYuan(wish);
  const { refundId, paymentId, amountFen, capturedFen, currency, reason } = wish;
  const signal = AbortSignal.timeout(timeoutMs);
  const content = {
    out_trade_no: paymentId,
    out_refund_no: refundId,
    reason: cutText(reason, reasonMaxBytes),
    notify_url: options.notifyUrl,
    amount: { refund: amountFen, total: capturedFen, currency },
  };
  const sent = await askWechat(options, { method: "POST", path: refunds, content, signal }, Refund);
  if ("found" in sent) return refundState(sent.found, wish);
  const path = `${refunds}/${refundId}`;
  const known = await askWechat(options, { method: "GET", path, signal }, Refund);
  if ("found" in known) return refundState(known.found, wish);
  throw refused(new Error(sent.problem));
}

function refundState(
  told: z.infer<typeof Refund>,
  { refundId, paymentId, amountFen }: ProviderRefund,
): ProviderRefundState {
  if (told.out_refund_no !== refundId || told.out_trade_no !== paymentId) throw otherQuestion();
  if (told.amount.refund !== amountFen) throw refused(new Error("it was of another amount"));
  return stateOfRefund(told.status, told.refund_id);
}

function foundIn<T>(answer: WechatAnswer<T>): T {
  if ("found" in answer) return answer.found;
  throw refused(new Error(answer.problem));
}
