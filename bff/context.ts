/** What every request carries through the BFF. */
import type { Call } from "../shared/rpc/call.ts";

/** Hono's environment of the mall: `c.var.call`. */
export interface BffEnv {
  Variables: { call: Call };
}
