/** How Alipay tells of trades and refunds. */
import { z } from "@hono/zod-openapi";
import type { CallbackNotice, ProviderState } from "../../provider.ts";
import { fenOf } from "./money.ts";
import { parseShanghai } from "./shanghai_time.ts";

/** A trade is closed when nobody paid in time, and when all of it went back. */
const statuses: ReadonlyMap<string, ProviderState["status"]> = new Map([
  ["WAIT_BUYER_PAY", "pending"],
  ["TRADE_SUCCESS", "captured"],
  ["TRADE_FINISHED", "captured"],
  ["TRADE_CLOSED", "failed"],
]);

const Yuan = z.string().transform(fenOf).pipe(z.bigint());
const Time = z.string().transform(parseShanghai).pipe(z.bigint());

/** What `alipay.trade.query` says. */
export const Trade = z.object({
  out_trade_no: z.string(),
  trade_no: z.string().min(1),
  trade_status: z.string().refine((word) => statuses.has(word)),
  total_amount: Yuan,
  trans_currency: z.string().default("CNY"),
  send_pay_date: Time.optional(),
});

/** What `alipay.trade.refund` says: whether this very call has moved money. */
export const Refund = z.object({
  out_trade_no: z.string(),
  trade_no: z.string(),
  fund_change: z.string().default(""),
});

/** What `alipay.trade.fastpay.refund.query` says; of a refund it does not know, nothing. */
export const FoundRefund = z.object({
  out_request_no: z.string().default(""),
  trade_no: z.string().default(""),
  refund_status: z.string().default(""),
  refund_amount: Yuan.optional(),
});

const unknownState: ProviderState = {
  status: "unknown",
  capturedFen: 0n,
  currency: "",
  platformNumber: "",
  platformStatus: "TRADE_NOT_EXIST",
  captureTime: 0n,
};

/** How a trade stands; one that there is not is `unknown`. */
export function stateOfTrade(trade: z.infer<typeof Trade> | undefined): ProviderState {
  if (trade === undefined) return unknownState;
  const status = statuses.get(trade.trade_status) ?? "pending";
  const isCaptured = status === "captured";
  // It may leave the time out; then it was before now.
  const captureTime = trade.send_pay_date ?? BigInt(Date.now());
  return {
    status,
    capturedFen: isCaptured ? trade.total_amount : 0n,
    currency: trade.trans_currency,
    platformNumber: trade.trade_no,
    platformStatus: trade.trade_status,
    captureTime: isCaptured ? captureTime : 0n,
  };
}

/** What proven parameters tell of; undefined for a trade that cannot be read. */
export function noticeOf(said: Readonly<Record<string, string>>): CallbackNotice | undefined {
  const { notify_type: type, trade_status: word = "", trade_no: platformNumber = "" } = said;
  if (type !== "trade_status_sync" || !statuses.has(word)) return { kind: "other" };
  // Each refund is told of by another notice of its trade.
  const { gmt_refund: refundedAt = "", out_biz_no: refundId = "" } = said;
  if (refundedAt !== "" && refundId !== "") {
    return { kind: "refund", refundId, state: { status: "succeeded", platformNumber } };
  }
  const { gmt_payment: paidAt = "", ...rest } = said;
  const trade = Trade.safeParse(paidAt === "" ? rest : { ...rest, send_pay_date: paidAt }).data;
  if (trade === undefined) return undefined;
  return { kind: "payment", paymentId: trade.out_trade_no, state: stateOfTrade(trade) };
}
