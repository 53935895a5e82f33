/** Composition root of the cart service. */
import { CartInternalService } from "../../proto/gen/cart/v1/cart_internal_service_pb.ts";
import { CartService } from "../../proto/gen/cart/v1/cart_service_pb.ts";
import type { Logger } from "../../shared/log.ts";
import { type RunningService, startService } from "../../shared/service/start.ts";
import type { CartConfig } from "./config.ts";

const migrations = { set: "cart", dir: new URL("./migrations/", import.meta.url) };

/** Starts the cart service. Dispose of it to stop it in order. */
export function start(config: CartConfig, log: Logger): Promise<RunningService> {
  const unbuilt = [CartInternalService, CartService];
  return startService(config, () => ({ unbuilt }), { migrations, log });
}
