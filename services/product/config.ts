import { EnvReader, type EnvSource } from "../../shared/config.ts";
import { readServiceConfig, type ServiceConfig } from "../../shared/service/config.ts";

export interface ProductConfig extends ServiceConfig {
  /** Where the row cache is. */
  readonly redisUrl: string;
}

/** Reads `PRODUCT_*`, `REDIS_URL` and the variables that every process shares. Throws `ConfigError`. */
export function readConfig(source: EnvSource): ProductConfig {
  const env = new EnvReader(source);
  const config = {
    ...readServiceConfig("product", env, { port: 8081 }),
    redisUrl: env.url("REDIS_URL", ["redis", "rediss"]),
  };
  env.done();
  return config;
}
