/** What every client of the bench calls, on Deno and on Node. */
import { load } from "./load.mjs";

/**
 * Calls `batchGetProducts` for `products` products over and over. An answer with another number of
 * them ends the measurement with an error.
 *
 * @param {import("@connectrpc/connect").Client<
 *   typeof import("../proto/gen/product/v1/product_service_pb.ts").ProductService
 * >} client
 * @param {number} products
 * @param {import("./load.ts").LoadOptions} options
 * @returns {Promise<import("./load.ts").LoadResult>}
 */
export function loadProducts(client, products, options) {
  const request = { productIds: Array.from({ length: products }, (_, n) => BigInt(n + 1)) };
  return load(async () => {
    const answer = await client.batchGetProducts(request);
    if (answer.products.length === products) return;
    throw new Error(`${answer.products.length} products in place of ${products}`);
  }, options);
}
