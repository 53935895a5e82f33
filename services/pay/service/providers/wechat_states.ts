/** How WeChat Pay tells of transactions and refunds. */
import { z } from "@hono/zod-openapi";
import type { ProviderRefundState, ProviderState } from "../../provider.ts";

/** Of what went back in part or as a whole, it says REFUND: it was captured all the same. */
const statuses: ReadonlyMap<string, ProviderState["status"]> = new Map([
  ["NOTPAY", "pending"],
  ["USERPAYING", "pending"],
  ["ACCEPT", "pending"],
  ["SUCCESS", "captured"],
  ["REFUND", "captured"],
  ["CLOSED", "failed"],
  ["REVOKED", "failed"],
  ["PAYERROR", "failed"],
]);

/** With ABNORMAL the money could not be given to the buyer's bank: an operator must look. */
const refundStatuses: ReadonlyMap<string, ProviderRefundState["status"]> = new Map([
  ["PROCESSING", "pending"],
  ["SUCCESS", "succeeded"],
  ["CLOSED", "refused"],
  ["ABNORMAL", "refused"],
]);

const Fen = z.int().min(0).transform(BigInt);
const Time = z.iso.datetime({ offset: true }).transform((text) => BigInt(Date.parse(text)));
const RefundStatus = z.string().refine((word) => refundStatuses.has(word));

/** A transaction, as queries and callbacks have it. */
export const Transaction = z.object({
  appid: z.string(),
  mchid: z.string(),
  out_trade_no: z.string(),
  transaction_id: z.string().default(""),
  trade_state: z.string().refine((word) => statuses.has(word)),
  success_time: Time.optional(),
  amount: z.object({ total: Fen, currency: z.string().default("CNY") }).optional(),
}).refine((told) => !isCaptured(told) || told.amount !== undefined && told.transaction_id !== "");

/** A refund, as it is told when it is asked for. */
export const Refund = z.object({
  out_trade_no: z.string(),
  out_refund_no: z.string(),
  refund_id: z.string(),
  status: RefundStatus,
  amount: z.object({ refund: Fen }),
});

/** A refund, as callbacks have it. */
export const RefundNotice = z.object({
  mchid: z.string(),
  out_refund_no: z.string(),
  refund_id: z.string(),
  refund_status: RefundStatus,
});

/** A transaction that there is not. */
export const unknownState: ProviderState = {
  status: "unknown",
  capturedFen: 0n,
  currency: "",
  platformNumber: "",
  platformStatus: "ORDER_NOT_EXIST",
  captureTime: 0n,
};

/** How a transaction stands. */
export function stateOfTransaction(told: z.infer<typeof Transaction>): ProviderState {
  const isTaken = isCaptured(told);
  // It may leave the time out; then it was before now.
  const captureTime = told.success_time ?? BigInt(Date.now());
  return {
    status: statuses.get(told.trade_state) ?? "pending",
    capturedFen: isTaken ? told.amount?.total ?? 0n : 0n,
    currency: told.amount?.currency ?? "CNY",
    platformNumber: told.transaction_id,
    platformStatus: told.trade_state,
    captureTime: isTaken ? captureTime : 0n,
  };
}

/** How a refund stands. */
export function stateOfRefund(status: string, platformNumber: string): ProviderRefundState {
  return { status: refundStatuses.get(status) ?? "pending", platformNumber };
}

function isCaptured({ trade_state: word }: { readonly trade_state: string }): boolean {
  return statuses.get(word) === "captured";
}
