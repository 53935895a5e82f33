/** What the order service's verdict on a comment means for who wants to post it. */
import { Code } from "@connectrpc/connect";
import { Refusal } from "../../shared/errors.ts";

/** Refuses unless the order service has allowed the comment. */
export function requireCommentRight({ allowed, reason }: {
  readonly allowed: boolean;
  readonly reason: string;
}): void {
  if (!allowed) throw refusalOf(reason);
}

function refusalOf(reason: string): Refusal {
  switch (reason) {
    case "ORDER_NOT_FOUND":
      return new Refusal(Code.NotFound, reason, "the buyer has no such order");
    case "ITEM_NOT_IN_ORDER":
      return new Refusal(Code.FailedPrecondition, reason, "the order does not have this product");
    case "ORDER_NOT_RECEIVED":
      return new Refusal(
        Code.FailedPrecondition,
        reason,
        "the order is not confirmed as received; confirm it first",
      );
    default:
      // A reason of a newer order service: the verdict holds, its word is not ours to pass on.
      return new Refusal(
        Code.FailedPrecondition,
        "COMMENT_NOT_ALLOWED",
        "the order does not allow a comment on this product",
      );
  }
}
