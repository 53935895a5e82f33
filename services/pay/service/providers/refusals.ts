/** What every platform refuses alike. */
import { Code } from "@connectrpc/connect";
import { Refusal } from "../../../../shared/errors.ts";

/** Whatever is wrong with a callback. */
export function badSignature(): Refusal {
  const message = "this callback is not signed by the platform";
  return new Refusal(Code.Unauthenticated, "BAD_SIGNATURE", message);
}

/** The platform cannot be reached, or answers nonsense. */
export function platformAway(cause: unknown): Refusal {
  const message = "the platform does not answer, try again";
  return new Refusal(Code.Unavailable, "PLATFORM_UNAVAILABLE", message, { cause });
}

/** It will not, whatever we do. */
export function refused(cause?: unknown): Refusal {
  const message = "the platform refuses this";
  return new Refusal(Code.FailedPrecondition, "PLATFORM_REFUSED", message, { cause });
}

/** It answered, but not to what was asked: that may be an old answer. */
export function otherQuestion(): Refusal {
  return platformAway(new Error("it answered another question"));
}
