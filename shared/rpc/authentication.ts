import { Code, type Interceptor } from "@connectrpc/connect";
import { Refusal } from "../errors.ts";
import { callIn } from "./call.ts";
import type { Principal, VerifyToken } from "./principal.ts";

const scheme = /^bearer +([\w.~+/=-]{1,4096})$/i;

/** Finds out who is calling. No token: anonymous. A token that proves nothing: Unauthenticated. */
export function authentication(verifyToken: VerifyToken): Interceptor {
  return (next) => async (request) => {
    const header = request.header.get("authorization");
    if (header !== null) {
      const call = callIn(request.contextValues, request.header);
      call.principal = await principalOf(header, verifyToken);
    }
    return await next(request);
  };
}

/** The principal of an `Authorization` header. Throws UNAUTHENTICATED if it is not a bearer's. */
export async function principalOf(header: string, verifyToken: VerifyToken): Promise<Principal> {
  const token = scheme.exec(header)?.[1];
  if (token === undefined) throw unauthenticated("send `Authorization: Bearer <access token>`");
  return await verifyToken(token);
}

/** The refusal of a caller who did not prove who they are. */
export function unauthenticated(message: string): Refusal {
  return new Refusal(Code.Unauthenticated, "UNAUTHENTICATED", message);
}

/** For a process that knows no issuer yet: no token can be proved, so none is believed. */
export function refuseTokens(): Promise<Principal> {
  return Promise.reject(unauthenticated("this token is not known here"));
}
