import type { ServiceImpl } from "@connectrpc/connect";
import { Code } from "@connectrpc/connect";
import { type Product, ProductStatus, ProductView } from "../../proto/gen/product/v1/product_pb.ts";
import type { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { invalidArgument, Refusal } from "../../shared/errors.ts";
import { cutPage, type Page, type Position, wireValue } from "../../shared/paging.ts";
import type { ProductLists } from "./cache.ts";
import { narrowFeed, narrowListProducts } from "./list_products.ts";
import { toCard } from "./product_message.ts";
import { productSorts } from "./product_sort.ts";
import { narrowSearch } from "./search_query.ts";
import type { ProductSearch } from "./service/search.ts";

/** Products by id, cached or not; ids that do not exist are missing from the answer. */
export interface ProductRows {
  getMany(ids: readonly bigint[]): Promise<ReadonlyMap<bigint, Product>>;
}

export interface ProductParts {
  readonly rows: ProductRows;
  readonly lists: ProductLists;
  readonly search: ProductSearch;
}

/** As many as a cart or an order has lines. */
const batchMax = 200;

type ListPage = Page<Position<bigint>, bigint>;

/** The rpcs of `product.v1.ProductService`. */
export function createProductService(
  { rows, lists, search }: ProductParts,
): ServiceImpl<typeof ProductService> {
  /** The products of a page that are on sale: one may have left the shelf a moment ago. */
  async function onSale(page: ListPage): Promise<Product[]> {
    const found = await rows.getMany(page.items.map(({ id }) => id));
    const products = page.items.flatMap(({ id }) => found.get(id) ?? []);
    return products.filter((product) => product.status === ProductStatus.ON_SALE);
  }

  return {
    async getProduct({ productId }) {
      const found = productId > 0n ? (await rows.getMany([productId])).get(productId) : undefined;
      if (found === undefined) throw productNotFound(productId);
      return { product: found };
    },
    async batchGetProducts({ productIds, view }) {
      if (productIds.length > batchMax) throw tooMany(productIds.length);
      const known = productIds.filter((id) => id > 0n);
      const found = await rows.getMany([...new Set(known)]);
      const products = known.flatMap((id) => found.get(id) ?? []);
      return { products: view === ProductView.CARD ? products.map(toCard) : products };
    },
    async listProducts(request) {
      const { category, sort, after, ps } = narrowListProducts(request);
      const page = await lists.ofCategory(category, sort, after, ps);
      const { zeroBased } = productSorts[sort];
      return { products: await onSale(page), isEnd: page.isEnd, ...wirePlace(page, zeroBased) };
    },
    async listRecommendedProducts(request) {
      const { after, ps } = narrowFeed(request);
      const page = await lists.recommended(after, ps);
      const { lastVal, lastId } = wirePlace(page, false);
      return { products: await onSale(page), isEnd: page.isEnd, recommendTime: lastVal, lastId };
    },
    async searchProducts(request) {
      const query = narrowSearch(request);
      const { sort, ps } = query;
      const page = cutPage(await search.find(query, ps + 1), ps, (position) => position);
      const zeroBased = sort === "relevance" || productSorts[sort].zeroBased;
      return { products: await onSale(page), isEnd: page.isEnd, ...wirePlace(page, zeroBased) };
    },
  };
}

/** Where the next page begins, as it travels. */
function wirePlace({ last }: ListPage, zeroBased: boolean): { lastVal: bigint; lastId: bigint } {
  if (last === undefined) return { lastVal: 0n, lastId: 0n };
  return { lastVal: zeroBased ? wireValue(last.value) : last.value, lastId: last.id };
}

function productNotFound(id: bigint): Refusal {
  return new Refusal(Code.NotFound, "PRODUCT_NOT_FOUND", `there is no product ${id}`);
}

function tooMany(length: number): Refusal {
  const message = `at most ${batchMax} ids, not ${length}`;
  return invalidArgument([{ pointer: "/product_ids", reason: "TOO_MANY", message }]);
}
