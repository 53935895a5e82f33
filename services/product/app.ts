/** Composition root of the product service. */
import type { ConnectRouter } from "@connectrpc/connect";
import type { Redis } from "ioredis";
import { BannerService } from "../../proto/gen/product/v1/banner_service_pb.ts";
import { CategoryService } from "../../proto/gen/product/v1/category_service_pb.ts";
import { CommentService } from "../../proto/gen/product/v1/comment_service_pb.ts";
import { FlashSaleService } from "../../proto/gen/product/v1/flash_sale_service_pb.ts";
import { ProductAdminService } from "../../proto/gen/product/v1/product_admin_service_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { StockService } from "../../proto/gen/product/v1/stock_service_pb.ts";
import { StorefrontAdminService } from "../../proto/gen/product/v1/storefront_admin_service_pb.ts";
import type { Logger } from "../../shared/log.ts";
import { exposeCounters } from "../../shared/metrics.ts";
import { closeRedis, openRedis, pingRedis } from "../../shared/redis/connection.ts";
import {
  type RunningService,
  type ServiceContext,
  startService,
} from "../../shared/service/start.ts";
import type { ProductConfig } from "./config.ts";
import { createProductRows } from "./cache.ts";
import { productJobs } from "./jobs.ts";
import { createProductService } from "./service.ts";
import { createProductStore } from "./store.ts";

const migrations = { set: "product", dir: new URL("./migrations/", import.meta.url) };

/** Starts the product service. Dispose of it to stop it in order. */
export function start(config: ProductConfig, log: Logger): Promise<RunningService> {
  return startService(config, (context) => build(config, context), { migrations, log });
}

function build(config: ProductConfig, { sql, log, metrics, stack }: ServiceContext) {
  const redis = openRedis({ url: config.redisUrl, name: config.name, log });
  stack.defer(() => closeRedis(redis));
  const rows = createProductRows({ store: createProductStore(sql), redis, log });
  exposeCounters(metrics, {
    name: "product_row_cache",
    help: "What the cache of product rows has done, counted by id.",
    read: () => ({ ...rows.counters, ...rows.localCounters }),
  });
  const products = createProductService(rows);
  return {
    routes: (router: ConnectRouter) => void router.service(ProductService, products),
    unbuilt: [
      BannerService,
      CategoryService,
      CommentService,
      FlashSaleService,
      ProductAdminService,
      StockService,
      StorefrontAdminService,
    ],
    jobs: productJobs(rows),
    dependencies: [{ name: "redis", required: false, check: () => requireRedis(redis) }],
  };
}

async function requireRedis(redis: Redis): Promise<void> {
  if (!await pingRedis(redis)) throw new Error("redis is away");
}
