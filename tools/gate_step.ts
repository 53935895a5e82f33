/** One step of the gate: a program run under a limit, and what it said. */

/** A check that is a program of its own. */
export interface Step {
  /** One word, as `--only` takes it. */
  readonly name: string;
  /** Arguments for this very Deno. */
  readonly args: readonly string[];
  readonly limitMs: number;
  /** Whether only CI runs it, unless it is named. */
  readonly ciOnly?: boolean;
  /** Whether it ends with a line `N passed, N failed` of its own, which is then counted. */
  readonly counts?: boolean;
}

/** How many checks went well and how many did not. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** How a step ended. */
export interface Outcome extends Counts {
  /** Standard output and error as they came; the end of them if they are long. */
  readonly output: string;
  readonly elapsedMs: number;
  /** Why the step failed, or undefined if it went well. */
  readonly problem?: string;
}

/** What is kept of a step's output, in characters: enough for every failure of a long test run. */
const outputMax = 4_000_000;
/** How long a step that was told to stop may take to put its servers away. */
const stopGraceMs = 15_000;
/** How long a step's pipes are read after its end. */
const lastWordsMs = 2_000;

/**
 * Runs a step to its end, for at most `limitMs`; then, or when `signal` aborts, it is told to stop
 * (SIGTERM) and, 15 s later, killed. Never throws for what the step does.
 */
export async function runStep(step: Step, limitMs: number, signal: AbortSignal): Promise<Outcome> {
  const started = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: [...step.args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stopper = stopAfter(child, Math.min(step.limitMs, limitMs), signal);
  const output = new Tail(outputMax);
  const readers = [collect(child.stdout, output), collect(child.stderr, output)];
  const { success, code } = await child.status;
  await lastWords(readers);
  const stopped = stopper.end();
  const problem = stopped ?? (success ? undefined : `ended with code ${code}`);
  const elapsedMs = performance.now() - started;
  return { ...judge(step, output.text(), problem), output: output.text(), elapsedMs };
}

/** The last line of the form `N passed, N failed`, wherever it stands; undefined if there is none. */
export function countsOf(output: string): Counts | undefined {
  const [, passed, failed] = [...output.matchAll(/^(\d+) passed, (\d+) failed\s*$/gm)].at(-1) ?? [];
  if (passed === undefined || failed === undefined) return undefined;
  return { passed: Number(passed), failed: Number(failed) };
}

/** Adds a step's own count to its verdict; a run of tests that tells of none is a failure. */
export function judge(
  step: Pick<Step, "counts">,
  output: string,
  problem: string | undefined,
): Counts & { readonly problem?: string } {
  const inner = step.counts ? countsOf(output) : { passed: 0, failed: 0 };
  const found = problem ?? innerProblem(inner, step.counts ?? false);
  const { passed, failed } = inner ?? { passed: 0, failed: 0 };
  if (found === undefined) return { passed: passed + 1, failed };
  return { passed, failed: failed + 1, problem: found };
}

function innerProblem(inner: Counts | undefined, counts: boolean): string | undefined {
  if (!counts) return undefined;
  if (inner === undefined) return "did not tell how many passed";
  if (inner.failed > 0) return `ended well, but tells of ${inner.failed} failed`;
  return inner.passed === 0 ? "ran no test" : undefined;
}

/** Stops a child at the limit or on a signal; `end()` tells why it had to, if it had to. */
function stopAfter(child: Deno.ChildProcess, limitMs: number, signal: AbortSignal) {
  let reason: string | undefined;
  let killTimer: ReturnType<typeof setTimeout> | undefined;
  function stop(why: string): void {
    if (reason !== undefined) return;
    reason = why;
    send(child, "SIGTERM");
    killTimer = setTimeout(() => send(child, "SIGKILL"), stopGraceMs);
  }
  const onAbort = () => stop("was interrupted");
  const limitTimer = setTimeout(
    () => stop(`took longer than ${Math.round(limitMs / 1000)} s`),
    limitMs,
  );
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  return {
    end(): string | undefined {
      clearTimeout(limitTimer);
      clearTimeout(killTimer);
      signal.removeEventListener("abort", onAbort);
      return reason;
    },
  };
}

function send(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It ended by itself meanwhile.
  }
}

/** A stream being read; `cancel()` stops reading. */
interface Collecting {
  readonly done: Promise<void>;
  cancel(): Promise<void>;
}

function collect(stream: ReadableStream<Uint8Array>, into: Tail): Collecting {
  const decoder = new TextDecoder();
  const reader = stream.getReader();
  async function read(): Promise<void> {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      into.add(decoder.decode(next.value, { stream: true }));
    }
  }
  return { done: read(), cancel: () => reader.cancel() };
}

/** What a step left running may hold its pipes open for ever: that is not waited for. */
async function lastWords(readers: readonly Collecting[]): Promise<void> {
  const timer = setTimeout(() => readers.forEach((each) => each.cancel()), lastWordsMs);
  await Promise.all(readers.map((each) => each.done));
  clearTimeout(timer);
}

/** The last `max` characters of a text that comes in pieces. */
class Tail {
  #text = "";
  constructor(private readonly max: number) {}

  add(piece: string): void {
    this.#text += piece;
    if (this.#text.length > this.max * 2) this.#text = this.#text.slice(-this.max);
  }

  text(): string {
    return this.#text.slice(-this.max);
  }
}
