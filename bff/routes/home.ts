/** What the home page shows: `/v1/home/banner`, `/v1/flashsale`, `/v1/recommend`. */
import { type OpenAPIHono, z } from "@hono/zod-openapi";
import { BannerListSchema, listBanners } from "../catalogue/banners.ts";
import { currentFlashSale, FlashSaleSchema } from "../catalogue/flash_sale.ts";
import { listRecommended, RecommendedPageSchema } from "../catalogue/product_page.ts";
import type { Clients } from "../clients.ts";
import type { BffEnv } from "../context.ts";
import { publicRoute } from "../access.ts";
import { hotKey } from "../hot/hot_read.ts";
import type { Hot } from "../hot/hot.ts";
import { cursorParam, keptAnswer, lastIdParam, pageSizeParam, problems } from "../schemas.ts";

const away = { 503: "The product service is away." };

const bannerRoute = publicRoute({
  method: "get",
  path: "/v1/home/banner",
  tags: ["home"],
  summary: "The banners of the home page",
  responses: { ...keptAnswer(BannerListSchema, "All banners, by position."), ...problems(away) },
});

const flashSaleRoute = publicRoute({
  method: "get",
  path: "/v1/flashsale",
  tags: ["home"],
  summary: "The running flash sale, or else the next one",
  responses: {
    ...keptAnswer(FlashSaleSchema, "The sale; its id is 0 if none is planned."),
    ...problems(away),
  },
});

const recommendRoute = publicRoute({
  method: "get",
  path: "/v1/recommend",
  tags: ["home"],
  summary: "Recommended products, newest recommendation first",
  request: {
    query: z.object({ cursor: cursorParam, ps: pageSizeParam, last_id: lastIdParam }),
  },
  responses: {
    ...keptAnswer(RecommendedPageSchema, "One page."),
    ...problems({ 400: "A parameter is malformed.", ...away }),
  },
});

/** Adds the routes of the home page. */
export function homeRoutes(
  app: OpenAPIHono<BffEnv>,
  { clients, hot }: { clients: Clients; hot: Hot },
): void {
  app.openapi(bannerRoute, (c) => {
    const { path } = bannerRoute;
    return hot.respond(c, {
      route: path,
      key: hotKey(path),
      load: (call) => listBanners(clients, call),
    });
  });
  app.openapi(flashSaleRoute, (c) => {
    const { path } = flashSaleRoute;
    return hot.respond(c, {
      route: path,
      key: hotKey(path),
      load: (call) => currentFlashSale(clients, call),
    });
  });
  app.openapi(recommendRoute, (c) => {
    const { path } = recommendRoute;
    const { cursor = 0n, ps, last_id: lastId = 0n } = c.req.valid("query");
    return hot.respond(c, {
      route: path,
      key: hotKey(path, cursor, ps, lastId),
      load: (call) => listRecommended(clients, call, { cursor, ps, lastId }),
    });
  });
}
