import { Code, type Interceptor } from "@connectrpc/connect";
import { Refusal } from "../errors.ts";
import { type Call, callIn } from "./call.ts";
import type { Principal, VerifyToken } from "./principal.ts";

const scheme = /^bearer +([\w.~+/=-]{1,4096})$/i;

/** Finds out who is calling. No token: anonymous. A token that proves nothing: Unauthenticated. */
export function authentication(verifyToken: VerifyToken): Interceptor {
  return (next) => (request) => {
    const header = request.header.get("authorization");
    if (header === null) return next(request);
    const call = callIn(request.contextValues, request.header);
    return authenticate(call, header, verifyToken).then(() => next(request));
  };
}

/**
 * Writes into `call` whom an `Authorization` header proves. Throws UNAUTHENTICATED if it is not a
 * bearer's.
 */
export async function authenticate(
  call: Call,
  header: string,
  verifyToken: VerifyToken,
): Promise<void> {
  const token = scheme.exec(header)?.[1];
  if (token === undefined) throw unauthenticated("send `Authorization: Bearer <access token>`");
  call.principal = await verifyToken(token);
  // A service's token is for one service only; a person's is good for all.
  if (call.principal.kind === "user") call.bearer = token;
}

/** The refusal of a caller who did not prove who they are. */
export function unauthenticated(message: string): Refusal {
  return new Refusal(Code.Unauthenticated, "UNAUTHENTICATED", message);
}

/** For a process that knows no issuer yet: no token can be proved, so none is believed. */
export function refuseTokens(): Promise<Principal> {
  return Promise.reject(unauthenticated("this token is not known here"));
}
