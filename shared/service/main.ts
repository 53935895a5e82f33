/** The `main` of every process. */
import { ConfigError, type EnvSource } from "../config.ts";
import { createLineBuffer } from "../line_buffer.ts";
import { runProcess } from "../lifecycle.ts";
import { createLogger, type Logger } from "../log.ts";
import type { ProcessConfig } from "./config.ts";

/**
 * Reads the configuration, starts the process with a log that bears its name, and serves until
 * told to stop. Never returns: exits 2 when the environment is not usable.
 */
export async function main<C extends ProcessConfig>(
  env: EnvSource,
  readConfig: (env: EnvSource) => C,
  start: (config: C, log: Logger) => Promise<AsyncDisposable>,
): Promise<never> {
  const config = readOrExit(() => readConfig(env));
  const lines = createLineBuffer();
  globalThis.addEventListener("unload", () => lines.flush());
  const log = createLogger({
    write: lines.write,
    level: config.logLevel,
    format: config.logFormat,
    fields: { service: config.name },
  });
  return await runProcess(() => start(config, log), { log });
}

function readOrExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    createLogger({ format: "text" }).error(error.message);
    Deno.exit(2);
  }
}
