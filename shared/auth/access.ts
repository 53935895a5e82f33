/** Who may call an rpc: what its proto declares, enforced before any of its code runs. */
import { Code, type Interceptor } from "@connectrpc/connect";
import { type DescMethod, getOption } from "@bufbuild/protobuf";
import { Caller, caller } from "../../proto/gen/access/v1/access_pb.ts";
import { Refusal } from "../errors.ts";
import { unauthenticated } from "../rpc/authentication.ts";
import { callIn } from "../rpc/call.ts";
import type { Principal, Role } from "../rpc/principal.ts";

/** Refuses calls that `access.v1.caller` does not allow; an rpc without it is nobody's. */
export function authorization(): Interceptor {
  const declared = new Map<DescMethod, Caller>();
  return (next) => async (request) => {
    let allowed = declared.get(request.method);
    if (allowed === undefined) {
      allowed = getOption(request.method, caller);
      declared.set(request.method, allowed);
    }
    if (allowed !== Caller.ANYBODY) {
      requireCaller(allowed, callIn(request.contextValues, request.header).principal);
    }
    return await next(request);
  };
}

const rolesOf: Readonly<Partial<Record<Caller, readonly Role[]>>> = {
  [Caller.PERSON]: ["user", "operator", "admin"],
  [Caller.OPERATOR]: ["operator", "admin"],
  [Caller.ADMIN]: ["admin"],
};

/** Throws Unauthenticated without a token, PermissionDenied with one that is not enough. */
export function requireCaller(allowed: Caller, principal: Principal): void {
  if (allowed === Caller.ANYBODY) return;
  if (principal.kind === "anonymous") {
    throw unauthenticated("send `Authorization: Bearer <token>`: this needs one");
  }
  if (allowed === Caller.SERVICE) {
    if (principal.kind === "service") return;
    throw denied("SERVICES_ONLY", "this is only for services of the mall");
  }
  if (principal.kind === "service") throw denied("NOT_A_PERSON", "a service is no person");
  const enough = rolesOf[allowed]?.some((role) => principal.roles.includes(role)) ?? false;
  if (!enough) throw denied("ROLE_REQUIRED", "your account may not do this");
}

function denied(reason: string, message: string): Refusal {
  return new Refusal(Code.PermissionDenied, reason, message);
}
