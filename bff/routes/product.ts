/** `/v1/product/detail` and `/v1/search`. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import {
  productDetail,
  type ProductDetailDeps,
  ProductDetailSchema,
} from "../catalogue/product_detail.ts";
import { ProductPageSchema, searchProducts } from "../catalogue/product_page.ts";
import { productSorts, searchSortParam } from "../catalogue/product_sort.ts";
import type { BffEnv } from "../context.ts";
import { publicRoute } from "../access.ts";
import { hotKey } from "../hot/hot_read.ts";
import type { Hot } from "../hot/hot.ts";
import { tags } from "../hot/tags.ts";
import {
  cursorParam,
  keptAnswer,
  lastIdParam,
  pageSizeParam,
  problems,
  productIdParam,
  text,
} from "../schemas.ts";

const detailRoute = publicRoute({
  method: "get",
  path: "/v1/product/detail",
  tags: ["catalogue"],
  summary: "One product, with the first page of its comments",
  request: { query: z.object({ product_id: productIdParam }) },
  responses: {
    ...keptAnswer(ProductDetailSchema, "The product."),
    ...problems({
      400: "The id is malformed.",
      404: "There is no such product.",
      503: "The product service is away.",
    }),
  },
});

const searchRoute = publicRoute({
  method: "get",
  path: "/v1/search",
  tags: ["catalogue"],
  summary: "The products on sale that match a text",
  request: {
    query: z.object({
      q: z.string().trim().pipe(text({ min: 1, max: 100 })).openapi({
        param: { name: "q", in: "query" },
        description: "What to look for; small typos are forgiven.",
        minLength: 1,
        maxLength: 100,
        example: "phone",
      }),
      sort: searchSortParam,
      cursor: cursorParam,
      ps: pageSizeParam,
      last_id: lastIdParam,
    }),
  },
  responses: {
    ...keptAnswer(ProductPageSchema, "One page."),
    ...problems({ 400: "A parameter is malformed.", 503: "The product service is away." }),
  },
});

/** Adds the routes of products. */
export function productRoutes(
  app: OpenAPIHono<BffEnv>,
  deps: ProductDetailDeps & { readonly hot: Hot },
): void {
  const { clients, hot } = deps;
  app.openapi(detailRoute, (c) => {
    const { path } = detailRoute;
    const { product_id: productId } = c.req.valid("query");
    return hot.respond(c, {
      route: path,
      key: hotKey(path, productId),
      load: (call) => productDetail(deps, call, productId),
      absentTags: [tags.product(productId)],
    });
  });
  app.openapi(searchRoute, (c) => {
    const { path } = searchRoute;
    const { q: query, sort, cursor = 0n, ps, last_id: lastId = 0n } = c.req.valid("query");
    return hot.respond(c, {
      route: path,
      key: hotKey(path, query, sort, cursor, ps, lastId),
      load: (call) => {
        return searchProducts(clients, call, {
          query,
          sort: productSorts[sort],
          cursor,
          ps,
          lastId,
        });
      },
    });
  });
}
