/** Making orders and what a buyer does with them: `/v1/order`, `/v1/order/{id}`, `/counts`. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { onBehalfOf } from "../../shared/rpc/call.ts";
import { personRoute } from "../access.ts";
import type { Clients } from "../clients.ts";
import type { BffEnv } from "../context.ts";
import { bodyMembers } from "../middleware/body_members.ts";
import { orderDetailJson, OrderSchema } from "../order_detail.ts";
import { idempotencyKeyHeader, noStore, problems, replayed, text, uidParam } from "../schemas.ts";

const away = { 503: "A service is away: repeat with the same key." };
const content = { "application/json": { schema: OrderSchema } };
const params = z.object({
  id: z.string().regex(/^\d{24,32}$/, "must be an order's id").openapi({
    example: "2026110109153000048291300123",
  }),
});
const unknown = { 404: "There is no such order of yours." };

const NewOrder = z.object({
  address_id: z.int().min(1).openapi({ description: "One of your addresses." }),
  items: z.array(z.object({ product_id: z.int().min(1), quantity: z.int().min(1).max(999) }))
    .max(200).default([]).openapi({ description: "1 to 200 different products." }),
  from_cart: z.boolean().default(false).openapi({
    description: "Takes the checked items of the cart in place of `items`.",
  }),
  remark: text({ min: 0, max: 200 }).default("").openapi({ description: "A note to the shop." }),
}).openapi("NewOrder");

const createdRoute = personRoute({
  method: "post",
  path: "/v1/order",
  tags: ["order"],
  summary: "Make an order; prices, names and the receiver come from the server",
  middleware: bodyMembers({}),
  request: {
    headers: idempotencyKeyHeader,
    query: z.object({ uid: uidParam }),
    body: { required: true, content: { "application/json": { schema: NewOrder } } },
  },
  responses: {
    201: { description: "The order, unpaid.", headers: replayed, content },
    ...problems({
      400: "The key is missing, or the JSON is malformed.",
      404: "ADDRESS_NOT_FOUND: there is no such address of yours.",
      409: "OUT_OF_STOCK, PRODUCT_OFF_SHELF, PRODUCT_NOT_FOUND, CART_EMPTY, or IN_FLIGHT: " +
        "`errors` names each product that cannot be had.",
      422: "A member of the body is wrong, or the key was used for another order.",
      429: "TOO_MANY_UNPAID_ORDERS: pay or cancel one first.",
      ...away,
    }),
  },
}, { stranger: "not_found" });

const countsRoute = personRoute({
  method: "get",
  path: "/v1/order/counts",
  tags: ["order"],
  summary: "How many orders there are by status, and items that wait for a comment",
  request: { query: z.object({ uid: uidParam }) },
  responses: {
    200: {
      description: "All seven statuses.",
      content: {
        "application/json": {
          schema: z.object({
            counts: z.array(z.object({ status: z.int(), orders: z.int() })),
            to_comment: z.int(),
          }).openapi("OrderCounts"),
        },
      },
    },
    ...problems(away),
  },
}, { stranger: "denied" });

const getRoute = personRoute({
  method: "get",
  path: "/v1/order/{id}",
  tags: ["order"],
  summary: "One order with where it goes",
  request: { params },
  responses: {
    200: { description: "The order.", content },
    ...problems({ ...unknown, ...away }),
  },
}, { stranger: "not_found", operatorsToo: true });

const cancelRoute = personRoute({
  method: "post",
  path: "/v1/order/{id}/cancel",
  tags: ["order"],
  summary: "Cancel an unpaid order; again is fine",
  middleware: bodyMembers({}),
  request: {
    params,
    body: {
      content: {
        "application/json": {
          schema: z.object({ reason: text({ min: 0, max: 200 }).default("") })
            .openapi("OrderCancellation"),
        },
      },
    },
  },
  responses: {
    200: { description: "The order, cancelled.", content },
    ...problems({ ...unknown, 409: "ORDER_NOT_CANCELLABLE", ...away }),
  },
}, { stranger: "not_found" });

const confirmRoute = personRoute({
  method: "post",
  path: "/v1/order/{id}/confirm",
  tags: ["order"],
  summary: "Say that a shipped order has come; again is fine",
  request: { params },
  responses: {
    200: { description: "The order, done.", content },
    ...problems({ ...unknown, 409: "ORDER_NOT_SHIPPED", ...away }),
  },
}, { stranger: "not_found" });

/** Adds the routes of checkout. */
export function checkoutRoutes(
  app: OpenAPIHono<BffEnv>,
  { clients: { order } }: { readonly clients: Clients },
): void {
  app.openapi(createdRoute, async (c) => {
    const { address_id, items, from_cart: fromCart, remark } = c.req.valid("json");
    const { "idempotency-key": idempotencyKey } = c.req.valid("header");
    const answer = await order.createOrder({
      addressId: BigInt(address_id),
      items: items.map(({ product_id, quantity }) => ({ productId: BigInt(product_id), quantity })),
      fromCart,
      remark,
      idempotencyKey,
    }, onBehalfOf(c.var.call));
    if (answer.replayed) c.header("idempotency-replayed", "true");
    return c.json(orderDetailJson(answer.order), 201, noStore);
  });
  app.openapi(countsRoute, async (c) => {
    const { counts, toComment } = await order.getOrderCounts({}, onBehalfOf(c.var.call));
    return c.json(
      {
        counts: counts.map(({ status, orders }) => ({ status, orders: Number(orders) })),
        to_comment: Number(toComment),
      },
      200,
      noStore,
    );
  });
  app.openapi(getRoute, async (c) => {
    const { id: orderId } = c.req.valid("param");
    const answer = await order.getOrder({ orderId }, onBehalfOf(c.var.call));
    return c.json(orderDetailJson(answer.order), 200, noStore);
  });
  app.openapi(cancelRoute, async (c) => {
    const { id: orderId } = c.req.valid("param");
    const { reason = "" } = c.req.valid("json");
    const answer = await order.cancelOrder({ orderId, reason }, onBehalfOf(c.var.call));
    return c.json(orderDetailJson(answer.order), 200, noStore);
  });
  app.openapi(confirmRoute, async (c) => {
    const { id: orderId } = c.req.valid("param");
    const answer = await order.confirmOrder({ orderId }, onBehalfOf(c.var.call));
    return c.json(orderDetailJson(answer.order), 200, noStore);
  });
}
