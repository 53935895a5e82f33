/** `/v1/product/comment` */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { personRoute, publicRoute } from "../access.ts";
import { personId } from "../auth.ts";
import { CommentSchema } from "../catalogue/comment.ts";
import { CommentPageSchema, listComments, postComment } from "../catalogue/comments.ts";
import type { Profiles } from "../catalogue/profiles.ts";
import type { Clients } from "../clients.ts";
import type { BffEnv } from "../context.ts";
import { hotKey } from "../hot/hot_read.ts";
import type { Hot } from "../hot/hot.ts";
import { tags } from "../hot/tags.ts";
import { bodyMembers } from "../middleware/body_members.ts";
import {
  cursorParam,
  keptAnswer,
  lastIdParam,
  noStore,
  pageSizeParam,
  problems,
  productIdParam,
  text,
  uidParam,
} from "../schemas.ts";

const path = "/v1/product/comment";
const imagesMax = 9;

const listRoute = publicRoute({
  method: "get",
  path,
  tags: ["comment"],
  summary: "A product's comments, newest first",
  request: {
    query: z.object({
      product_id: productIdParam,
      cursor: cursorParam,
      ps: pageSizeParam,
      last_id: lastIdParam,
    }),
  },
  responses: {
    ...keptAnswer(CommentPageSchema, "One page; an empty one for an unknown product."),
    ...problems({ 400: "A parameter is malformed.", 503: "The product service is away." }),
  },
});

const NewComment = z.object({
  order_id: z.string().regex(/^\d{24,32}$/, "must be an order's id"),
  product_id: z.int().min(1).openapi({ description: "A product of that order." }),
  rating: z.int().min(1).max(5).openapi({ description: "1 (bad) to 5 (good)." }),
  content: text({ min: 1, max: 1_000 }).openapi({ description: "Plain text." }),
  // Not by max(), which also counts the characters of what is no list.
  images: z.array(text({ min: 1, max: 2_000 }))
    .refine((images) => images.length <= imagesMax, `must be ${imagesMax} at most`)
    .default([]).openapi({
      maxItems: imagesMax,
      description: "http or https addresses of pictures, outside private networks.",
    }),
}).openapi("NewComment");

const postRoute = personRoute({
  method: "post",
  path,
  tags: ["comment"],
  summary: "Comment on a product that was bought and received",
  middleware: bodyMembers({ image_urls: "images" }),
  request: {
    query: z.object({ uid: uidParam }),
    body: { required: true, content: { "application/json": { schema: NewComment } } },
  },
  responses: {
    201: {
      description: "The comment.",
      content: { "application/json": { schema: CommentSchema } },
    },
    ...problems({
      400: "A parameter or the JSON is malformed.",
      404: "There is no such order.",
      409: "The order has not been received, the product is not in it, or it has a comment.",
      422: "A member of the body is wrong.",
      503: "A service is away.",
    }),
  },
}, { stranger: "not_found" });

export interface CommentDeps {
  readonly clients: Clients;
  readonly profiles: Profiles;
  readonly hot: Hot;
}

/** Adds the routes of comments. */
export function commentRoutes(app: OpenAPIHono<BffEnv>, deps: CommentDeps): void {
  const { hot } = deps;
  app.openapi(listRoute, (c) => {
    const { product_id: productId, cursor = 0n, ps, last_id: lastId = 0n } = c.req.valid("query");
    return hot.respond(c, {
      route: path,
      key: hotKey(path, productId, cursor, ps, lastId),
      async load(call) {
        const body = await listComments(deps, call, { productId, cursor, ps, lastId });
        return { body, tags: [tags.comments(productId)] };
      },
    });
  });
  app.openapi(postRoute, async (c) => {
    const userId = personId(c);
    const { order_id: orderId, rating, content, images: imageUrls, ...body } = c.req.valid("json");
    const productId = BigInt(body.product_id);
    const request = { userId, orderId, productId, rating, content, imageUrls };
    const comment = await postComment(deps, c.var.call, request);
    // The event will say the same to every instance; who posted here sees it here at once.
    hot.drop([tags.comments(productId)]);
    return c.json(comment, 201, noStore);
  });
}
