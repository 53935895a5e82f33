/** Alipay: its pay page for computers, queries, refunds, and what it calls back. */
import type {
  CallbackNotice,
  PaymentProvider,
  ProviderPayment,
  ProviderRefund,
  ProviderRefundState,
  ProviderState,
  RawCallback,
} from "../../provider.ts";
import { platform } from "../../provider.ts";
import { type AlipayClientOptions, askAlipay, signedText, signedUrl } from "./alipay_client.ts";
import { FoundRefund, noticeOf, Refund, stateOfTrade, Trade } from "./alipay_states.ts";
import { requireYuan, yuanText } from "./money.ts";
import { timeoutMs } from "./platform_http.ts";
import { cutText } from "./platform_text.ts";
import { badSignature, otherQuestion, refused } from "./refusals.ts";
import { isRsaSigned } from "./rsa.ts";
import { shanghaiText } from "./shanghai_time.ts";

export interface AlipayProviderOptions extends AlipayClientOptions {
  /** Whose account the money goes to; "" for whichever the app has. */
  readonly sellerId: string;
  /** Where it calls back: the BFF's address for this platform. */
  readonly notifyUrl: string;
}

const subjectMaxBytes = 256;
const reasonMaxBytes = 256;
const returnUrlMax = 256;
const notThere = "ACQ.TRADE_NOT_EXIST";

/** A client of Alipay. */
export function createAlipayProvider(options: AlipayProviderOptions): PaymentProvider {
  return {
    platform: platform.alipay,
    start: (payment) => {
      return Promise.try(() => ({ payUrl: payUrlOf(options, payment), platformNumber: "" }));
    },
    query: ({ paymentId }) => query(options, paymentId),
    refund: (wish) => refund(options, wish),
    readCallback: (callback) => Promise.try(() => readCallback(options, callback)),
    answer: (outcome) => ({
      httpStatus: outcome === "accepted" ? 200 : 503,
      contentType: "text/plain",
      body: outcome === "accepted" ? "success" : "fail",
    }),
  };
}

/** Alipay hears of a payment when the buyer comes with this address: nothing is asked before. */
function payUrlOf(options: AlipayProviderOptions, payment: ProviderPayment): string {
  requireYuan(payment);
  const { paymentId, amountFen, subject, expireTime, returnUrl } = payment;
  const content = {
    out_trade_no: paymentId,
    product_code: "FAST_INSTANT_TRADE_PAY",
    total_amount: yuanText(amountFen),
    // Alipay refuses a subject with any of these.
    subject: cutText(subject.replaceAll(/[/=&]/g, " "), subjectMaxBytes),
    time_expire: shanghaiText(Number(expireTime)),
  };
  return signedUrl(options, { method: "alipay.trade.page.pay", content }, {
    notify_url: options.notifyUrl,
    // Rather no way back than no pay page.
    return_url: returnUrl.length > returnUrlMax ? "" : returnUrl,
  });
}

async function query(options: AlipayProviderOptions, paymentId: string): Promise<ProviderState> {
  const content = { out_trade_no: paymentId };
  const answer = await askAlipay(options, { method: "alipay.trade.query", content }, Trade);
  if ("found" in answer) {
    requireSame(answer.found.out_trade_no, paymentId);
    return stateOfTrade(answer.found);
  }
  if (answer.problem === notThere) return stateOfTrade(undefined);
  throw refused(new Error(answer.problem));
}

/** A refund that was sent before moves no money and is looked up, also when it is refused now. */
async function refund(
  options: AlipayProviderOptions,
  wish: ProviderRefund,
): Promise<ProviderRefundState> {
  requireYuan(wish);
  const { refundId, paymentId, amountFen, reason } = wish;
  const signal = AbortSignal.timeout(timeoutMs);
  const content = {
    out_trade_no: paymentId,
    out_request_no: refundId,
    refund_amount: yuanText(amountFen),
    refund_reason: cutText(reason, reasonMaxBytes),
  };
  const answer = await askAlipay(
    options,
    { method: "alipay.trade.refund", content, signal },
    Refund,
  );
  if ("found" in answer) {
    const { out_trade_no: told, fund_change: change, trade_no: platformNumber } = answer.found;
    requireSame(told, paymentId);
    if (change === "Y") return { status: "succeeded", platformNumber };
  }
  const known = await findRefund(options, wish, signal);
  if (known !== undefined) return known;
  if ("problem" in answer) throw refused(new Error(answer.problem));
  return { status: "pending", platformNumber: answer.found.trade_no };
}

/** Undefined unless it has gone through. */
async function findRefund(
  options: AlipayProviderOptions,
  { refundId, paymentId, amountFen }: ProviderRefund,
  signal: AbortSignal,
): Promise<ProviderRefundState | undefined> {
  const content = { out_trade_no: paymentId, out_request_no: refundId };
  const method = "alipay.trade.fastpay.refund.query";
  const answer = await askAlipay(options, { method, content, signal }, FoundRefund);
  if (!("found" in answer)) return undefined;
  const { out_request_no: told, refund_status: status, trade_no: platformNumber } = answer.found;
  if (told !== refundId || status !== "REFUND_SUCCESS") return undefined;
  const { refund_amount: refundedFen } = answer.found;
  if (refundedFen !== amountFen) throw refused(new Error("this refund was of another amount"));
  return { status: "succeeded", platformNumber };
}

/**
 * Signed are all parameters but `sign` and `sign_type`. They have no time that could be too old:
 * Alipay repeats them for a day, and what is known changes nothing.
 */
function readCallback(
  { appId, sellerId, publicKey }: AlipayProviderOptions,
  { body }: RawCallback,
): CallbackNotice {
  const pairs = new URLSearchParams(new TextDecoder().decode(body));
  const { sign = "", sign_type: type, ...said } = Object.fromEntries<string>(pairs);
  if (type !== "RSA2") throw badSignature();
  if (!isRsaSigned(publicKey, signedText(said), sign)) throw badSignature();
  if (said.app_id !== appId) throw badSignature();
  if (sellerId !== "" && said.seller_id !== sellerId) throw badSignature();
  const notice = noticeOf(said);
  // Not acknowledged, so that it comes again: it is about money.
  if (notice === undefined) throw badSignature();
  return notice;
}

/** Answers say nothing of when they were signed: one to another question is not ours. */
function requireSame(told: string, asked: string): void {
  if (told !== asked) throw otherQuestion();
}
