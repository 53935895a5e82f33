/** What happens around every rpc, outermost first. */
import type { Interceptor } from "@connectrpc/connect";
import { authorization } from "../auth/access.ts";
import type { Logger } from "../log.ts";
import { authentication } from "./authentication.ts";
import { canonicalLog } from "./canonical_log.ts";
import { deadline } from "./deadline.ts";
import { errorMapping } from "./error_mapping.ts";
import type { VerifyToken } from "./principal.ts";
import type { RpcMetrics } from "./rpc_metrics.ts";

export interface InterceptorOptions {
  readonly log: Logger;
  readonly metrics: RpcMetrics;
  readonly verifyToken: VerifyToken;
  /** Who may call what: as the protos declare, unless told otherwise. */
  readonly authorize?: Interceptor;
  /** The deadline of a call that names none, in milliseconds. */
  readonly timeoutMs?: number;
  /** The longest deadline that a caller may ask for, in milliseconds. */
  readonly timeoutMaxMs?: number;
}

/** The interceptors of every server of the mall. */
export function serverInterceptors(options: InterceptorOptions): Interceptor[] {
  const { timeoutMs = 2_000, timeoutMaxMs = 10_000, authorize = authorization() } = options;
  return [
    canonicalLog(options.log, options.metrics),
    errorMapping(options.log),
    deadline({ timeoutMs, timeoutMaxMs }),
    authentication(options.verifyToken),
    authorize,
  ];
}
