import type { MiddlewareHandler } from "hono";
import { codeName } from "../../shared/rpc/canonical_log.ts";
import { newCall, requestIdHeader } from "../../shared/rpc/call.ts";
import { traceIdOf } from "../../shared/rpc/traceparent.ts";
import type { VerifyToken } from "../../shared/rpc/principal.ts";
import type { Logger } from "../../shared/log.ts";
import type { BffEnv } from "../context.ts";
import type { HttpMetrics } from "../http_metrics.ts";
import { ConnectError } from "@connectrpc/connect";

export interface CallContextOptions {
  readonly log: Logger;
  readonly metrics: HttpMetrics;
  /** The deadline of a whole request, in milliseconds; calls to services get what is left. */
  readonly timeoutMs: number;
  readonly verifyToken: VerifyToken;
}

/**
 * Gives each request its ids and deadline, and writes its one canonical line. Browsers are told to
 * believe the content types.
 */
export function callContext(options: CallContextOptions): MiddlewareHandler<BffEnv> {
  const { log, metrics, timeoutMs, verifyToken } = options;
  return async (c, next) => {
    const call = newCall(c.req.raw.headers, c.env);
    call.deadlineMs = call.startedMs + timeoutMs;
    c.set("call", call);
    c.set("verifyToken", verifyToken);
    await next();
    c.res.headers.set(requestIdHeader, call.requestId);
    c.res.headers.set("x-content-type-options", "nosniff");
    const durationMs = performance.now() - call.startedMs;
    const status = c.res.status;
    metrics.observe(c.req.routePath, methodLabel(c.req.method), status, durationMs);
    log[status >= 500 ? "warn" : "info"]("http", {
      method: c.req.method,
      route: c.req.routePath,
      status,
      reason: reasonOfError(c.error),
      duration_ms: Math.round(durationMs * 100) / 100,
      request_id: call.requestId,
      trace_id: traceIdOf(call.traceparent),
    });
  };
}

const methods = new Set(["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]);

/** Anybody may invent methods; each would be a time series for ever. */
function methodLabel(method: string): string {
  return methods.has(method) ? method : "other";
}

function reasonOfError(error: Error | undefined): string | undefined {
  if (error === undefined) return undefined;
  if ("reason" in error && typeof error.reason === "string") return error.reason;
  return error instanceof ConnectError ? codeName(error.code) : error.name;
}
