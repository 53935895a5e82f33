import { EnvReader, type EnvSource } from "../../shared/config.ts";
import { readServiceConfig, type ServiceConfig } from "../../shared/service/config.ts";

export type OrderConfig = ServiceConfig;

/** Reads `ORDER_*` and the variables that every process shares. Throws `ConfigError`. */
export function readConfig(source: EnvSource): OrderConfig {
  const env = new EnvReader(source);
  const config = readServiceConfig("order", env, { port: 8080 });
  env.done();
  return config;
}
