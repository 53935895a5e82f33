/** The HTTP API as one Hono app: middleware, routes, errors. No port, so tests call it directly. */
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Probes } from "../shared/http/probes.ts";
import type { Logger } from "../shared/log.ts";
import type { Metrics } from "../shared/metrics.ts";
import { traceIdOf } from "../shared/rpc/traceparent.ts";
import type { VerifyToken } from "../shared/rpc/principal.ts";
import { version } from "../shared/version.ts";
import { bearerName, bearerScheme, guestName, guestScheme } from "./access.ts";
import type { ClientAddress } from "./client_address.ts";
import type { Clients } from "./clients.ts";
import { createProfiles } from "./catalogue/profiles.ts";
import type { BffEnv } from "./context.ts";
import { docsRoutes } from "./docs.ts";
import type { Hot } from "./hot/hot.ts";
import { createHttpMetrics } from "./http_metrics.ts";
import { bodyGate } from "./middleware/body_gate.ts";
import { callContext } from "./middleware/call_context.ts";
import { crossOrigin } from "./middleware/cross_origin.ts";
import { limitHeadersOf } from "./limit_headers.ts";
import { HttpProblem, problemOf, problemResponse } from "./problem.ts";
import { accountRoutes } from "./routes/account.ts";
import { addressRoutes } from "./routes/address.ts";
import { cartRoutes } from "./routes/cart.ts";
import { categoryRoutes } from "./routes/category.ts";
import { checkoutRoutes } from "./routes/checkout.ts";
import { commentRoutes } from "./routes/comment.ts";
import { favouriteRoutes } from "./routes/favourite.ts";
import { homeRoutes } from "./routes/home.ts";
import { imageRoutes } from "./routes/images.ts";
import { jwksRoutes } from "./routes/jwks.ts";
import { orderRoutes } from "./routes/order.ts";
import { callbackPath, payRoutes } from "./routes/pay.ts";
import { probeRoutes } from "./routes/probes.ts";
import { productRoutes } from "./routes/product.ts";
import { sessionRoutes } from "./routes/session.ts";
import { refuseInvalid } from "./validation.ts";

export interface ApiOptions {
  readonly clients: Clients;
  /** Keeps the answers of public reads; whoever serves asks it before this API. */
  readonly hot: Hot;
  readonly probes: Probes;
  readonly metrics: Metrics;
  readonly corsOrigins: readonly string[];
  /** The deadline of a whole request, in milliseconds. */
  readonly timeoutMs: number;
  /** Tells whose a bearer token is. */
  readonly verifyToken: VerifyToken;
  readonly clientAddress: ClientAddress;
  readonly log: Logger;
}

const bodyLimits = { maxBytes: 1_048_576, timeoutMs: 5_000 };

/** Builds the API. */
export function createApi(options: ApiOptions): OpenAPIHono<BffEnv> {
  const { clients, hot, log } = options;
  const profiles = createProfiles({ users: clients.users, log });
  const app = new OpenAPIHono<BffEnv>({ defaultHook: refuseInvalid });
  handleErrors(app, log);
  // Before the log and the metrics: whoever asks every second is no news.
  probeRoutes(app, options.probes);
  const { timeoutMs, verifyToken, clientAddress } = options;
  const httpMetrics = createHttpMetrics(options.metrics);
  app.use(callContext({ log, metrics: httpMetrics, timeoutMs, verifyToken }));
  app.use(crossOrigin(options.corsOrigins));
  app.use(bodyGate(bodyLimits, { rawPath: callbackPath }));
  homeRoutes(app, { clients, hot });
  categoryRoutes(app, { clients, hot });
  productRoutes(app, { clients, hot, profiles, log });
  commentRoutes(app, { clients, hot, profiles });
  orderRoutes(app, { clients, log });
  checkoutRoutes(app, { clients });
  payRoutes(app, { clients });
  sessionRoutes(app, { clients, clientAddress });
  accountRoutes(app, { clients, clientAddress });
  addressRoutes(app, { clients });
  favouriteRoutes(app, { clients });
  cartRoutes(app, { clients, log });
  jwksRoutes(app, { clients });
  docsRoutes(app);
  imageRoutes(app);
  app.openAPIRegistry.registerComponent("securitySchemes", bearerName, {
    ...bearerScheme,
    description: "The access token of `POST /v1/user/login`.",
  });
  app.openAPIRegistry.registerComponent("securitySchemes", guestName, {
    ...guestScheme,
    description: "A guest's secret, made by the client: 22 to 64 letters, digits, `-` and `_`.",
  });
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { title: "The mall", version, description: "The HTTP API of the mall's front end." },
    servers: [{ url: "/" }],
  });
  return app;
}

function handleErrors(app: OpenAPIHono<BffEnv>, log: Logger): void {
  app.notFound((c) => {
    const error = new HttpProblem(404, "ROUTE_NOT_FOUND", "there is nothing here; see /docs");
    const { requestId } = c.var.call;
    return problemResponse(problemOf(error, { path: c.req.path, requestId }));
  });
  app.onError((error, c) => {
    const { call: { requestId, traceparent }, bodyMembers } = c.var;
    const ofBody = bodyMembers === undefined ? {} : { bodyMembers };
    const problem = problemOf(error, { path: c.req.path, requestId, ...ofBody });
    if (problem.status === 500) {
      const trace_id = traceIdOf(traceparent);
      log.error("unclassified error", { request_id: requestId, trace_id, error });
    }
    return problemResponse(problem, limitHeadersOf(error));
  });
}
