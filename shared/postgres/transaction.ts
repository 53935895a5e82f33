/** Several statements as one. */
import { isRetryable } from "./errors.ts";
import type { Sql, Tx } from "./pool.ts";

export interface TransactionOptions {
  /** How often the body may run in all. */
  readonly attemptsMax?: number;
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
}

/** The first pause before another attempt, in milliseconds; it doubles, with jitter. */
const pauseMs = 10;

/**
 * Runs `body` in a transaction: committed when it returns, rolled back when it throws. After a
 * serialization failure or a deadlock it runs again, so `body` must have no effect outside the
 * transaction. A connection lost at COMMIT throws although the commit may have happened: only a
 * key that makes the work idempotent tells.
 */
export async function inTransaction<T>(
  sql: Sql,
  body: (tx: Tx) => Promise<T>,
  { attemptsMax = 3, isolation = "read committed" }: TransactionOptions = {},
): Promise<T> {
  for (let attempt = 1;; attempt++) {
    try {
      return await sql.begin(`isolation level ${isolation}`, body) as T;
    } catch (error) {
      if (attempt >= attemptsMax || !isRetryable(error)) throw error;
      await pause(pauseMs * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
