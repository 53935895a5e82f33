/** What the product service does on events and on timers. */
import { fromBinary } from "@bufbuild/protobuf";
import { ProductChangedSchema } from "../../proto/gen/product/v1/product_event_pb.ts";
import type { Client } from "@connectrpc/connect";
import type { OrderInternalService } from "../../proto/gen/order/v1/order_internal_service_pb.ts";
import { crashPoint } from "../../shared/crash_point.ts";
import { Refusal, unavailable } from "../../shared/errors.ts";
import type { WireEvent } from "../../shared/messaging/event.ts";
import { consumerJob, type Job } from "../../shared/messaging/jobs.ts";
import type { CachedTree, ProductLists, ProductRows } from "./cache.ts";
import { stockJobs } from "./jobs/stock.ts";
import type { CountStore } from "./store/counts.ts";
import type { ReservationStore } from "./store/reservations.ts";

export interface ProductCaches {
  readonly rows: Pick<ProductRows, "invalidate">;
  readonly lists: Pick<ProductLists, "place">;
  readonly tree: CachedTree;
}

/** How often noted sales and ratings are added up, in milliseconds. */
const countsEveryMs = 1_000;
/** A turn adds up so many batches at most; what is left has to wait for the next. */
const batchesMax = 20;
const batchNotes = 1_000;

export interface ProductJobsOptions {
  readonly caches: ProductCaches;
  readonly counts: CountStore;
  readonly reservations: ReservationStore;
  /** Who knows which orders there are. */
  readonly orders: Pick<Client<typeof OrderInternalService>, "batchGetOrderStates">;
  /** A reservation that nobody touched for so long may be of an order that never came. */
  readonly reservationAgeMs: number;
}

/** The jobs of the product service. */
export function productJobs(options: ProductJobsOptions): readonly Job[] {
  const { caches, counts } = options;
  return [
    ...stockJobs(options),
    consumerJob({
      name: "product-product-changed",
      stream: "PRODUCT",
      subject: "product.changed",
      schema: ProductChangedSchema,
      // Redis is no part of the transaction; what is done to it may be repeated at any time.
      async prepare({ productId, version, categoryIds, stockOnly }) {
        await orUnavailable(caches.rows.invalidate(productId, version));
        crashPoint("product.after_row");
        if (!stockOnly) await orUnavailable(caches.lists.place(productId, categoryIds));
      },
    }),
    {
      kind: "timer",
      name: "product-counts",
      everyMs: countsEveryMs,
      async run(signal) {
        for (let batch = 0; batch < batchesMax && !signal.aborted; batch++) {
          const added = await counts.addUpCounts(batchNotes);
          if (added > 0) crashPoint("counts.after_commit");
          if (added < batchNotes) return;
        }
      },
    },
  ];
}

/** A Redis that is away is not the event's fault: it comes again for longer. */
async function orUnavailable(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw unavailable("redis", error);
  }
}

/**
 * What every instance does as soon as it hears of an event, for what it keeps in its own memory.
 * The job above does the same for Redis once for all, and without fail.
 */
export async function followProductEvent(caches: ProductCaches, event: WireEvent): Promise<void> {
  if (event.subject === "product.category_changed") caches.tree.drop();
  if (event.subject !== "product.changed") return;
  const { productId, version } = fromBinary(ProductChangedSchema, event.payload);
  await caches.rows.invalidate(productId, version);
}
