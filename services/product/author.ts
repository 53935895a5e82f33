/** Who is the author of a comment. */
import { Code } from "@connectrpc/connect";
import { invalidArgument, Refusal } from "../../shared/errors.ts";
import type { Principal } from "../../shared/rpc/principal.ts";

/**
 * The user that a call speaks for; `userId` is what the request says, 0 for the caller. Refuses
 * with PermissionDenied NOT_YOURS to speak for somebody else, and lets no service be an author.
 */
export function authorOf(principal: Principal, userId: bigint): bigint {
  switch (principal.kind) {
    case "user":
      if (userId !== 0n && userId !== principal.userId) throw notYours("this is another user's");
      return principal.userId;
    case "service":
      throw notYours("a service writes no comments");
    case "anonymous":
      // There are no accounts yet, so the request is believed; with them this is Unauthenticated.
      if (userId < 1n) throw userRequired();
      return userId;
  }
}

/** Whether the caller is known to be this author: only they see the order of a comment. */
export function isAuthor(principal: Principal, userId: bigint): boolean {
  return principal.kind === "user" && principal.userId === userId;
}

function notYours(message: string): Refusal {
  return new Refusal(Code.PermissionDenied, "NOT_YOURS", message);
}

function userRequired(): Refusal {
  const message = "must be a user's id";
  return invalidArgument([{ pointer: "/user_id", reason: "REQUIRED", message }]);
}
