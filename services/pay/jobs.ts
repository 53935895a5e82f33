/** What the pay service does on events and on timers. */
import {
  OrderClosedSchema,
  OrderPaymentRejectedSchema,
} from "../../proto/gen/order/v1/order_event_pb.ts";
import { crashPoint } from "../../shared/crash_point.ts";
import type { ClaimStore } from "../../shared/idempotency/claims.ts";
import { consumerJob, type Job } from "../../shared/messaging/jobs.ts";
import { askAboutOpen, type ReconciliationOptions, sendRefunds } from "./service/reconciliation.ts";
import { refundRest } from "./store/refunds.ts";

export interface PayJobsOptions extends ReconciliationOptions {
  readonly claims: ClaimStore;
  /** How often open payments and refunds are looked for, in milliseconds. */
  readonly lookEveryMs: number;
}

const keySweepEveryMs = 3_600_000;
const keySweepBatch = 1_000;
/** What is left has to wait for the next turn. */
const keySweepBatchesMax = 1_000;

/** The jobs of the pay service. */
export function payJobs(options: PayJobsOptions): readonly Job[] {
  const { claims, lookEveryMs: everyMs } = options;
  return [
    consumerJob({
      name: "pay-order-payment-rejected",
      stream: "ORDER",
      subject: "order.payment_rejected",
      schema: OrderPaymentRejectedSchema,
      async handle(tx, { paymentId, reason }) {
        await refundRest(tx, paymentId, reason);
        crashPoint("pay.refund_before_commit");
      },
    }),
    consumerJob({
      name: "pay-order-closed",
      stream: "ORDER",
      subject: "order.closed",
      schema: OrderClosedSchema,
      async handle(tx, { paymentId }) {
        if (paymentId !== "") await refundRest(tx, paymentId, "ORDER_CLOSED");
      },
    }),
    {
      kind: "timer",
      name: "pay-refunds",
      everyMs,
      run: (signal) => sendRefunds(options, signal),
    },
    {
      kind: "timer",
      name: "pay-open-payments",
      everyMs,
      run: (signal) => askAboutOpen(options, signal),
    },
    {
      kind: "timer",
      name: "pay-key-sweep",
      everyMs: keySweepEveryMs,
      async run(signal) {
        for (let batch = 0; batch < keySweepBatchesMax && !signal.aborted; batch++) {
          if (await claims.sweep(keySweepBatch) < keySweepBatch) return;
        }
      },
    },
  ];
}
