/** What every request carries through the BFF. */
import type { Call } from "../shared/rpc/call.ts";

/** Hono's environment of the mall: `c.var.call`. */
export interface BffEnv {
  Variables: {
    call: Call;
    /**
     * Present if the request has a body. By the service's names, what its members are called
     * here; see `bodyMembers()`.
     */
    bodyMembers?: Readonly<Record<string, string>>;
  };
}
