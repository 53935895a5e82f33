/** Who may ask for a route: declared beside it, shown in `/openapi.json`, and enforced. */
import { createRoute, type RouteConfig } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { Caller } from "../proto/gen/access/v1/access_pb.ts";
import { requireCaller } from "../shared/auth/access.ts";
import { callerId } from "../shared/auth/caller.ts";
import { authenticate } from "../shared/rpc/authentication.ts";
import type { BffEnv } from "./context.ts";
import { HttpProblem } from "./problem.ts";
import { problems } from "./schemas.ts";

/** The extension of an operation that says who may ask. */
export const accessExtension = "x-access";

/**
 * What a person gets who names what is somebody else's: 404 as if it did not exist, 403, or the
 * answer as if it were gone already.
 */
export type Stranger = "not_found" | "denied" | "unheard";

/** Who may ask for an operation. */
export interface Access {
  readonly caller: "anybody" | "person";
  /** Present where requests name what belongs to somebody. */
  readonly stranger?: Stranger;
  /** Operators and administrators may name anybody's things. */
  readonly operatorsToo?: true;
}

/** The name by which operations refer to `bearerScheme`. */
export const bearerName = "bearer";
/** How a person proves who they are, as the API's document says it. */
export const bearerScheme = { type: "http", scheme: "bearer", bearerFormat: "JWT" } as const;
/** The name by which operations refer to `guestScheme`. */
export const guestName = "guest";
/** The secret of a guest, in lower case. */
export const guestHeader = "x-guest-id";
/** How a guest proves to be the same as before, as the API's document says it. */
export const guestScheme = { type: "apiKey", in: "header", name: "X-Guest-Id" } as const;

type Route<P extends string> = Omit<RouteConfig, "path"> & { readonly path: P };

/** A route for everybody. Nobody looks at `Authorization`, not even at one that is wrong. */
export function publicRoute<P extends string, R extends Route<P>>(config: R) {
  const access: Access = { caller: "anybody" };
  return createRoute<P, R>({ ...config, [accessExtension]: access, security: [] });
}

/**
 * A route for people who have logged in: 401 without a token that proves one, before anything of
 * the request is looked at. `personOf()` tells its handler who asks.
 */
export function personRoute<P extends string, R extends Route<P>>(
  config: R,
  options: Omit<Access, "caller"> = {},
) {
  const access: Access = { caller: "person", ...options };
  const { middleware = [], responses } = config;
  return createRoute<P, R>({
    ...config,
    [accessExtension]: access,
    security: [{ [bearerName]: [] }],
    middleware: [requirePerson, ...[middleware].flat()],
    responses: { ...refusals, ...responses },
  });
}

/**
 * A route for people who have logged in and for guests alike, with a cart each. With a token it is
 * a route for persons; without one the guest's id must be there, else 401. `guestIdOf()` tells its
 * handler who asks. The series' `uid` is a person's own.
 */
export function personOrGuestRoute<P extends string, R extends Route<P>>(config: R) {
  const access: Access = { caller: "anybody", stranger: "denied" };
  const { middleware = [], responses } = config;
  return createRoute<P, R>({
    ...config,
    [accessExtension]: access,
    security: [{ [bearerName]: [] }, { [guestName]: [] }],
    middleware: [requirePersonOrGuest, ...[middleware].flat()],
    responses: { ...guestRefusals, ...refusals, ...responses },
  });
}

/** The guest's id, on a route for persons and guests; "" for a person. */
export function guestIdOf<P extends string>(c: Context<BffEnv, P>): string {
  return c.var.call.principal.kind === "user" ? "" : c.req.header(guestHeader) ?? "";
}

const guestRefusals = problems({ 400: "A parameter or X-Guest-Id is wrong." });
const refusals = problems({
  401: "There is no access token, or it proves nothing (any more): refresh it, or log in.",
  403: "The token is not enough: this is another's account, or no person asks.",
});

/** Proves the token; and the series' `uid`, wherever it is given, must be the caller's. */
const requirePerson: MiddlewareHandler<BffEnv> = async (c, next) => {
  await provePerson(c);
  await next();
  keepNothing(c);
};

/** Proves the token if there is one; nobody is a person and a guest at once. */
const requirePersonOrGuest: MiddlewareHandler<BffEnv> = async (c, next) => {
  const guestId = c.req.header(guestHeader);
  const isGuest = guestId !== undefined && c.req.header("authorization") === undefined;
  // A guest has no account: naming one needs its token.
  if (!isGuest || uidOf(c.req.query("uid")) !== 0n) await provePerson(c);
  if (guestId !== undefined) requireGuestId(guestId, isGuest);
  await next();
  keepNothing(c);
};

async function provePerson(c: Context<BffEnv>): Promise<void> {
  const { call, verifyToken } = c.var;
  const header = c.req.header("authorization");
  if (header !== undefined) await authenticate(call, header, verifyToken);
  requireCaller(Caller.PERSON, call.principal);
  callerId(call.principal, uidOf(c.req.query("uid")));
}

const guestIdPattern = /^[\w-]{22,64}$/;

function requireGuestId(guestId: string, isGuest: boolean): void {
  if (!isGuest) throw wrongGuestId("CONFLICT", "must be absent beside an access token");
  if (guestIdPattern.test(guestId)) return;
  throw wrongGuestId("MALFORMED", 'must be 22 to 64 letters, digits, "-" and "_"');
}

/** A header is wrong: 400, also where there is a body. */
function wrongGuestId(reason: string, message: string): HttpProblem {
  const errors = [{ pointer: `/${guestHeader}`, reason, message }];
  return new HttpProblem(400, "INVALID_ARGUMENT", `${guestHeader} ${message}`, { errors });
}

/** What one person sees is nobody else's: no cache on the way keeps it. */
function keepNothing(c: Context<BffEnv>): void {
  if (!c.res.headers.has("cache-control")) c.res.headers.set("cache-control", "no-store");
}

/** The series' parameter; 0, which is the caller, when it is absent or no id at all. */
function uidOf(text: string | undefined): bigint {
  return text !== undefined && /^\d{1,19}$/.test(text) ? BigInt(text) : 0n;
}
