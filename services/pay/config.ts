import { EnvReader, type EnvSource } from "../../shared/config.ts";
import { readServiceConfig, type ServiceConfig } from "../../shared/service/config.ts";

export type PayConfig = ServiceConfig;

/** Reads `PAY_*` and the variables that every process shares. Throws `ConfigError`. */
export function readConfig(source: EnvSource): PayConfig {
  const env = new EnvReader(source);
  const config = readServiceConfig("pay", env, { port: 8084 });
  env.done();
  return config;
}
