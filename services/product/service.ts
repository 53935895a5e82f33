import type { ServiceImpl } from "@connectrpc/connect";
import { type Product, ProductView } from "../../proto/gen/product/v1/product_pb.ts";
import type { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { invalidArgument } from "../../shared/errors.ts";
import { toCard } from "./product_message.ts";

/** Products by id, cached or not; ids that do not exist are missing from the answer. */
export interface ProductRows {
  getMany(ids: readonly bigint[]): Promise<ReadonlyMap<bigint, Product>>;
}

/** As many as a cart or an order has lines. */
const batchMax = 200;

/** The rpcs of `product.v1.ProductService` that are built; the rest answers Unimplemented. */
export function createProductService(
  rows: ProductRows,
): Partial<ServiceImpl<typeof ProductService>> {
  return {
    async batchGetProducts({ productIds, view }) {
      if (productIds.length > batchMax) throw tooMany(productIds.length);
      const known = productIds.filter((id) => id > 0n);
      const found = await rows.getMany([...new Set(known)]);
      const products = known.flatMap((id) => found.get(id) ?? []);
      return { products: view === ProductView.CARD ? products.map(toCard) : products };
    },
  };
}

function tooMany(length: number) {
  const message = `at most ${batchMax} ids, not ${length}`;
  return invalidArgument([{ pointer: "/product_ids", reason: "TOO_MANY", message }]);
}
