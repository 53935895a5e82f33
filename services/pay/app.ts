/** Composition root of the pay service. */
import { PaymentAdminService } from "../../proto/gen/pay/v1/payment_admin_service_pb.ts";
import { PaymentInternalService } from "../../proto/gen/pay/v1/payment_internal_service_pb.ts";
import { PaymentService } from "../../proto/gen/pay/v1/payment_service_pb.ts";
import type { Logger } from "../../shared/log.ts";
import { type RunningService, startService } from "../../shared/service/start.ts";
import type { PayConfig } from "./config.ts";

const migrations = { set: "pay", dir: new URL("./migrations/", import.meta.url) };

/** Starts the pay service. Dispose of it to stop it in order. */
export function start(config: PayConfig, log: Logger): Promise<RunningService> {
  const unbuilt = [PaymentAdminService, PaymentInternalService, PaymentService];
  return startService(config, () => ({ unbuilt }), { migrations, log });
}
