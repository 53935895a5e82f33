/** Pages of products: a category, a search, the recommendation feed. */
import { z } from "@hono/zod-openapi";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type {
  ListProductsRequestSchema,
  ListRecommendedProductsRequestSchema,
  SearchProductsRequestSchema,
} from "../../proto/gen/product/v1/product_service_pb.ts";
import type { Product } from "../../proto/gen/product/v1/product_pb.ts";
import { type Call, onBehalfOf } from "../../shared/rpc/call.ts";
import type { Clients } from "../clients.ts";
import type { Made } from "../hot/hot_read.ts";
import { productTags, tags, wholeCatalogue } from "../hot/tags.ts";
import { lastIdSchema } from "../schemas.ts";
import { productJson, ProductSchema } from "./product.ts";

const page = {
  products: z.array(ProductSchema),
  is_end: z.boolean().openapi({ description: "Nothing follows." }),
  last_id: lastIdSchema,
};

export const ProductPageSchema = z.object({
  ...page,
  last_val: z.int().openapi({ description: "The cursor of the next page." }),
}).openapi("ProductPage");

export const RecommendedPageSchema = z.object({
  ...page,
  recommend_time: z.int().openapi({ description: "The cursor of the next page." }),
}).openapi("RecommendedPage");

export type ProductPageJson = z.infer<typeof ProductPageSchema>;
export type RecommendedPageJson = z.infer<typeof RecommendedPageSchema>;

/** A category by its id, or by its name if the id is 0; the whole catalogue without either. */
export interface CategoryChoice {
  readonly id: bigint;
  readonly name: string;
}

type ListQuery = Omit<MessageInitShape<typeof ListProductsRequestSchema>, "$typeName">;
type SearchQuery = MessageInitShape<typeof SearchProductsRequestSchema>;
type RecommendQuery = MessageInitShape<typeof ListRecommendedProductsRequestSchema>;

/** A page of a category and all below it. */
export async function listCategory(
  clients: Clients,
  call: Call,
  choice: CategoryChoice,
  query: ListQuery,
): Promise<Made<ProductPageJson>> {
  const asked = { ...query, categoryId: choice.id, category: choice.name };
  const answer = await clients.product.listProducts(asked, onBehalfOf(call));
  const { products } = answer;
  const own = categoryTag(choice, products);
  return { body: pageJson(answer), tags: [tags.categoryLists, own, ...productTags(products)] };
}

/** A page of what matches. */
export async function searchProducts(
  clients: Clients,
  call: Call,
  query: SearchQuery,
): Promise<Made<ProductPageJson>> {
  const answer = await clients.product.searchProducts(query, onBehalfOf(call));
  return { body: pageJson(answer), tags: [tags.search, ...productTags(answer.products)] };
}

/** A page of the recommendation feed. */
export async function listRecommended(
  clients: Clients,
  call: Call,
  query: RecommendQuery,
): Promise<Made<RecommendedPageJson>> {
  const answer = await clients.product.listRecommendedProducts(query, onBehalfOf(call));
  const body = {
    products: answer.products.map(productJson),
    is_end: answer.isEnd,
    recommend_time: Number(answer.recommendTime),
    last_id: Number(answer.lastId),
  };
  return { body, tags: [tags.recommend, ...productTags(answer.products)] };
}

function pageJson(answer: {
  readonly products: readonly Product[];
  readonly isEnd: boolean;
  readonly lastVal: bigint;
  readonly lastId: bigint;
}): ProductPageJson {
  return {
    products: answer.products.map(productJson),
    is_end: answer.isEnd,
    last_val: Number(answer.lastVal),
    last_id: Number(answer.lastId),
  };
}

/**
 * The service does not say which category a name is; a product right in it does. Otherwise all in
 * the page are further below, or there are none, and any change may concern it.
 */
function categoryTag({ id, name }: CategoryChoice, products: readonly Product[]): string {
  if (id !== 0n || name === "") return tags.category(id || wholeCatalogue);
  const inside = products.find((product) => product.category === name);
  return inside === undefined ? tags.anyCategory : tags.category(inside.categoryId);
}
