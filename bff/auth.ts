/** The person behind a request. */
import type { Context } from "hono";
import { callerId } from "../shared/auth/caller.ts";
import type { BffEnv } from "./context.ts";

/** The caller's id. The series' `uid`, if it is given, must be the same: else 403. */
export function personId<P extends string>(c: Context<BffEnv, P>, uid = 0n): bigint {
  return callerId(c.var.call.principal, uid);
}
