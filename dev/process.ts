/** One child process: its lines, its end, and stopping it for certain. */
import { pause, within } from "./wait.ts";

export type OutputStream = "stdout" | "stderr";

export interface ProcessSpec {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the child: it inherits nothing. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
  /** Gets every line, and from which of the two streams. */
  readonly onLine?: (line: string, stream: OutputStream) => void;
}

export interface ProcessEnd {
  /** Exit code; 128 + number when a signal ended it. */
  readonly code: number;
  readonly signal: Deno.Signal | null;
}

/** A signal, and how long it may take to work. */
export interface StopStep {
  readonly signal: Deno.Signal;
  readonly graceMs: number;
}

export interface RunningProcess extends AsyncDisposable {
  readonly pid: number;
  /** Resolves, never rejects, when the process is gone. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal; nothing happens if the process is gone already. */
  kill(signal: Deno.Signal): void;
  /** Sends the signals of `steps` one after another until the process is gone. */
  stop(steps?: readonly StopStep[]): Promise<ProcessEnd>;
}

/** Asked politely for 10 s, then made to. */
export const defaultStopSteps: readonly StopStep[] = [
  { signal: "SIGTERM", graceMs: 10_000 },
  { signal: "SIGKILL", graceMs: 5_000 },
];

/** A line longer than this, in characters, is cut into several. */
const lineLengthMax = 16_384;
/** How long to read on after the end, for a grandchild that still holds the pipe. */
const drainMs = 500;

/**
 * Starts a process in a session of its own, so that Ctrl-C in the terminal reaches only us and we
 * choose the order in which things stop. Throws when the command cannot be run.
 */
export function startProcess(spec: ProcessSpec): RunningProcess {
  const child = new Deno.Command(spec.command, {
    args: [...spec.args],
    env: { ...spec.env },
    clearEnv: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
    ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
    ...(spec.uid === undefined ? {} : { uid: spec.uid }),
    ...(spec.gid === undefined ? {} : { gid: spec.gid }),
  }).spawn();
  const onLine = spec.onLine ?? (() => {});
  const ended = endOf(child, [
    readLines(child.stdout, (line) => onLine(line, "stdout")),
    readLines(child.stderr, (line) => onLine(line, "stderr")),
  ]);

  function kill(signal: Deno.Signal): void {
    try {
      child.kill(signal);
    } catch (error) {
      // It ended between the decision and the signal: what was wanted is so.
      if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  async function stop(steps: readonly StopStep[] = defaultStopSteps): Promise<ProcessEnd> {
    for (const { signal, graceMs } of steps) {
      kill(signal);
      const end = await within(ended, graceMs);
      if (end) return end;
    }
    throw new Error(`process ${child.pid} (${spec.command}) does not end, not even by SIGKILL`);
  }
  return {
    pid: child.pid,
    ended,
    kill,
    stop,
    [Symbol.asyncDispose]: async () => void (await stop()),
  };
}

/** Runs a command to its end and answers its code and output; for short ones. */
export async function runToEnd(
  spec: Omit<ProcessSpec, "onLine">,
  { timeoutMs }: { timeoutMs: number },
): Promise<{ code: number; lines: readonly string[] }> {
  const lines: string[] = [];
  const running = startProcess({ ...spec, onLine: (line) => lines.push(line) });
  const end = await within(running.ended, timeoutMs);
  if (end) return { code: end.code, lines };
  await running.stop();
  throw new Error(`${spec.command} has not ended within ${timeoutMs} ms`);
}

interface LineReader {
  readonly finished: Promise<void>;
  cancel(): Promise<void>;
}

async function endOf(
  child: Deno.ChildProcess,
  readers: readonly LineReader[],
): Promise<ProcessEnd> {
  const { code, signal } = await child.status;
  const drained = new AbortController();
  await Promise.race([
    Promise.all(readers.map((reader) => reader.finished)).then(() => drained.abort()),
    pause(drainMs, drained.signal),
  ]);
  await Promise.all(readers.map((reader) => reader.cancel()));
  return { code, signal };
}

function readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: string) => void,
): LineReader {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  async function pump(): Promise<void> {
    while (true) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
      if (rest.length > lineLengthMax) {
        onLine(rest);
        rest = "";
      }
    }
    if (rest) onLine(rest);
  }
  const finished = pump().catch(() => {});
  return { finished, cancel: () => reader.cancel().catch(() => {}) };
}
