/** The one vocabulary of refusals: Connect's codes with a stable reason. */
import { Code } from "@connectrpc/connect";

/** One wrong field: a JSON pointer (RFC 6901) into the request, a stable word and a sentence. */
export interface FieldViolation {
  readonly pointer: string;
  readonly reason: string;
  readonly message: string;
}

export interface RefusalOptions {
  readonly violations?: readonly FieldViolation[];
  /** Whether the same call may succeed later, unchanged. */
  readonly retryable?: boolean;
  /** Beside the answer, such as `retry-after`; names in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For the log only. */
  readonly cause?: unknown;
}

/**
 * A deliberate "no" that the caller may read: a code, a reason in SCREAMING_SNAKE that stays
 * stable between releases, and a sentence. Everything else that is thrown stays opaque.
 */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly violations: readonly FieldViolation[];
  readonly retryable: boolean;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: Code,
    readonly reason: string,
    message: string,
    options: RefusalOptions = {},
  ) {
    super(message, { cause: options.cause });
    this.violations = options.violations ?? [];
    this.headers = options.headers ?? {};
    this.retryable = options.retryable ?? (code === Code.Unavailable || code === Code.Aborted);
  }
}

/** Wrong whatever the state: names each wrong field. */
export function invalidArgument(violations: readonly FieldViolation[]): Refusal {
  const message = violations.map((v) => `${v.pointer}: ${v.message}`).join("; ");
  return new Refusal(Code.InvalidArgument, "INVALID_ARGUMENT", message, { violations });
}

/** A dependency is away; the call may be repeated. `what` is a noun such as "postgres". */
export function unavailable(what: string, cause?: unknown): Refusal {
  const reason = `${what.toUpperCase().replaceAll(/\W/g, "_")}_UNAVAILABLE`;
  return new Refusal(Code.Unavailable, reason, `${what} is unavailable, try again`, { cause });
}
