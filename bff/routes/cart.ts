/** `/v1/cart…`: what a person or a guest wants to buy. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { Code, ConnectError } from "@connectrpc/connect";
import type { CartItem } from "../../proto/gen/cart/v1/cart_pb.ts";
import { onBehalfOf } from "../../shared/rpc/call.ts";
import type { Logger } from "../../shared/log.ts";
import { guestIdOf, personOrGuestRoute, personRoute } from "../access.ts";
import {
  cartItemJson,
  CartItemSchema,
  CartSchema,
  joinCart,
  MergedCartSchema,
} from "../cart/cart.ts";
import {
  CartCheckSchema,
  CartItemChangeSchema,
  CartMergeSchema,
  NewCartItemSchema,
} from "../cart/cart_bodies.ts";
import type { Clients } from "../clients.ts";
import type { BffEnv } from "../context.ts";
import { bodyMembers } from "../middleware/body_members.ts";
import { idPathParam, noStore, problems, uidParam } from "../schemas.ts";

const away = { 503: "A service is away." };
const wrong = { 422: "A member of the body is wrong." };
const query = z.object({ uid: uidParam });
const params = z.object({ product_id: idPathParam("The product.") });
const wholeCart = {
  description: "The whole cart.",
  content: { "application/json": { schema: CartSchema } },
};
const oneLine = {
  description: "The line.",
  content: { "application/json": { schema: CartItemSchema } },
};

function body<T extends z.ZodType>(schema: T) {
  return { required: true, content: { "application/json": { schema } } };
}

const listRoute = personOrGuestRoute({
  method: "get",
  path: "/v1/cart/list",
  tags: ["cart"],
  summary: "The whole cart, last added first, and what changed since",
  request: { query },
  responses: { 200: wholeCart, ...problems({ 503: "The cart service is away." }) },
});

const addRoute = personOrGuestRoute({
  method: "post",
  path: "/v1/cart/item",
  tags: ["cart"],
  summary: "Put pieces of a product into the cart, beside those in it",
  middleware: bodyMembers({}),
  request: { query, body: body(NewCartItemSchema) },
  responses: {
    200: oneLine,
    ...problems({
      404: "PRODUCT_NOT_FOUND: there is no such product.",
      409: "PRODUCT_OFF_SHELF: it is not on sale.",
      422: "A member of the body is wrong; QUANTITY_TOO_HIGH: more than 999 pieces.",
      429: "CART_FULL: at most 200 products.",
      ...away,
    }),
  },
});

const changeRoute = personOrGuestRoute({
  method: "patch",
  path: "/v1/cart/item/{product_id}",
  tags: ["cart"],
  summary: "Set the number of pieces or the check mark of a product in the cart",
  middleware: bodyMembers({}),
  request: { query, params, body: body(CartItemChangeSchema) },
  responses: {
    200: oneLine,
    ...problems({ 404: "CART_ITEM_NOT_FOUND: it is not in the cart.", ...wrong, ...away }),
  },
});

const removeRoute = personOrGuestRoute({
  method: "delete",
  path: "/v1/cart/item/{product_id}",
  tags: ["cart"],
  summary: "Take a product out of the cart",
  request: { query, params },
  responses: {
    204: { description: "It is out; what is not in it is passed over." },
    ...problems(away),
  },
});

const checkRoute = personOrGuestRoute({
  method: "post",
  path: "/v1/cart/check",
  tags: ["cart"],
  summary: "Set the check mark of some products or of all, in one step",
  middleware: bodyMembers({}),
  request: { query, body: body(CartCheckSchema) },
  responses: { 200: wholeCart, ...problems({ ...wrong, ...away }) },
});

const clearRoute = personOrGuestRoute({
  method: "delete",
  path: "/v1/cart",
  tags: ["cart"],
  summary: "Take everything out of the cart",
  request: { query },
  responses: { 204: { description: "It is empty." }, ...problems(away) },
});

const mergeRoute = personRoute({
  method: "post",
  path: "/v1/cart/merge",
  tags: ["cart"],
  summary: "Take a guest's cart over after logging in; again is fine",
  middleware: bodyMembers({}),
  request: { query, body: body(CartMergeSchema) },
  responses: {
    200: {
      description: "Your whole cart; the guest's is empty.",
      content: { "application/json": { schema: MergedCartSchema } },
    },
    ...problems({ ...wrong, ...away }),
  },
}, { stranger: "denied" });

export interface CartRoutesOptions {
  readonly clients: Clients;
  readonly log: Logger;
}

/** Adds the routes of carts. */
export function cartRoutes(app: OpenAPIHono<BffEnv>, options: CartRoutesOptions): void {
  itemRoutes(app, options);
  wholeRoutes(app, options);
}

function itemRoutes(app: OpenAPIHono<BffEnv>, { clients: { cart } }: CartRoutesOptions): void {
  app.openapi(addRoute, async (c) => {
    const { product_id, quantity } = c.req.valid("json");
    const request = { guestId: guestIdOf(c), productId: BigInt(product_id), quantity };
    const { item } = await cart.addCartItem(request, onBehalfOf(c.var.call));
    return c.json(cartItemJson(given(item)), 200, noStore);
  });
  app.openapi(changeRoute, async (c) => {
    const { product_id: productId } = c.req.valid("param");
    const { quantity, checked } = c.req.valid("json");
    const change = {
      ...(quantity === undefined ? {} : { quantity }),
      ...(checked === undefined ? {} : { checked }),
    };
    const request = { guestId: guestIdOf(c), productId, ...change };
    const { item } = await cart.updateCartItem(request, onBehalfOf(c.var.call));
    return c.json(cartItemJson(given(item)), 200, noStore);
  });
  app.openapi(removeRoute, async (c) => {
    const { product_id: productId } = c.req.valid("param");
    await cart.deleteCartItem({ guestId: guestIdOf(c), productId }, onBehalfOf(c.var.call));
    return c.body(null, 204);
  });
}

function wholeRoutes(app: OpenAPIHono<BffEnv>, options: CartRoutesOptions): void {
  const { cart } = options.clients;
  app.openapi(listRoute, async (c) => {
    const { call } = c.var;
    const { items } = await cart.listCartItems({ guestId: guestIdOf(c) }, onBehalfOf(call));
    return c.json(await joinCart(options, call, items), 200, noStore);
  });
  app.openapi(checkRoute, async (c) => {
    const { call } = c.var;
    const { product_ids, all, checked } = c.req.valid("json");
    const productIds = product_ids.map(BigInt);
    const request = { guestId: guestIdOf(c), productIds, all, checked };
    const { items } = await cart.checkCartItems(request, onBehalfOf(call));
    return c.json(await joinCart(options, call, items), 200, noStore);
  });
  app.openapi(clearRoute, async (c) => {
    await cart.clearCart({ guestId: guestIdOf(c) }, onBehalfOf(c.var.call));
    return c.body(null, 204);
  });
  app.openapi(mergeRoute, async (c) => {
    const { call } = c.var;
    const { guest_id: guestId } = c.req.valid("json");
    const { items, droppedProductIds } = await cart.mergeGuestCart({ guestId }, onBehalfOf(call));
    const joined = await joinCart(options, call, items);
    const dropped_product_ids = droppedProductIds.map(Number);
    return c.json({ ...joined, dropped_product_ids }, 200, noStore);
  });
}

function given(item: CartItem | undefined): CartItem {
  if (item === undefined) throw new ConnectError("no line came back", Code.Internal);
  return item;
}
