/** Favourites joined with their products. */
import { z } from "@hono/zod-openapi";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { ProductView } from "../../proto/gen/product/v1/product_pb.ts";
import type { ListFavouritesRequestSchema } from "../../proto/gen/user/v1/favourite_service_pb.ts";
import { type Call, onBehalfOf } from "../../shared/rpc/call.ts";
import { productCardJson, ProductCardSchema } from "../catalogue/product.ts";
import type { Clients } from "../clients.ts";
import { lastIdSchema } from "../schemas.ts";

const FavouriteProductSchema = ProductCardSchema.extend({
  favourite_time: z.int().openapi({ description: "When it was added, in Unix milliseconds." }),
}).openapi("FavouriteProduct");

export const FavouritePageSchema = z.object({
  products: z.array(FavouriteProductSchema).openapi({
    description: "Products that are gone are left out, so a page may be short.",
  }),
  is_end: z.boolean().openapi({ description: "Nothing follows." }),
  favourite_time: z.int().openapi({ description: "The cursor of the next page." }),
  last_id: lastIdSchema,
}).openapi("FavouritePage");

export type FavouritePageJson = z.infer<typeof FavouritePageSchema>;

/** A page of the caller's favourites; one call for all its products. */
export async function listFavourites(
  { favourites, product }: Pick<Clients, "favourites" | "product">,
  call: Call,
  query: MessageInitShape<typeof ListFavouritesRequestSchema>,
): Promise<FavouritePageJson> {
  const page = await favourites.listFavourites(query, onBehalfOf(call));
  const productIds = page.favourites.map(({ productId }) => productId);
  const { products } = productIds.length === 0
    ? { products: [] }
    : await product.batchGetProducts({ productIds, view: ProductView.CARD }, onBehalfOf(call));
  const found = new Map(products.map((one) => [one.id, one]));
  return {
    products: page.favourites.flatMap(({ productId, createTime }) => {
      const live = found.get(productId);
      return live ? [{ ...productCardJson(live), favourite_time: Number(createTime) }] : [];
    }),
    is_end: page.isEnd,
    favourite_time: Number(page.favouriteTime),
    last_id: Number(page.lastId),
  };
}
