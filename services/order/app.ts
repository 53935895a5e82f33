/** Composition root of the order service. */
import { OrderAdminService } from "../../proto/gen/order/v1/order_admin_service_pb.ts";
import { OrderInternalService } from "../../proto/gen/order/v1/order_internal_service_pb.ts";
import { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import type { Logger } from "../../shared/log.ts";
import {
  type RunningService,
  type StartOptions,
  startService,
} from "../../shared/service/start.ts";
import type { OrderConfig } from "./config.ts";
import { createOrderService } from "./service.ts";
import { createOrderInternalService } from "./service/internal.ts";
import { createOrderStore } from "./store.ts";
import { createCommentRightStore } from "./store/comment_right.ts";

const migrations = { set: "order", dir: new URL("./migrations/", import.meta.url) };

/** Starts the order service. Dispose of it to stop it in order. */
export function start(
  config: OrderConfig,
  log: Logger,
  overrides: Pick<StartOptions, "verifyToken"> = {},
): Promise<RunningService> {
  return startService(config, ({ sql }) => {
    const orders = createOrderService(createOrderStore(sql));
    const internal = createOrderInternalService(createCommentRightStore(sql));
    return {
      routes: (router) => {
        router.service(OrderService, orders);
        router.service(OrderInternalService, internal);
      },
      unbuilt: [OrderAdminService],
    };
  }, { migrations, log, ...overrides });
}
