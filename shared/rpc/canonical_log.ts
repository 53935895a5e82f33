import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import type { Logger } from "../log.ts";
import { type Call, callIn } from "./call.ts";
import { reasonOf } from "./error_mapping.ts";
import type { RpcMetrics } from "./rpc_metrics.ts";
import { traceIdOf } from "./traceparent.ts";

/** Codes that are somebody's fault on our side: logged as warnings. */
const ourFault: ReadonlySet<Code> = new Set([
  Code.Unknown,
  Code.DeadlineExceeded,
  Code.Internal,
  Code.Unavailable,
  Code.DataLoss,
]);

/** One line and one measurement for every call, whatever becomes of it. */
export function canonicalLog(log: Logger, metrics: RpcMetrics): Interceptor {
  return (next) => async (request) => {
    const call = callIn(request.contextValues, request.header);
    call.reached = true;
    const method = `${request.service.typeName}/${request.method.name}`;
    try {
      const response = await next(request);
      writeLine(log, metrics, { call, method });
      return response;
    } catch (error) {
      writeLine(log, metrics, { call, method, error: ConnectError.from(error) });
      throw error;
    }
  };
}

export interface CallOutcome {
  readonly call: Call;
  /** `<package>.<Service>/<Method>`. */
  readonly method: string;
  readonly error?: ConnectError;
}

/** Logs and measures a call that ended. */
export function writeLine(
  log: Logger,
  metrics: RpcMetrics | undefined,
  outcome: CallOutcome,
): void {
  const { call, method, error } = outcome;
  const durationMs = performance.now() - call.startedMs;
  const code = error === undefined ? "ok" : codeName(error.code);
  metrics?.observe(method, code, durationMs);
  const level = error !== undefined && ourFault.has(error.code) ? "warn" : "info";
  log[level]("rpc", {
    method,
    code,
    reason: error === undefined ? undefined : reasonOf(error),
    duration_ms: Math.round(durationMs * 100) / 100,
    request_id: call.requestId,
    trace_id: traceIdOf(call.traceparent),
    caller: call.principal.kind,
  });
}

/** Connect's name of a code on the wire: `invalid_argument`. */
export function codeName(code: Code): string {
  return Code[code].replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
}
