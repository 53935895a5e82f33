import { EnvReader, type EnvSource } from "../../shared/config.ts";
import { readServiceConfig, type ServiceConfig } from "../../shared/service/config.ts";

export type UserConfig = ServiceConfig;

/** Reads `USER_*` and the variables that every process shares. Throws `ConfigError`. */
export function readConfig(source: EnvSource): UserConfig {
  const env = new EnvReader(source);
  const config = readServiceConfig("user", env, { port: 8083 });
  env.done();
  return config;
}
