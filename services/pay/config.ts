import { EnvReader, type EnvSource } from "../../shared/config.ts";
import { readServiceConfig, type ServiceConfig } from "../../shared/service/config.ts";

export interface PayConfig extends ServiceConfig {
  /** The sandbox platform, for development; undefined where no sandbox is taken. */
  readonly sandbox: SandboxConfig | undefined;
  /** Where platforms call back: the BFF as they reach it. */
  readonly notifyUrl: string;
  /** Origins that a pay page may lead back to; "*" for any. */
  readonly returnOrigins: readonly string[];
  /** How often open payments and refunds are looked for, in milliseconds. */
  readonly lookEveryMs: number;
}

export interface SandboxConfig {
  readonly baseUrl: string;
  readonly secret: string;
}

const http = ["http", "https"];

/** Reads `PAY_*` and the variables that every process shares. Throws `ConfigError`. */
export function readConfig(source: EnvSource): PayConfig {
  const env = new EnvReader(source);
  const config = {
    ...readServiceConfig("pay", env, { port: 8084 }),
    sandbox: readSandbox(env),
    notifyUrl: env.url("PAY_NOTIFY_URL", http, "http://127.0.0.1:8888").replace(/\/$/, ""),
    returnOrigins: env.string("PAY_RETURN_ORIGINS", "*").split(",").map((one) => one.trim()),
    lookEveryMs: env.int("PAY_LOOK_EVERY_MS", { min: 50, max: 3_600_000, fallback: 1_000 }),
  };
  env.done();
  return config;
}

/** Both or none: a sandbox that takes unsigned payments would be a way to shop for nothing. */
function readSandbox(env: EnvReader): SandboxConfig | undefined {
  const baseUrl = env.string("PAY_SANDBOX_URL", "");
  if (baseUrl === "") return undefined;
  return {
    baseUrl: env.url("PAY_SANDBOX_URL", http).replace(/\/$/, ""),
    secret: env.string("PAY_SANDBOX_SECRET"),
  };
}
