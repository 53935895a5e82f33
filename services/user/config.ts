import { readSigningKeys } from "../../shared/auth/config.ts";
import type { SigningKey } from "../../shared/auth/signing_key.ts";
import { EnvReader, type EnvSource } from "../../shared/config.ts";
import { readServiceConfig, type ServiceConfig } from "../../shared/service/config.ts";
import type { HashCost } from "./password_hash.ts";

export interface UserConfig extends ServiceConfig {
  /** Where attempts are counted. */
  readonly redisUrl: string;
  /** The first signs access tokens; the others are being phased in or out. */
  readonly signingKeys: readonly SigningKey[];
  readonly hashCost: HashCost;
  /** Passwords hashed at once. */
  readonly hashWorkers: number;
  /** Passwords that may wait to be hashed. */
  readonly hashWaitingMax: number;
  /** How long a session lives without being refreshed. */
  readonly sessionDays: number;
  /** Registrations an hour from one address. */
  readonly registerLimit: number;
}

/** Reads `USER_*`, `REDIS_URL` and the variables that every process shares. Throws `ConfigError`. */
export function readConfig(source: EnvSource): UserConfig {
  const env = new EnvReader(source);
  const config = {
    ...readServiceConfig("user", env, { port: 8083 }),
    redisUrl: env.url("REDIS_URL", ["redis", "rediss"]),
    signingKeys: readSigningKeys("USER_SIGNING_KEYS", env),
    // OWASP's recommendation for Argon2id: 19 MiB, 2 passes, 1 lane.
    hashCost: {
      memoryKib: env.int("USER_ARGON2_MEMORY_KIB", { min: 8, max: 1_048_576, fallback: 19_456 }),
      passes: env.int("USER_ARGON2_PASSES", { min: 1, max: 100, fallback: 2 }),
      lanes: env.int("USER_ARGON2_LANES", { min: 1, max: 16, fallback: 1 }),
    },
    hashWorkers: env.int("USER_HASH_WORKERS", { min: 1, max: 64, fallback: 2 }),
    hashWaitingMax: env.int("USER_HASH_WAITING_MAX", { min: 1, max: 10_000, fallback: 64 }),
    sessionDays: env.int("USER_SESSION_DAYS", { min: 1, max: 365, fallback: 30 }),
    registerLimit: env.int("USER_REGISTER_LIMIT", { min: 1, max: 1_000_000, fallback: 100 }),
  };
  env.done();
  return config;
}
