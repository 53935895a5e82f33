/** Ending what a run left behind when it was killed: exactly its processes, nobody else's. */
import type { Logger } from "../shared/log.ts";
import { identityOf, isAlive, pidsByEnvironment, type ProcessIdentity } from "./identity.ts";
import { SetupError } from "./setup_error.ts";
import { poll } from "./wait.ts";

/** Every process of a run has this in its environment, with the run's own directory as value. */
export const runDirVariable = "MALL_RUN_DIR";

export interface LeftoverOptions {
  /** The run's directory, as in `runDirVariable`. */
  readonly runDir: string;
  /** What the run wrote down about its processes. */
  readonly recorded: readonly ProcessIdentity[];
  readonly log: Logger;
  /** From asking to forcing; 10 s unless told. */
  readonly graceMs?: number;
}

/**
 * Ends the recorded processes that still are who they were, and those that carry the run's mark.
 * Postgres goes last: the others may still need it to end well. Answers how many there were.
 */
export async function endLeftovers(options: LeftoverOptions): Promise<number> {
  const left = await leftovers(options);
  if (left.length === 0) return 0;
  const names = left.map(({ pid, command }) => `${pid} (${shortName(command)})`).join(", ");
  options.log.info(`ending what an earlier run left behind: pid ${names}`);
  await end(left.filter((process) => !isPostgres(process)), "SIGTERM", options);
  // SIGINT is Postgres' orderly way that does not wait for its clients.
  await end(left.filter(isPostgres), "SIGINT", options);
  return left.length;
}

async function leftovers(options: LeftoverOptions): Promise<readonly ProcessIdentity[]> {
  const marked = await pidsByEnvironment(runDirVariable, options.runDir);
  const found = new Map<number, ProcessIdentity>();
  for (const identity of await Promise.all(marked.map(identityOf))) {
    if (identity) found.set(identity.pid, identity);
  }
  for (const identity of options.recorded) {
    if (await isAlive(identity)) found.set(identity.pid, identity);
  }
  // A child of another one, such as a session of Postgres, is its parent's business.
  return [...found.values()].filter(({ parentPid }) => !found.has(parentPid));
}

async function end(
  processes: readonly ProcessIdentity[],
  signal: Deno.Signal,
  { graceMs = 10_000 }: LeftoverOptions,
): Promise<void> {
  await Promise.all(processes.map(async (process) => {
    for (const step of [signal, "SIGKILL"] as const) {
      if (!await isAlive(process)) return;
      send(process.pid, step);
      if (await poll(async () => !(await isAlive(process)), { timeoutMs: graceMs })) return;
    }
    throw new SetupError(`pid ${process.pid} of an earlier run does not end: end it by hand`);
  }));
}

function send(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

function isPostgres({ command }: ProcessIdentity): boolean {
  return /\/postgres -D /.test(command);
}

function shortName(command: string): string {
  return command.split(" ")[0]?.split("/").at(-1) ?? "";
}
