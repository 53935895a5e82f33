/** Composition root of the product service. */
import type { ConnectRouter } from "@connectrpc/connect";
import { BannerService } from "../../proto/gen/product/v1/banner_service_pb.ts";
import { CategoryService } from "../../proto/gen/product/v1/category_service_pb.ts";
import { CommentService } from "../../proto/gen/product/v1/comment_service_pb.ts";
import { FlashSaleService } from "../../proto/gen/product/v1/flash_sale_service_pb.ts";
import { ProductAdminService } from "../../proto/gen/product/v1/product_admin_service_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { StockService } from "../../proto/gen/product/v1/stock_service_pb.ts";
import { StorefrontAdminService } from "../../proto/gen/product/v1/storefront_admin_service_pb.ts";
import type { Logger } from "../../shared/log.ts";
import { followEvents } from "../../shared/messaging/follow.ts";
import { exposeCounters, type Metrics } from "../../shared/metrics.ts";
import { closeRedis, openRedis, redisDependency } from "../../shared/redis/connection.ts";
import {
  type RunningService,
  type ServiceContext,
  startService,
} from "../../shared/service/start.ts";
import {
  createCachedTree,
  createProductLists,
  createProductRows,
  type ProductLists,
  type ProductRows,
} from "./cache.ts";
import { createClients } from "./clients.ts";
import type { ProductConfig } from "./config.ts";
import { followProductEvent, productJobs } from "./jobs.ts";
import { createProductService } from "./service.ts";
import { createCommentService } from "./service/comments.ts";
import { createStockService } from "./service/stock.ts";
import { createProductSearch } from "./service/search.ts";
import {
  createBannerService,
  createCategoryService,
  createFlashSaleService,
} from "./service/storefront.ts";
import { createProductStore } from "./store.ts";
import { createCommentStore } from "./store/comments.ts";
import { createCountStore } from "./store/counts.ts";
import { createListStore } from "./store/lists.ts";
import { createSearchStore } from "./store/search.ts";
import { createReservationStore } from "./store/reservations.ts";
import { composeStockChanges } from "./store/stock_changes.ts";
import { createStorefrontStore } from "./store/storefront.ts";

const migrations = { set: "product", dir: new URL("./migrations/", import.meta.url) };

/** Starts the product service. Dispose of it to stop it in order. */
export function start(config: ProductConfig, log: Logger): Promise<RunningService> {
  const options = { migrations, log, genericPlans: true };
  return startService(config, (context) => build(config, context), options);
}

function build(config: ProductConfig, context: ServiceContext) {
  const { sql, log, metrics, nats, directory, identity, stack } = context;
  const redis = openRedis({ url: config.redisUrl, name: config.name, log });
  stack.defer(() => closeRedis(redis));
  const storefront = createStorefrontStore(sql);
  const tree = createCachedTree(storefront);
  const rows = createProductRows({ store: createProductStore(sql), redis, log });
  const lists = createProductLists({ store: createListStore(sql), redis, log, tree });
  exposeCaches(metrics, rows, lists);
  const caches = { rows, lists, tree };
  stack.use(followEvents({
    nats,
    subject: "product.>",
    log,
    onEvent: (event) => followProductEvent(caches, event),
  }));
  const search = createProductSearch(createSearchStore(sql));
  const products = createProductService({ rows, lists, search });
  const { orders } = createClients(directory, identity);
  const comments = createCommentService({
    store: createCommentStore(sql),
    orders,
  });
  const reservations = createReservationStore(sql);
  const flashSales = createFlashSaleService({
    store: storefront,
    products: (ids) => rows.getMany(ids),
    now: () => Date.now(),
  });
  return {
    routes(router: ConnectRouter) {
      router.service(ProductService, products);
      router.service(CommentService, comments);
      router.service(CategoryService, createCategoryService(() => tree.get()));
      router.service(BannerService, createBannerService(storefront));
      router.service(FlashSaleService, flashSales);
      router.service(StockService, createStockService(reservations));
    },
    unbuilt: [ProductAdminService, StorefrontAdminService],
    jobs: productJobs({
      caches,
      counts: createCountStore(sql),
      reservations,
      orders,
      reservationAgeMs: config.reservationAgeMs,
    }),
    compose: composeStockChanges,
    dependencies: [redisDependency(redis)],
  };
}

function exposeCaches(metrics: Metrics, rows: ProductRows, lists: ProductLists): void {
  exposeCounters(metrics, {
    name: "product_row_cache",
    help: "What the cache of product rows has done, counted by id.",
    read: () => ({ ...rows.counters, ...rows.localCounters }),
  });
  exposeCounters(metrics, {
    name: "product_list_cache",
    help: "What the cache of product lists has done, counted by page.",
    read: () => ({ ...lists.counters }),
  });
}
