/** Error → Connect code: the first of the two tables of errors. (The second: code → problem.) */
import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { ErrorDetailSchema } from "../../proto/gen/error/v1/error_pb.ts";
import { Refusal } from "../errors.ts";
import type { Logger } from "../log.ts";
import { postgresRefusal } from "../postgres/errors.ts";
import { callIn } from "./call.ts";
import { traceIdOf } from "./traceparent.ts";

/**
 * Turns what a handler throws into what a client may read. A Refusal keeps its code, reason and
 * sentence; everything unclassified becomes Internal with no text of its own, and is logged.
 */
export function errorMapping(log: Logger): Interceptor {
  return (next) => async (request) => {
    try {
      return await next(request);
    } catch (error) {
      const mapped = toConnectError(error);
      if (mapped.code === Code.Internal) {
        const call = callIn(request.contextValues, request.header);
        log.error("unclassified error", {
          method: `${request.service.typeName}/${request.method.name}`,
          request_id: call.requestId,
          trace_id: traceIdOf(call.traceparent),
          error,
        });
      }
      throw mapped;
    }
  };
}

/** The error that leaves the process. */
export function toConnectError(error: unknown): ConnectError {
  const refusal = error instanceof Refusal ? error : postgresRefusal(error);
  if (refusal !== undefined) return fromRefusal(refusal);
  if (error instanceof ConnectError && isTellable(error)) return error;
  return fromRefusal(new Refusal(Code.Internal, "INTERNAL", "internal error"));
}

/**
 * Errors of the rpc library and of our own deadline are safe to tell. A remote service's Internal
 * or Unknown is not: its text is nobody's business.
 */
function isTellable(error: ConnectError): boolean {
  return error.code !== Code.Internal && error.code !== Code.Unknown;
}

function fromRefusal(refusal: Refusal): ConnectError {
  const { reason, retryable, violations, headers } = refusal;
  const detail = { reason, retryable, violations: [...violations] };
  return new ConnectError(
    refusal.message,
    refusal.code,
    { ...headers },
    [{ desc: ErrorDetailSchema, value: detail }],
    refusal.cause ?? refusal,
  );
}

/** The reason inside an error that came over the wire or was mapped here, if it has one. */
export function reasonOf(error: ConnectError): string | undefined {
  return error.findDetails(ErrorDetailSchema)[0]?.reason;
}
