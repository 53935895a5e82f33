/** For tests: the pay service on a database of its own, with a real sandbox and a neighbour that does as told. */
import {
  type Client,
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
} from "@connectrpc/connect";
import type { DescService } from "@bufbuild/protobuf";
import { type Sandbox, startSandbox } from "../../dev/sandbox/server.ts";
import { OrderInternalService } from "../../proto/gen/order/v1/order_internal_service_pb.ts";
import { PaymentAdminService } from "../../proto/gen/pay/v1/payment_admin_service_pb.ts";
import { PaymentInternalService } from "../../proto/gen/pay/v1/payment_internal_service_pb.ts";
import { PaymentService } from "../../proto/gen/pay/v1/payment_service_pb.ts";
import { createPaymentAdminService } from "../../services/pay/service/admin.ts";
import { createPaymentInternalService } from "../../services/pay/service/internal.ts";
import { createPaymentService } from "../../services/pay/service/payments.ts";
import { createSandboxProvider } from "../../services/pay/service/providers/sandbox.ts";
import type { ReconciliationOptions } from "../../services/pay/service/reconciliation.ts";
import { createDifferenceStore } from "../../services/pay/store/differences.ts";
import { createPaymentStore } from "../../services/pay/store/payments.ts";
import { createRefundStore } from "../../services/pay/store/refunds.ts";
import { authorization } from "../../shared/auth/access.ts";
import { createClaimStore } from "../../shared/idempotency/claims.ts";
import { createLogger } from "../../shared/log.ts";
import type { Postgres } from "../../shared/postgres/pool.ts";
import { authentication } from "../../shared/rpc/authentication.ts";
import { errorMapping } from "../../shared/rpc/error_mapping.ts";
import { verifyTestToken } from "../../shared/rpc/testing/principals.ts";
import { createServiceDatabase } from "./service_database.ts";

/** An order as the order service tells it to the pay service. */
export interface PayableOrder {
  readonly userId: bigint;
  readonly status: number;
  readonly paymentFen: bigint;
  readonly payBefore: bigint;
}

/** What the order service says, to be changed by a test. */
export interface Orders {
  readonly known: Map<string, PayableOrder>;
  away: boolean;
}

export interface PayBench extends AsyncDisposable {
  readonly sql: Postgres;
  readonly sandbox: Sandbox;
  /** What the sandbox and the mall sign with. */
  readonly secret: string;
  readonly orders: Orders;
  /** What the jobs of an instance work with. */
  readonly jobs: ReconciliationOptions;
  client<S extends DescService>(service: S): Client<S>;
}

export interface PayBenchOptions {
  readonly returnOrigins?: readonly string[];
}

const log = createLogger({ level: "error", write: () => {} });

/** Starts it. Nobody hears the sandbox's callbacks but who is told to. Use with `await using`. */
export async function startPayBench(
  { returnOrigins = ["*"] }: PayBenchOptions = {},
): Promise<PayBench> {
  await using stack = new AsyncDisposableStack();
  const { sql } = stack.use(await createServiceDatabase("pay"));
  const secret = crypto.randomUUID();
  const sandbox = stack.use(
    startSandbox({ port: 0, hostname: "127.0.0.1", secret, log, pauseMs: 5 }),
  );
  const provider = createSandboxProvider({ baseUrl: sandbox.url, secret, notifyUrl: "" });
  const providers = new Map([[provider.platform, provider]]);
  const [payments, refunds] = [createPaymentStore(sql), createRefundStore(sql)];
  const jobs = { payments, refunds, providers, log };
  const orders: Orders = { known: new Map(), away: false };
  const buyers = {
    payments,
    claims: createClaimStore(sql),
    providers,
    returnOrigins,
    orders: neighbour(orders),
  };
  const admin = { ...jobs, differences: createDifferenceStore(sql) };
  const transport = createRouterTransport((router) => {
    router.service(PaymentService, createPaymentService(buyers));
    router.service(PaymentInternalService, createPaymentInternalService(jobs));
    router.service(PaymentAdminService, createPaymentAdminService(admin));
  }, {
    router: {
      interceptors: [errorMapping(log), authentication(verifyTestToken), authorization()],
    },
  });
  const kept = stack.move();
  return {
    sql,
    sandbox,
    secret,
    orders,
    jobs,
    client: (service) => createClient(service, transport),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function neighbour(orders: Orders): Client<typeof OrderInternalService> {
  return createClient(
    OrderInternalService,
    createRouterTransport((router) => {
      router.service(OrderInternalService, {
        getPayableOrder({ orderId }) {
          if (orders.away) throw new ConnectError("away", Code.Unavailable);
          const order = orders.known.get(orderId);
          if (order === undefined) throw new ConnectError("no such order", Code.NotFound);
          return { orderId, ...order, currency: "CNY", subject: "a thing" };
        },
      });
    }),
  );
}
