/** What the product service does on events. */
import { ProductChangedSchema } from "../../proto/gen/product/v1/product_event_pb.ts";
import { consumerJob, type Job } from "../../shared/messaging/jobs.ts";
import type { ProductRows } from "./cache.ts";

/** The jobs of the product service. */
export function productJobs(rows: ProductRows): readonly Job[] {
  return [
    consumerJob({
      name: "product-product-changed",
      stream: "PRODUCT",
      subject: "product.changed",
      schema: ProductChangedSchema,
      // Redis is no part of the transaction; the invalidation may be repeated at any time.
      prepare: ({ productId, version }) => rows.invalidate(productId, version),
      handle: () => Promise.resolve(),
    }),
  ];
}
