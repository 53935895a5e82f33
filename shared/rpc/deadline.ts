import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { settleBy } from "../deadline/settle_by.ts";
import { callIn } from "./call.ts";

export interface DeadlineOptions {
  /** For a call that names no timeout, in milliseconds. */
  readonly timeoutMs: number;
  /** A longer wish is cut to this, in milliseconds. */
  readonly timeoutMaxMs: number;
}

/**
 * Ends a call that takes too long with DeadlineExceeded, whether or not its handler looks at the
 * signal, and writes the deadline into the call so that calls to others get only what is left.
 */
export function deadline(options: DeadlineOptions): Interceptor {
  return (next) => (request) => {
    const call = callIn(request.contextValues, request.header);
    const wishMs = requestedTimeoutMs(request.header) ?? options.timeoutMs;
    const timeoutMs = Math.min(wishMs, options.timeoutMaxMs);
    call.deadlineMs = call.startedMs + timeoutMs;
    return settleBy(next(request), call.deadlineMs, deadlinePassed);
  };
}

/** The error of a call whose deadline has passed; each has its own, as interceptors write into it. */
export function deadlinePassed(): ConnectError {
  return new ConnectError("the deadline passed", Code.DeadlineExceeded);
}

const connectTimeout = /^\d{1,10}$/;
const grpcTimeout = /^(\d{1,8})([HMSmun])$/;

/** The caller's timeout in milliseconds, from Connect's header or gRPC's (`10S`, `250m`). */
export function requestedTimeoutMs(header: Headers): number | undefined {
  const connect = header.get("connect-timeout-ms");
  if (connect !== null) return connectTimeout.test(connect) ? Number(connect) : undefined;
  const grpc = header.get("grpc-timeout");
  const match = grpc === null ? null : grpcTimeout.exec(grpc);
  return match === null ? undefined : Number(match[1]) * unitMs(match[2] ?? "");
}

function unitMs(unit: string): number {
  const units: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1_000, u: 1e-3, n: 1e-6 };
  return units[unit] ?? 1;
}
