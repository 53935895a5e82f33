/** What a service says when another one that it asks cannot answer now. */
import { Code, ConnectError } from "@connectrpc/connect";
import { unavailable } from "../errors.ts";

/** Codes of a service that cannot answer now, for whatever reason. */
const awayCodes: readonly Code[] = [
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.ResourceExhausted,
  // It lost a race or waited for a lock in vain: the same call may succeed.
  Code.Aborted,
];

/**
 * For `.catch()` of a call to `service`: one that is away is Unavailable, such as ORDER_UNAVAILABLE.
 * Anything else it may say against us is our mistake and not the caller's, so it stays opaque.
 */
export function refuseWhenAway(service: string): (error: unknown) => never {
  return (error) => {
    if (awayCodes.includes(ConnectError.from(error).code)) throw unavailable(service, error);
    throw new Error(`the ${service} service refused what it was asked`, { cause: error });
  };
}
