/** `/v1/user/collection…`: the products that a person likes. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { onBehalfOf } from "../../shared/rpc/call.ts";
import { personRoute } from "../access.ts";
import { FavouritePageSchema, listFavourites } from "../account/favourites.ts";
import type { Clients } from "../clients.ts";
import type { BffEnv } from "../context.ts";
import { bodyMembers } from "../middleware/body_members.ts";
import {
  cursorParam,
  idPathParam,
  lastIdParam,
  noStore,
  pageSizeParam,
  problems,
  uidParam,
} from "../schemas.ts";

const away = { 503: "A service is away." };

const listRoute = personRoute({
  method: "get",
  path: "/v1/user/collection/list",
  tags: ["favourite"],
  summary: "The products that you like, last added first",
  request: {
    query: z.object({
      uid: uidParam,
      cursor: cursorParam,
      ps: pageSizeParam,
      last_id: lastIdParam,
    }),
  },
  responses: {
    200: {
      description: "One page.",
      content: { "application/json": { schema: FavouritePageSchema } },
    },
    ...problems({ 400: "A parameter is malformed.", ...away }),
  },
}, { stranger: "denied" });

const NewFavourite = z.object({ product_id: z.int().min(1) }).openapi("NewFavourite");
const FavouriteSchema = z.object({
  product_id: z.int(),
  favourite_time: z.int().openapi({ description: "When it was first added." }),
}).openapi("Favourite");

const addRoute = personRoute({
  method: "post",
  path: "/v1/user/collection",
  tags: ["favourite"],
  summary: "Like a product; twice is fine",
  middleware: bodyMembers({}),
  request: {
    query: z.object({ uid: uidParam }),
    body: { required: true, content: { "application/json": { schema: NewFavourite } } },
  },
  responses: {
    200: { description: "Liked.", content: { "application/json": { schema: FavouriteSchema } } },
    ...problems({
      404: "There is no such product.",
      422: "A member of the body is wrong.",
      429: "At most 1,000 products.",
      ...away,
    }),
  },
}, { stranger: "denied" });

const removeRoute = personRoute({
  method: "delete",
  path: "/v1/user/collection/{product_id}",
  tags: ["favourite"],
  summary: "Like a product no more",
  request: { params: z.object({ product_id: idPathParam("The product.") }) },
  responses: {
    204: { description: "It is out; what is not there is passed over." },
    ...problems(away),
  },
});

/** Adds the routes of favourites. */
export function favouriteRoutes(
  app: OpenAPIHono<BffEnv>,
  { clients }: { readonly clients: Clients },
): void {
  const { favourites } = clients;
  app.openapi(listRoute, async (c) => {
    const { cursor = 0n, ps, last_id: lastId = 0n } = c.req.valid("query");
    const page = await listFavourites(clients, c.var.call, { cursor, ps, lastId });
    return c.json(page, 200, noStore);
  });
  app.openapi(addRoute, async (c) => {
    const productId = BigInt(c.req.valid("json").product_id);
    const { favourite } = await favourites.createFavourite({ productId }, onBehalfOf(c.var.call));
    const favourite_time = Number(favourite?.createTime ?? 0n);
    return c.json({ product_id: Number(productId), favourite_time }, 200, noStore);
  });
  app.openapi(removeRoute, async (c) => {
    const { product_id: productId } = c.req.valid("param");
    await favourites.deleteFavourite({ productId }, onBehalfOf(c.var.call));
    return c.body(null, 204);
  });
}
