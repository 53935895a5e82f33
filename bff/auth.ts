/** The person behind a request. */
import type { Context } from "hono";
import { callerId } from "../shared/auth/caller.ts";
import type { BffEnv } from "./context.ts";

/** The caller's id, on a route for persons. */
export function personId<P extends string>(c: Context<BffEnv, P>): bigint {
  return callerId(c.var.call.principal);
}
