/** `/v1/categories` and `/v1/category/list`. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { CategoryTreeSchema, listCategories } from "../catalogue/category_tree.ts";
import { type CategoryChoice, listCategory, ProductPageSchema } from "../catalogue/product_page.ts";
import { listSortParam, productSorts } from "../catalogue/product_sort.ts";
import type { Clients } from "../clients.ts";
import type { BffEnv } from "../context.ts";
import { publicRoute } from "../access.ts";
import { hotKey } from "../hot/hot_read.ts";
import type { Hot } from "../hot/hot.ts";
import { cursorParam, keptAnswer, lastIdParam, pageSizeParam, problems, text } from "../schemas.ts";

const int64Digits = /^\d{1,18}$/;

const categoryParam = text({ min: 0, max: 100 })
  .refine((value) => !/^\d{19,}$/.test(value), "is too large a number for an id")
  .optional().transform(categoryChoice).openapi({
    param: { name: "category", in: "query" },
    type: "string",
    description: "A category's id or its exact name: what has only digits is an id. Absent or " +
      "empty asks for the whole catalogue.",
    example: "1",
  });

function categoryChoice(given = ""): CategoryChoice {
  return int64Digits.test(given) ? { id: BigInt(given), name: "" } : { id: 0n, name: given };
}

const treeRoute = publicRoute({
  method: "get",
  path: "/v1/categories",
  tags: ["catalogue"],
  summary: "The tree of categories",
  responses: {
    ...keptAnswer(CategoryTreeSchema, "The whole tree, roots first."),
    ...problems({ 503: "The product service is away." }),
  },
});

const listRoute = publicRoute({
  method: "get",
  path: "/v1/category/list",
  tags: ["catalogue"],
  summary: "The products on sale in a category and below it",
  request: {
    query: z.object({
      category: categoryParam,
      sort: listSortParam,
      cursor: cursorParam,
      ps: pageSizeParam,
      last_id: lastIdParam,
    }),
  },
  responses: {
    ...keptAnswer(ProductPageSchema, "One page; an empty one for an unknown category."),
    ...problems({ 400: "A parameter is malformed.", 503: "The product service is away." }),
  },
});

/** Adds the routes of categories. */
export function categoryRoutes(
  app: OpenAPIHono<BffEnv>,
  { clients, hot }: { clients: Clients; hot: Hot },
): void {
  app.openapi(treeRoute, (c) => {
    const { path } = treeRoute;
    return hot.respond(c, {
      route: path,
      key: hotKey(path),
      load: (call) => listCategories(clients, call),
    });
  });
  app.openapi(listRoute, (c) => {
    const { path } = listRoute;
    const { category, sort, cursor = 0n, ps, last_id: lastId = 0n } = c.req.valid("query");
    const query = { sort: productSorts[sort], cursor, ps, lastId };
    return hot.respond(c, {
      route: path,
      key: hotKey(path, category.id, category.name, sort, cursor, ps, lastId),
      load: (call) => listCategory(clients, call, category, query),
    });
  });
}
