import { Code, ConnectError, type Interceptor } from "@connectrpc/connect";
import { callIn } from "./call.ts";

export interface DeadlineOptions {
  /** For a call that names no timeout, in milliseconds. */
  readonly timeoutMs: number;
  /** A longer wish is cut to this, in milliseconds. */
  readonly timeoutMaxMs: number;
}

const timeoutHeaders = ["connect-timeout-ms", "grpc-timeout"] as const;

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
    return withDeadline(next(request), call.deadlineMs - performance.now());
  };
}

/** Settles as `work` does, or with DeadlineExceeded after `leftMs`. */
export function withDeadline<T>(work: Promise<T>, leftMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new ConnectError("the deadline passed", Code.DeadlineExceeded)),
      Math.max(0, leftMs),
    );
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** The caller's timeout in milliseconds, from Connect's header or gRPC's (`10S`, `250m`). */
export function requestedTimeoutMs(header: Headers): number | undefined {
  for (const name of timeoutHeaders) {
    const match = /^(\d{1,10})([HMSmun]?)$/.exec(header.get(name) ?? "");
    if (match) return Number(match[1]) * unitMs(match[2] ?? "");
  }
  return undefined;
}

function unitMs(unit: string): number {
  const units: Record<string, number> = { H: 3_600_000, M: 60_000, S: 1_000, u: 1e-3, n: 1e-6 };
  return units[unit] ?? 1;
}
