import type { MiddlewareHandler } from "hono";
import { type Cors, createCors } from "../../shared/http/cors.ts";
import { requestIdHeader, traceparentHeader } from "../../shared/rpc/call.ts";
import { guestHeader } from "../access.ts";
import type { BffEnv } from "../context.ts";

/** Answers preflights and lets the pages of `origins` read answers. */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler<BffEnv> {
  const cors = bffCors(origins);
  return async (c, next) => {
    const preflight = cors.preflight(c.req.raw);
    if (preflight !== undefined) return preflight;
    await next();
    cors.decorate(c.req.raw, c.res);
    return undefined;
  };
}

/** What the BFF lets the pages of `origins` send and read. */
export function bffCors(origins: readonly string[]): Cors {
  return createCors({
    origins,
    methods: ["GET", "POST", "PUT", "PATCH", "DELETE"],
    allowHeaders: [
      "authorization",
      "content-type",
      "idempotency-key",
      "if-none-match",
      guestHeader,
      requestIdHeader,
      traceparentHeader,
    ],
    exposeHeaders: [
      "etag",
      "idempotency-replayed",
      "ratelimit-limit",
      "ratelimit-remaining",
      "ratelimit-reset",
      "retry-after",
      requestIdHeader,
    ],
  });
}
