/** What the order service does on events and on timers. */
import { PaymentSucceededSchema } from "../../proto/gen/pay/v1/pay_event_pb.ts";
import { StockCommittedSchema } from "../../proto/gen/product/v1/product_event_pb.ts";
import { crashPoint } from "../../shared/crash_point.ts";
import type { ClaimStore } from "../../shared/idempotency/claims.ts";
import { consumerJob, type Job } from "../../shared/messaging/jobs.ts";
import { makeReady, type OrderStepStore } from "./store/order_steps.ts";
import { payOrder } from "./store/payments.ts";

export interface OrderJobsOptions {
  readonly steps: OrderStepStore;
  readonly claims: ClaimStore;
  /** How long a shipped order waits for its buyer's word, in milliseconds. */
  readonly confirmWithinMs: number;
  /** How often what is overdue is looked for, in milliseconds. */
  readonly overdueEveryMs: number;
}

const batch = 100;
/** A turn does so many batches at most; what is left has to wait for the next. */
const batchesMax = 50;
const claimSweepEveryMs = 3_600_000;

/** The jobs of the order service. */
export function orderJobs(options: OrderJobsOptions): readonly Job[] {
  const { steps, claims, confirmWithinMs, overdueEveryMs: everyMs } = options;
  return [
    consumerJob({
      name: "order-pay-succeeded",
      stream: "PAY",
      subject: "pay.succeeded",
      schema: PaymentSucceededSchema,
      async handle(tx, message, { traceparent }) {
        await payOrder(tx, message, traceparent);
        crashPoint("order.paid_before_commit");
      },
    }),
    consumerJob({
      name: "order-stock-committed",
      stream: "PRODUCT",
      subject: "product.stock_committed",
      schema: StockCommittedSchema,
      // An order that was closed meanwhile stays closed: its end gives the stock back.
      async handle(tx, { orderId }, { traceparent }) {
        await makeReady(tx, orderId, { actor: "job:payment", traceparent });
      },
    }),
    timer("order-close-unpaid", everyMs, () => steps.expire(batch), batch),
    timer("order-confirm-received", everyMs, () => steps.confirmOld(confirmWithinMs, batch), batch),
    timer("order-key-sweep", claimSweepEveryMs, () => claims.sweep(batch * 10), batch * 10),
  ];
}

/** Does batches until one is not full. */
function timer(name: string, everyMs: number, run: () => Promise<number>, full: number): Job {
  return {
    kind: "timer",
    name,
    everyMs,
    async run(signal) {
      for (let turn = 0; turn < batchesMax && !signal.aborted; turn++) {
        if (await run() < full) return;
      }
    },
  };
}
