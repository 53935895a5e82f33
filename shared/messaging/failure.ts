/** Why a handler failed: for now or for good, and in words that may be kept. */
import { Code, ConnectError } from "@connectrpc/connect";
import postgres from "postgres";
import { Refusal } from "../errors.ts";
import { postgresRefusal } from "../postgres/errors.ts";

const passing: ReadonlySet<Code> = new Set([
  Code.Aborted,
  Code.DeadlineExceeded,
  Code.ResourceExhausted,
  Code.Unavailable,
]);

/** Whether the surroundings failed and not the event: the same delivery may do well later. */
export function isPassing(error: unknown): boolean {
  const refusal = error instanceof Refusal ? error : postgresRefusal(error);
  if (refusal !== undefined) return passing.has(refusal.code);
  return error instanceof ConnectError && passing.has(error.code);
}

const wordsMax = 300;

/**
 * One line for an operator. Errors of Postgres quote values in their text, which may be personal:
 * of those only the state and the names are kept. Never a stack.
 */
export function failureText(error: unknown): string {
  if (error instanceof postgres.PostgresError) {
    const names = [error.table_name, error.column_name, error.constraint_name];
    return ["postgres", error.code, ...names.filter(Boolean)].join(" ");
  }
  if (error instanceof Refusal) return `${error.reason}: ${error.message}`.slice(0, wordsMax);
  if (error instanceof Error) return `${error.name}: ${error.message}`.slice(0, wordsMax);
  return "something that is not an error was thrown";
}

const framesMax = 8;

/** Where it was thrown, for the log: the frames of the stack without its message. */
export function failurePlace(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const frames = error.stack?.split("\n").filter((line) => line.trimStart().startsWith("at "));
  return frames?.slice(0, framesMax).join("\n");
}
