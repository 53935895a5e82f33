/** What a caller may ask of the lists of products. */
import type {
  ListProductsRequest,
  ListRecommendedProductsRequest,
} from "../../proto/gen/product/v1/product_service_pb.ts";
import { invalidArgument, type Refusal } from "../../shared/errors.ts";
import { type Cursor, pageSize, readCursor } from "../../shared/paging.ts";
import { productSorts, type SortName, sortOf } from "./product_sort.ts";

/** Names are at most this long, in characters; a longer one is no category's. */
const categoryNameMax = 50;

export interface PageQuery {
  readonly after: Cursor<bigint> | undefined;
  /** Page size. */
  readonly ps: number;
}

/** A request for a category that makes sense. */
export interface ProductListQuery extends PageQuery {
  /** Undefined for the whole catalogue. */
  readonly category: bigint | string | undefined;
  readonly sort: SortName;
}

/** Narrows the request; refuses a sort that a category does not have. */
export function narrowListProducts(request: ListProductsRequest): ProductListQuery {
  const sort = sortOf(request.sort, "new");
  if (sort === undefined || sort === "relevance") throw unknownSort(Object.keys(productSorts));
  return {
    category: categoryOf(request),
    sort,
    ...narrowPage(request, productSorts[sort]),
  };
}

/** An id that cannot be, and a name that is too long, are those of an unknown category. */
function categoryOf({ categoryId, category }: ListProductsRequest): bigint | string | undefined {
  if (categoryId !== 0n) return categoryId;
  return category === "" ? undefined : category.slice(0, categoryNameMax + 1);
}

/** The refusal of a sort, with those that there are. */
export function unknownSort(allowed: readonly string[]): Refusal {
  const message = `must be one of ${allowed.join(", ")}`;
  return invalidArgument([{ pointer: "/sort", reason: "UNKNOWN_SORT", message }]);
}

/** The place and the size of a page of the feed. */
export function narrowFeed(request: ListRecommendedProductsRequest): PageQuery {
  return narrowPage(request, { zeroBased: false });
}

/** The place and the size of a page; what is no cursor is the first page. */
export function narrowPage(
  { cursor, lastId, ps }: { cursor: bigint; lastId: bigint; ps: number },
  { zeroBased }: { zeroBased: boolean },
): PageQuery {
  const known = cursor > 0n ? cursor : undefined;
  return {
    after: readCursor(known, lastId > 0n ? lastId : undefined, { zeroBased }),
    ps: pageSize(ps),
  };
}
