/** Who may call a route: declared beside it, shown in the API's document, enforced before it runs. */
import type { MiddlewareHandler } from "hono";
import { authenticate, unauthenticated } from "../shared/rpc/authentication.ts";
import { callerId } from "../shared/auth/caller.ts";
import type { BffEnv } from "./context.ts";
import { problems } from "./schemas.ts";

/** What somebody gets who names what belongs to another. */
export type Stranger = "not_found" | "denied" | "unheard";

/** The extension `x-access` of an operation. */
export interface Access {
  readonly caller: "anybody" | "person";
  /** Absent where a request names nothing that belongs to a person. */
  readonly stranger?: Stranger;
}

/** For everybody. A token beside the request is not looked at. */
export const forAnybody = { security: [], "x-access": { caller: "anybody" } as Access };

/** Proves the bearer token before anything else looks at the request: 401, or 403 for a service. */
export const signedIn: MiddlewareHandler<BffEnv> = async (c, next) => {
  const { call, verifyToken } = c.var;
  const header = c.req.header("authorization");
  if (header === undefined) throw unauthenticated("send `Authorization: Bearer <access token>`");
  await authenticate(call, header, verifyToken);
  callerId(call.principal);
  await next();
};

/** For whoever has logged in. A route with middleware of its own names `signedIn` first. */
export function forPersons(stranger?: Stranger) {
  const access: Access = { caller: "person", ...(stranger === undefined ? {} : { stranger }) };
  return { security: [{ bearer: [] }], "x-access": access, middleware: signedIn };
}

/** The answers that every route for persons may give. */
export const personProblems = problems({
  401: "There is no valid access token.",
  403: "The token is not a person's, or the request names another's account.",
});
