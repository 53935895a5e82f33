/** A product's page: the product and the first of its comments, asked for at the same time. */
import { z } from "@hono/zod-openapi";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Logger } from "../../shared/log.ts";
import { type Call, onBehalfOf } from "../../shared/rpc/call.ts";
import type { Clients } from "../clients.ts";
import type { Made } from "../hot/hot_read.ts";
import { tags } from "../hot/tags.ts";
import { CommentSchema } from "./comment.ts";
import { type CommentPageJson, CommentPageSchema, listComments } from "./comments.ts";
import { hurried } from "./hurried.ts";
import { productJson, ProductSchema } from "./product.ts";
import type { Profiles } from "./profiles.ts";

export const ProductDetailSchema = z.object({
  product: ProductSchema,
  comments: z.array(CommentSchema).openapi({ description: "The first page of comments." }),
  comment_page: CommentPageSchema.omit({ comments: true }).openapi("CommentPlace", {
    description: "Where the page of comments ends, for /v1/product/comment.",
  }),
  comments_available: z.boolean().openapi({
    description: "False when the comments could not be had in time: ask for them later.",
  }),
}).openapi("ProductDetail");

export interface ProductDetailDeps {
  readonly clients: Clients;
  readonly profiles: Profiles;
  readonly log: Logger;
}

/** The page waits so much of its time for comments: 750 ms of the usual 3 s. */
const commentsShare = 1 / 4;
const noComments: CommentPageJson = { comments: [], is_end: false, comment_time: 0, last_id: 0 };

/** The page of one product. Rejects with NotFound for an unknown one; comments cannot fail it. */
export async function productDetail(
  deps: ProductDetailDeps,
  call: Call,
  productId: bigint,
): Promise<Made<z.infer<typeof ProductDetailSchema>>> {
  const asked = firstComments(deps, call, productId);
  const { product } = await deps.clients.product.getProduct({ productId }, onBehalfOf(call));
  if (product === undefined) throw new ConnectError("no product came back", Code.Internal);
  const page = await asked;
  const { comments, ...place } = page ?? noComments;
  const body = {
    product: productJson(product),
    comments,
    comment_page: place,
    comments_available: page !== undefined,
  };
  return { body, tags: [tags.product(productId), tags.comments(productId)] };
}

/** Undefined when they cannot be had in time. */
async function firstComments(
  deps: ProductDetailDeps,
  call: Call,
  productId: bigint,
): Promise<CommentPageJson | undefined> {
  try {
    return await listComments(deps, hurried(call, commentsShare), { productId });
  } catch (error) {
    deps.log.warn("a product's page without comments", { request_id: call.requestId, error });
    return undefined;
  }
}
