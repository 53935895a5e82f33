/** The orders in which products are listed. */
import { ProductSort } from "../../proto/gen/product/v1/product_pb.ts";
import type { SortDirection } from "../../shared/paging.ts";

/** What a list is sorted by; ties fall by id, in the same direction. */
export type SortName = "new" | "sales" | "price_asc" | "price_desc" | "rating";

export interface SortRule {
  readonly direction: SortDirection;
  /** Whether the value may be 0, which on the wire means the first page. */
  readonly zeroBased: boolean;
}

/** Every sort of a category. */
export const productSorts: Readonly<Record<SortName, SortRule>> = {
  new: { direction: "desc", zeroBased: false },
  sales: { direction: "desc", zeroBased: true },
  price_asc: { direction: "asc", zeroBased: true },
  price_desc: { direction: "desc", zeroBased: true },
  rating: { direction: "desc", zeroBased: true },
};

/** A search can be by relevance too. */
export type SearchSort = SortName | "relevance";

/** By the number on the wire; unspecified is the caller's to decide. */
const sortNames: Readonly<Record<number, SearchSort>> = {
  [ProductSort.NEW]: "new",
  [ProductSort.SALES]: "sales",
  [ProductSort.PRICE_ASC]: "price_asc",
  [ProductSort.PRICE_DESC]: "price_desc",
  [ProductSort.RATING]: "rating",
  [ProductSort.RELEVANCE]: "relevance",
};

/** The sort that is meant; undefined for a number that is none. */
export function sortOf(sort: ProductSort, unspecified: SearchSort): SearchSort | undefined {
  return sort === ProductSort.UNSPECIFIED ? unspecified : sortNames[sort];
}

/** What a product is sorted by. */
export interface SortValues {
  /** Unix milliseconds. */
  readonly createTime: bigint;
  readonly sales: bigint;
  readonly priceFen: bigint;
  readonly ratingHundredths: number;
}

/** Where a product stands in each list of a category that it is in. */
export function sortValues(product: SortValues): Record<SortName, bigint> {
  return {
    new: product.createTime,
    sales: product.sales,
    price_asc: product.priceFen,
    price_desc: product.priceFen,
    rating: BigInt(product.ratingHundredths),
  };
}
