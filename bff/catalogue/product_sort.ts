/** The orders of product lists, by the words of the HTTP API. */
import { z } from "@hono/zod-openapi";
import { ProductSort } from "../../proto/gen/product/v1/product_pb.ts";

const listSorts = ["new", "sales", "price_asc", "price_desc", "rating"] as const;
const searchSorts = ["relevance", ...listSorts] as const;

/** The service's word for each. */
export const productSorts: Readonly<Record<(typeof searchSorts)[number], ProductSort>> = {
  relevance: ProductSort.RELEVANCE,
  new: ProductSort.NEW,
  sales: ProductSort.SALES,
  price_asc: ProductSort.PRICE_ASC,
  price_desc: ProductSort.PRICE_DESC,
  rating: ProductSort.RATING,
};

const inQuery = { param: { name: "sort", in: "query" }, description: "The order." } as const;

/** The order of a category's list. */
export const listSortParam = z.enum(listSorts, oneOf(listSorts)).default("new").openapi(inQuery);

/** The order of a search. */
export const searchSortParam = z.enum(searchSorts, oneOf(searchSorts)).default("relevance")
  .openapi(inQuery);

function oneOf(sorts: readonly string[]): string {
  return `must be one of ${sorts.join(", ")}`;
}
