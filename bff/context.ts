/** What every request carries through the BFF. */
import type { Peer } from "../shared/http/listener.ts";
import type { Call } from "../shared/rpc/call.ts";
import type { VerifyToken } from "../shared/rpc/principal.ts";

/** Hono's environment of the mall: `c.var.call`. */
export interface BffEnv {
  /** The other end of the connection, as `Deno.serve` tells it. */
  Bindings: Peer;
  Variables: {
    call: Call;
    /** How a route for persons proves a bearer token. */
    verifyToken: VerifyToken;
    /**
     * Present if the request has a body. By the service's names, what its members are called
     * here; see `bodyMembers()`.
     */
    bodyMembers?: Readonly<Record<string, string>>;
  };
}
