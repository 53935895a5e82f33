/** Composition root of the pay service. */
import type { ConnectRouter } from "@connectrpc/connect";
import { PaymentAdminService } from "../../proto/gen/pay/v1/payment_admin_service_pb.ts";
import { PaymentInternalService } from "../../proto/gen/pay/v1/payment_internal_service_pb.ts";
import { PaymentService } from "../../proto/gen/pay/v1/payment_service_pb.ts";
import { createClaimStore } from "../../shared/idempotency/claims.ts";
import type { Logger } from "../../shared/log.ts";
import {
  type RunningService,
  type ServiceContext,
  startService,
} from "../../shared/service/start.ts";
import { createClients } from "./clients.ts";
import type { PayConfig } from "./config.ts";
import { payJobs } from "./jobs.ts";
import { type PaymentProvider, platform } from "./provider.ts";
import { createPaymentAdminService } from "./service/admin.ts";
import { createPaymentInternalService } from "./service/internal.ts";
import { createPaymentService, type Providers } from "./service/payments.ts";
import { createAlipayProvider } from "./service/providers/alipay.ts";
import { createSandboxProvider } from "./service/providers/sandbox.ts";
import { createStripeProvider } from "./service/providers/stripe.ts";
import { createWechatProvider } from "./service/providers/wechat.ts";
import { createDifferenceStore } from "./store/differences.ts";
import { createPaymentStore } from "./store/payments.ts";
import { createRefundStore } from "./store/refunds.ts";

const migrations = { set: "pay", dir: new URL("./migrations/", import.meta.url) };

/** Starts the pay service. Dispose of it to stop it in order. */
export async function start(config: PayConfig, log: Logger): Promise<RunningService> {
  const providers = await providersOf(config);
  return await startService(config, (context) => build(config, providers, context), {
    migrations,
    log,
  });
}

function build(
  config: PayConfig,
  providers: Providers,
  { sql, directory, identity, log }: ServiceContext,
) {
  const { returnOrigins, lookEveryMs } = config;
  const payments = createPaymentStore(sql);
  const refunds = createRefundStore(sql);
  const claims = createClaimStore(sql);
  const reconciliation = { payments, refunds, providers, log };
  const buyers = {
    payments,
    claims,
    providers,
    returnOrigins,
    ...createClients(directory, identity),
  };
  const differences = createDifferenceStore(sql);
  return {
    routes(router: ConnectRouter) {
      router.service(PaymentService, createPaymentService(buyers));
      router.service(PaymentInternalService, createPaymentInternalService(reconciliation));
      router.service(
        PaymentAdminService,
        createPaymentAdminService({ ...reconciliation, differences }),
      );
    },
    jobs: payJobs({ ...reconciliation, claims, lookEveryMs }),
  };
}

/** The platforms that are configured. */
async function providersOf(
  { sandbox, stripe, alipay, wechat, notifyUrl }: PayConfig,
): Promise<Providers> {
  const callback = (of: number) => `${notifyUrl}/v1/pay/callback/${of}`;
  const all: PaymentProvider[] = [];
  if (sandbox !== undefined) {
    all.push(createSandboxProvider({ ...sandbox, notifyUrl: callback(platform.sandbox) }));
  }
  if (stripe !== undefined) {
    all.push(await createStripeProvider({ ...stripe, homeUrl: notifyUrl }));
  }
  if (alipay !== undefined) {
    all.push(createAlipayProvider({ ...alipay, notifyUrl: callback(platform.alipay) }));
  }
  if (wechat !== undefined) {
    all.push(createWechatProvider({ ...wechat, notifyUrl: callback(platform.wechat) }));
  }
  return new Map(all.map((provider) => [provider.platform, provider]));
}
