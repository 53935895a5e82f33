import { EnvReader, type EnvSource } from "../../shared/config.ts";
import { readServiceConfig, type ServiceConfig } from "../../shared/service/config.ts";

export type CartConfig = ServiceConfig;

/** Reads `CART_*` and the variables that every process shares. Throws `ConfigError`. */
export function readConfig(source: EnvSource): CartConfig {
  const env = new EnvReader(source);
  const config = readServiceConfig("cart", env, { port: 8082 });
  env.done();
  return config;
}
