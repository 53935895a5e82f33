/** What is said about an idempotency key that cannot be used now. */
import { Code } from "@connectrpc/connect";
import { type FieldViolation, Refusal } from "../errors.ts";

const keyPattern = /^[\x21-\x7e]{1,255}$/;
const pointer = "/idempotency_key";

/** Why a text is no key; undefined if it is one. */
export function keyViolation(key: string): FieldViolation | undefined {
  if (keyPattern.test(key)) return undefined;
  const message = "must be 1 to 255 visible ASCII characters";
  return { pointer, reason: key === "" ? "REQUIRED" : "MALFORMED", message };
}

/** The same key with another request. */
export function keyReused(): Refusal {
  const reason = "IDEMPOTENCY_KEY_REUSED";
  const message = "was used for another request";
  return new Refusal(Code.InvalidArgument, reason, `this idempotency key ${message}`, {
    violations: [{ pointer, reason, message }],
  });
}

/** The same key while its first request runs. */
export function keyInFlight(): Refusal {
  const message = "the first request with this idempotency key still runs";
  return new Refusal(Code.Aborted, "IN_FLIGHT", message, { retryable: true });
}

/** Whether an error says that there is no effect, and will be none: the key is free again. */
export function isFinal(error: unknown): boolean {
  return error instanceof Refusal && !error.retryable && error.code !== Code.Internal;
}
