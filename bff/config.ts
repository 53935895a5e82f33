import { EnvReader, type EnvSource } from "../shared/config.ts";
import { type ProcessConfig, readProcessConfig } from "../shared/service/config.ts";

export interface BffConfig extends ProcessConfig {
  /** HTTP port; 0 takes a free one. */
  readonly port: number;
  /** The deadline of a whole request, in milliseconds. */
  readonly timeoutMs: number;
}

/** Reads `BFF_*` and the variables that every process shares. Throws `ConfigError`. */
export function readConfig(source: EnvSource): BffConfig {
  const env = new EnvReader(source);
  const config = {
    ...readProcessConfig("bff", env),
    port: env.port("BFF_PORT", 8888),
    timeoutMs: env.int("BFF_TIMEOUT_MS", { min: 100, max: 60_000, fallback: 3_000 }),
  };
  env.done();
  return config;
}
