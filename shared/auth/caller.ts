/** On whose behalf a call acts: the one rule of ownership that every service applies. */
import { Code } from "@connectrpc/connect";
import { Refusal } from "../errors.ts";
import { unauthenticated } from "../rpc/authentication.ts";
import type { Principal } from "../rpc/principal.ts";

/**
 * The id of the person who calls. `userId` is what the request says: 0 means the caller, and
 * anybody else is PermissionDenied, reason NOT_YOUR_ACCOUNT. Unauthenticated without a token;
 * a service is no person and gets PermissionDenied, reason NOT_A_PERSON.
 */
export function callerId(principal: Principal, userId = 0n): bigint {
  switch (principal.kind) {
    case "anonymous":
      throw unauthenticated("this needs an access token: log in first");
    case "service":
      throw new Refusal(Code.PermissionDenied, "NOT_A_PERSON", "a service is no person");
    case "user":
      if (userId === 0n || userId === principal.userId) return principal.userId;
      throw new Refusal(Code.PermissionDenied, "NOT_YOUR_ACCOUNT", "this is another's account");
  }
}
