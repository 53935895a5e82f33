/** What the cart service does on events and on timers. */
import { OrderCreatedSchema } from "../../proto/gen/order/v1/order_event_pb.ts";
import { consumerJob, type Job } from "../../shared/messaging/jobs.ts";
import type { CartStore } from "./store.ts";
import { takeOrdered } from "./store/ordered.ts";

const sweepEveryMs = 3_600_000;
/** Carts a statement, each with up to 200 lines. */
const sweepBatch = 100;
/** A turn deletes so many batches at most; what is left has to wait for the next. */
const batchesMax = 100;

/** The jobs of the cart service. */
export function cartJobs(store: Pick<CartStore, "sweepGuests">): readonly Job[] {
  return [
    consumerJob({
      name: "cart-order-created",
      stream: "ORDER",
      subject: "order.created",
      schema: OrderCreatedSchema,
      concerns: ({ fromCart }) => fromCart,
      handle: (tx, { userId, items }) => takeOrdered(tx, userId, items),
    }),
    {
      kind: "timer",
      name: "cart-guest-sweep",
      everyMs: sweepEveryMs,
      async run(signal) {
        for (let batch = 0; batch < batchesMax && !signal.aborted; batch++) {
          if (await store.sweepGuests(sweepBatch) < sweepBatch) return;
        }
      },
    },
  ];
}
