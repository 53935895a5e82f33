import { EnvReader, type EnvSource } from "../../shared/config.ts";
import { readServiceConfig, type ServiceConfig } from "../../shared/service/config.ts";

export interface ProductConfig extends ServiceConfig {
  /** Where the row cache is. */
  readonly redisUrl: string;
  /**
   * After so long a reservation without an order is given back, in milliseconds. Longer than an
   * order may be under way: the order service makes none half a minute after it was asked.
   */
  readonly reservationAgeMs: number;
}

/** Reads `PRODUCT_*`, `REDIS_URL` and the variables that every process shares. Throws `ConfigError`. */
export function readConfig(source: EnvSource): ProductConfig {
  const env = new EnvReader(source);
  const config = {
    ...readServiceConfig("product", env, { port: 8081 }),
    redisUrl: env.url("REDIS_URL", ["redis", "rediss"]),
    reservationAgeMs: env.int("PRODUCT_RESERVATION_AGE_MS", {
      min: 60_000,
      max: 86_400_000,
      fallback: 600_000,
    }),
  };
  env.done();
  return config;
}
