/** Runs a short-lived program to its end. */

/** How a program ended. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where and for how long a program runs. */
export interface RunOptions {
  readonly cwd: string;
  /** Added to this process's environment. */
  readonly env?: Record<string, string>;
  /** Whether it sees nothing of the environment but `env`. */
  readonly clearEnv?: boolean;
  /** After it the program is killed; 120 s unless given. */
  readonly timeoutMs?: number;
}

/**
 * Runs a program and gives what it said, decoded as UTF-8. Throws if it cannot be started
 * (`Deno.errors.NotFound` when there is no such program) or took longer than its limit.
 */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd, env = {}, clearEnv = false, timeoutMs = 120_000 }: RunOptions,
): Promise<Finished> {
  const signal = AbortSignal.timeout(timeoutMs);
  const output = await new Deno.Command(program, {
    args: [...args],
    cwd,
    env,
    clearEnv,
    stdin: "null",
    signal,
  }).output();
  if (signal.aborted) throw new Error(`${program} took longer than ${timeoutMs} ms`);
  const decoder = new TextDecoder();
  const [stdout, stderr] = [decoder.decode(output.stdout), decoder.decode(output.stderr)];
  return { code: output.code, stdout, stderr };
}
