/** What the three embedded servers have in common. */
import { createLogger, type Logger } from "../../shared/log.ts";
import { freePort, isFree } from "../ports.ts";
import type { ProcessEnd, RunningProcess, StopStep } from "../process.ts";
import { SetupError } from "../setup_error.ts";
import { poll } from "../wait.ts";

/** A server of ours that listens on 127.0.0.1. Disposing stops it. */
export interface EmbeddedServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Resolves when the server is gone, whoever ended it. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends a signal, as a crash would. */
  kill(signal: Deno.Signal): void;
  /** Stops it properly; harmless when it is gone. */
  stop(): Promise<void>;
}

export interface ServerOptions {
  /** Where its files live: made if missing, kept afterwards. An absolute path. */
  readonly dataDir: string;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** What we do: installing, stopping a leftover. */
  readonly log?: Logger;
  /** What the server itself says, line by line. */
  readonly onLine?: (line: string) => void;
  /** Told the pid at once, before the server answers: for whoever must know it after a crash. */
  readonly onSpawn?: (pid: number) => void;
  /** Added to the environment of the server's process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How long a server may take until it answers. Recovery of a big crashed Postgres is the worst. */
const startTimeoutMs = 60_000;
/** A free port can be snatched between our look and the server's bind. */
const attemptsMax = 3;
/** The last lines of a server that failed to start go into the error. */
const lastLinesMax = 8;

export interface LaunchPlan {
  readonly name: string;
  readonly options: ServerOptions;
  readonly stopSteps: readonly StopStep[];
  readonly url: (port: number) => string;
  /** Starts the process; its lines go to `onLine`. */
  readonly spawn: (port: number, onLine: (line: string) => void) => Promise<RunningProcess>;
  /** Whether it answers. */
  readonly ready: (running: RunningProcess, port: number) => Promise<boolean>;
}

/** Starts a server and waits until it answers; on failure nothing of it is left running. */
export async function launch(plan: LaunchPlan): Promise<EmbeddedServer> {
  const { port = 0 } = plan.options;
  const attempts = port === 0 ? attemptsMax : 1;
  for (let attempt = 1;; attempt++) {
    const chosen = port === 0 ? freePort() : port;
    try {
      return await launchOn(plan, chosen);
    } catch (error) {
      // Another port helps only against somebody who was quicker on this one.
      if (attempt >= attempts || isFree(chosen)) throw error;
      logOf(plan.options).warn(`${plan.name} did not start, trying another port`, { error });
    }
  }
}

/** The logger of the options, or one that says nothing. */
export function logOf({ log }: ServerOptions): Logger {
  return log ?? createLogger({ write: () => {} });
}

async function launchOn(plan: LaunchPlan, port: number): Promise<EmbeddedServer> {
  const last: string[] = [];
  const running = await plan.spawn(port, (line) => {
    last.push(line);
    if (last.length > lastLinesMax) last.shift();
    plan.options.onLine?.(line);
  });
  plan.options.onSpawn?.(running.pid);
  const ended = new AbortController();
  running.ended.then(() => ended.abort());
  try {
    const ready = await poll(() => plan.ready(running, port), {
      timeoutMs: startTimeoutMs,
      everyMs: 15,
      signal: ended.signal,
    });
    if (ready && !ended.signal.aborted) return serverOf(plan, running, port);
  } catch (error) {
    await running.stop(plan.stopSteps);
    throw error;
  }
  const end = await running.stop(plan.stopSteps);
  throw new SetupError(
    `${plan.name} did not start on port ${port} (exit code ${end.code}). ` +
      `Its last words:\n${last.map((line) => `  ${line}`).join("\n")}`,
  );
}

function serverOf(plan: LaunchPlan, running: RunningProcess, port: number): EmbeddedServer {
  async function stop(): Promise<void> {
    await running.stop(plan.stopSteps);
  }
  return {
    url: plan.url(port),
    port,
    pid: running.pid,
    ended: running.ended,
    kill: running.kill,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
