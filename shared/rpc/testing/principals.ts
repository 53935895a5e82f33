/** Callers for tests of one service, whose tokens are words that say who they are. */
import type { Principal, Role } from "../principal.ts";

/** Call options of a person: the token is the user's number and roles. */
export function as(userId: bigint, ...roles: readonly Role[]) {
  const words = [`${userId}`, "user", ...roles].join("-");
  return { headers: { authorization: `Bearer ${words}` } };
}

/** Call options of a service. */
export function asService(name = "bff") {
  return { headers: { authorization: `Bearer ${name}` } };
}

/** Believes every such token. */
export function verifyTestToken(token: string): Promise<Principal> {
  const [first = "", ...roles] = token.split("-");
  if (!/^\d+$/.test(first)) return Promise.resolve({ kind: "service", name: first });
  return Promise.resolve({
    kind: "user",
    userId: BigInt(first),
    roles: roles as Role[],
    sessionId: `00000000-0000-4000-8000-${first.padStart(12, "0")}`,
  });
}
