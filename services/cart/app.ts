/** Composition root of the cart service. */
import type { ConnectRouter } from "@connectrpc/connect";
import { CartInternalService } from "../../proto/gen/cart/v1/cart_internal_service_pb.ts";
import { CartService } from "../../proto/gen/cart/v1/cart_service_pb.ts";
import type { Logger } from "../../shared/log.ts";
import {
  type RunningService,
  type ServiceContext,
  startService,
} from "../../shared/service/start.ts";
import { createClients } from "./clients.ts";
import type { CartConfig } from "./config.ts";
import { cartJobs } from "./jobs.ts";
import { createCartService } from "./service.ts";
import { createCartInternalService } from "./service/internal.ts";
import { createCartStore } from "./store.ts";

const migrations = { set: "cart", dir: new URL("./migrations/", import.meta.url) };

/** Starts the cart service. Dispose of it to stop it in order. */
export function start(config: CartConfig, log: Logger): Promise<RunningService> {
  return startService(config, build, { migrations, log });
}

function build({ sql, directory }: ServiceContext) {
  const store = createCartStore(sql);
  return {
    routes(router: ConnectRouter) {
      router.service(CartService, createCartService({ store, ...createClients(directory) }));
      router.service(CartInternalService, createCartInternalService(store));
    },
    jobs: cartJobs(store),
  };
}
