/** What Postgres and its client throw, told apart and put into the one vocabulary. */
import { Code } from "@connectrpc/connect";
import postgres from "postgres";
import { Refusal, unavailable } from "../errors.ts";

/** Thrown when no connection was free, or none could be made, within the limit. */
export class AcquireTimeoutError extends Error {
  override readonly name = "AcquireTimeoutError";
  readonly code = "ACQUIRE_TIMEOUT";
  constructor(waitedMs: number) {
    super(`no connection to postgres within ${waitedMs} ms`);
  }
}

/** What postgres.js calls the ends of a connection. */
const clientCodes: ReadonlySet<string> = new Set([
  "CONNECT_TIMEOUT",
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
]);

/** What the system calls a connection that cannot be made or has broken. */
const socketCodes: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EPIPE",
  "ETIMEDOUT",
]);

/**
 * SQLSTATEs of a server that is going, coming, full, or a standby since a fail-over. 25P03 and
 * 57P05 are the server's idle limits: it closes the connection with them.
 */
const awayStates = /^(08...|53...|57P0[1-5]|25P03|25006)$/;
/** Serialization failure, deadlock, lock not available: the same work may succeed next time. */
const lostRaceStates: ReadonlySet<string> = new Set(["40001", "40P01", "55P03"]);
/** The transaction was rolled back by the server alone and may be run again at once. */
const retryStates: ReadonlySet<string> = new Set(["40001", "40P01"]);
const queryCancelled = "57014";

/** Whether the connection that the error came from is gone: nothing more can be asked on it. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) {
    return error.severity === "FATAL" || error.severity === "PANIC";
  }
  if (!(error instanceof Error) || !("code" in error) || typeof error.code !== "string") {
    return false;
  }
  // Other clients use the same words: postgres.js marks its own by `errno`, and a system's error
  // that it hands to a query by `query`.
  if (clientCodes.has(error.code)) return "errno" in error && error.errno === error.code;
  return socketCodes.has(error.code) && "query" in error;
}

/** Whether the database cannot be used now: no connection, or a server that refuses all work. */
function isAway(error: unknown): boolean {
  if (error instanceof AcquireTimeoutError) return true;
  if (error instanceof postgres.PostgresError) return awayStates.test(error.code);
  return isConnectionLoss(error);
}

/** Whether the server undid the transaction for a reason that a second attempt may not meet. */
export function isRetryable(error: unknown): boolean {
  return error instanceof postgres.PostgresError && retryStates.has(error.code);
}

/**
 * The refusal for an error of Postgres that is nobody's mistake, else undefined (stays opaque):
 *  - connection lost or not to be had → Unavailable POSTGRES_UNAVAILABLE
 *  - serialization failure, deadlock, lock timeout → Aborted LOST_RACE, retryable
 *  - statement timeout → DeadlineExceeded QUERY_TIMEOUT, retryable by the caller, but not
 *    Unavailable: clients repeat that on the next instance, which would triple a slow query.
 */
export function postgresRefusal(error: unknown): Refusal | undefined {
  if (isAway(error)) return unavailable("postgres", error);
  if (!(error instanceof postgres.PostgresError)) return undefined;
  if (lostRaceStates.has(error.code)) {
    return new Refusal(Code.Aborted, "LOST_RACE", "somebody else changed the same rows", {
      cause: error,
    });
  }
  if (error.code === queryCancelled) {
    return new Refusal(Code.DeadlineExceeded, "QUERY_TIMEOUT", "the query took too long", {
      cause: error,
      retryable: true,
    });
  }
  return undefined;
}

export type ConstraintKind = "unique" | "check" | "foreign_key" | "not_null" | "exclusion";

/** The constraint that a statement broke. `name` is "" for a column that may not be null. */
export interface BrokenConstraint {
  readonly kind: ConstraintKind;
  readonly name: string;
}

const constraintKinds: Readonly<Record<string, ConstraintKind>> = {
  "23502": "not_null",
  "23503": "foreign_key",
  "23505": "unique",
  "23514": "check",
  "23P01": "exclusion",
};

/** Which constraint `error` tells of, so that a store can give it meaning; else undefined. */
export function constraintOf(error: unknown): BrokenConstraint | undefined {
  if (!(error instanceof postgres.PostgresError)) return undefined;
  const kind = constraintKinds[error.code];
  return kind && { kind, name: error.constraint_name ?? "" };
}
