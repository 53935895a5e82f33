/** Composition root of the order service. */
import type { ConnectRouter } from "@connectrpc/connect";
import { OrderAdminService } from "../../proto/gen/order/v1/order_admin_service_pb.ts";
import { OrderInternalService } from "../../proto/gen/order/v1/order_internal_service_pb.ts";
import { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import { createClaimStore } from "../../shared/idempotency/claims.ts";
import type { Logger } from "../../shared/log.ts";
import {
  type RunningService,
  type ServiceContext,
  type StartOptions,
  startService,
} from "../../shared/service/start.ts";
import { createClients } from "./clients.ts";
import type { OrderConfig } from "./config.ts";
import { orderJobs } from "./jobs.ts";
import { createOrderService } from "./service.ts";
import { createOrderAdminService } from "./service/admin.ts";
import { createOrderInternalService } from "./service/internal.ts";
import { createOrderStore } from "./store.ts";
import { createCommentRightStore } from "./store/comment_right.ts";
import { createOrderStepStore } from "./store/order_steps.ts";

const migrations = { set: "order", dir: new URL("./migrations/", import.meta.url) };

/** Starts the order service. Dispose of it to stop it in order. */
export function start(
  config: OrderConfig,
  log: Logger,
  overrides: Pick<StartOptions, "verifyToken"> = {},
): Promise<RunningService> {
  const options = { migrations, log, ...overrides };
  return startService(config, (context) => build(config, context), options);
}

function build(config: OrderConfig, { sql, directory, identity }: ServiceContext) {
  const { postage, payWithinMs, unpaidMax, confirmWithinMs, overdueEveryMs } = config;
  const { comments, ...asked } = createClients(directory, identity);
  const store = createOrderStore(sql);
  const steps = createOrderStepStore(sql);
  const claims = createClaimStore(sql);
  const checkout = { steps, claims, ...asked, postage, payWithinMs, unpaidMax };
  const commentRights = createCommentRightStore(sql);
  return {
    routes(router: ConnectRouter) {
      router.service(OrderService, createOrderService({ store, steps, checkout, comments }));
      router.service(
        OrderAdminService,
        createOrderAdminService({ store, steps, confirmWithinMs }),
      );
      router.service(
        OrderInternalService,
        createOrderInternalService({ orders: store, commentRights }),
      );
    },
    jobs: orderJobs({ steps, claims, confirmWithinMs, overdueEveryMs }),
  };
}
