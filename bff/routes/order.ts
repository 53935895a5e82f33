/** `/v1/order/…` */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { personRoute } from "../access.ts";
import { personId } from "../auth.ts";
import type { Clients } from "../clients.ts";
import type { BffEnv } from "../context.ts";
import { OrderItemSchema } from "../order_detail.ts";
import { listOrders } from "../order_list.ts";
import { cursorParam, noStore, pageSizeParam, problems, uidParam } from "../schemas.ts";
import type { Logger } from "../../shared/log.ts";

const statuses = ["0", "10", "20", "30", "40", "50", "60"] as const;

const OrderSummary = z.object({
  order_id: z.string().openapi({ example: "2026110109153000048291300123" }),
  status: z.int().openapi({
    description: "0 cancelled, 10 unpaid, 20 paid, 30 to be shipped, 40 to be received, 50 done, " +
      "60 closed",
  }),
  quantity: z.int().openapi({ description: "Pieces in all items." }),
  payment: z.number().openapi({ description: "What the buyer pays, in yuan.", example: 19.99 }),
  total_price: z.number().openapi({ description: "Sum of the items, in yuan.", example: 19.99 }),
  create_time: z.int().openapi({ description: "Unix milliseconds." }),
  product_id: z.int().openapi({ description: "The first item's product." }),
  product_name: z.string(),
  product_image: z.string(),
  product_description: z.string(),
  items: z.array(OrderItemSchema),
}).openapi("OrderSummary");

const OrderPage = z.object({
  orders: z.array(OrderSummary),
  is_end: z.boolean(),
  order_time: z.int().openapi({ description: "The cursor of the next page." }),
  last_id: z.string().openapi({ description: "Send it with the cursor: no row is skipped." }),
}).openapi("OrderPage");

const listRoute = personRoute({
  method: "get",
  path: "/v1/order/list",
  tags: ["order"],
  summary: "A user's orders, newest first, each with its products",
  request: {
    query: z.object({
      uid: uidParam,
      status: z.enum(statuses, `must be one of ${statuses.join(", ")}`).optional().openapi({
        param: { name: "status", in: "query" },
        description: "Only orders of this status; absent means all.",
      }),
      cursor: cursorParam,
      ps: pageSizeParam,
      last_id: z.string().regex(/^\d{24,32}$/, "must be an order's id").optional().openapi({
        param: { name: "last_id", in: "query" },
        description: "The last_id of the page before.",
      }),
    }),
  },
  responses: {
    200: {
      description: "One page.",
      content: { "application/json": { schema: OrderPage } },
    },
    ...problems({ 400: "A parameter is malformed.", 503: "The order service is away." }),
  },
}, { stranger: "denied" });

/** Adds the routes of orders. */
export function orderRoutes(
  app: OpenAPIHono<BffEnv>,
  deps: { clients: Clients; log: Logger },
): void {
  app.openapi(listRoute, async (c) => {
    const { status, cursor = 0n, ps, last_id } = c.req.valid("query");
    const page = await listOrders(deps, c.var.call, {
      userId: personId(c),
      cursor,
      ps,
      lastId: last_id ?? "",
      ...(status === undefined ? {} : { status: Number(status) }),
    });
    return c.json(page, 200, noStore);
  });
}
