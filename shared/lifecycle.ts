/** The life of a process: start, serve until told to stop, leave in order. */
import { ConfigError } from "./config.ts";
import type { Logger } from "./log.ts";

export interface ProcessOptions {
  readonly log: Logger;
  /** How long an orderly stop may take before the process exits anyway, in milliseconds. */
  readonly stopMs?: number;
}

/**
 * Runs one process: starts it, waits for SIGTERM or SIGINT, disposes it, exits. Exit codes: 0
 * stopped in order, 1 failed to start or to stop in time, 2 the environment is not usable.
 */
export async function runProcess(
  start: () => Promise<AsyncDisposable>,
  { log, stopMs = 10_000 }: ProcessOptions,
): Promise<never> {
  keepAlive(log);
  const stopped = stopSignal();
  const starting = start().catch((error) => failedToStart(error, log));
  // Waiting for a database is no reason to stay: what starts survives a kill, so also this.
  const early = await Promise.race([starting.then(() => undefined), stopped]);
  if (early !== undefined) leaveEarly(early, log);
  const app = await starting;
  log.info("stopping", { signal: await stopped });
  setTimeout(() => {
    log.error("did not stop in time, leaving", { stop_ms: stopMs });
    Deno.exit(1);
  }, stopMs);
  await stopInOrder(app, log);
  log.info("stopped");
  Deno.exit(0);
}

async function stopInOrder(app: AsyncDisposable, log: Logger): Promise<void> {
  try {
    await app[Symbol.asyncDispose]();
  } catch (error) {
    log.error("failed to stop", { error });
    Deno.exit(1);
  }
}

function leaveEarly(signal: string, log: Logger): never {
  log.info("stopped before it had started", { signal });
  Deno.exit(0);
}

function failedToStart(error: unknown, log: Logger): never {
  log.error("failed to start", { error: error instanceof ConfigError ? error.message : error });
  Deno.exit(error instanceof ConfigError ? 2 : 1);
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      Deno.addSignalListener(signal, () => resolve(signal));
    }
  });
}

/**
 * A stray rejection of a library must not end a process that serves others: it is logged as an
 * error and the process goes on.
 */
function keepAlive(log: Logger): void {
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    log.error("unhandled rejection", { error: event.reason });
  });
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    log.error("uncaught error", { error: event.error });
  });
}
