/** Product rows through the cache. */
import type { Redis } from "ioredis";
import type { Product } from "../../proto/gen/product/v1/product_pb.ts";
import { type LocalRows, withLocalLayer } from "../../shared/cache/local_layer.ts";
import { createRowCache } from "../../shared/cache/row_cache.ts";
import type { Logger } from "../../shared/log.ts";
import { decodeProduct, encodeProduct, toMessage } from "./product_message.ts";
import type { ProductStore } from "./store.ts";

/** How long a row is kept: an hour; every write invalidates it before. */
const ttlMs = 3_600_000;

/** What a process keeps in its own memory, and for how long: the contract allows a second. */
const local = { max: 10_000, ttlMs: 1_000 };

/** The cache of products by id, deleted ones left out. */
export type ProductRows = LocalRows<bigint, Product>;

/** Creates the cache in front of the store. */
export function createProductRows(
  { store, redis, log }: { store: ProductStore; redis: Redis; log: Logger },
): ProductRows {
  const rows = createRowCache({
    redis,
    log,
    name: "product:row",
    ttlMs,
    load: async (ids: readonly bigint[]) => {
      const products = await store.batchGetProducts(ids);
      return new Map(products.map((product) => [product.id, toMessage(product)]));
    },
    encode: encodeProduct,
    decode: decodeProduct,
    version: (product) => product.version,
  });
  return withLocalLayer(rows, local);
}
