import { BlockList } from "node:net";
import { EnvReader, type EnvSource } from "../shared/config.ts";
import { parseNetworks } from "./client_address.ts";
import { type ProcessConfig, readProcessConfig } from "../shared/service/config.ts";

export interface BffConfig extends ProcessConfig {
  /** HTTP port; 0 takes a free one. */
  readonly port: number;
  /** The deadline of a whole request, in milliseconds. */
  readonly timeoutMs: number;
  /** Proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies: BlockList;
}

/** Reads `BFF_*` and the variables that every process shares. Throws `ConfigError`. */
export function readConfig(source: EnvSource): BffConfig {
  const env = new EnvReader(source);
  const config = {
    ...readProcessConfig("bff", env),
    port: env.port("BFF_PORT", 8888),
    trustedProxies: readTrustedProxies(env),
    timeoutMs: env.int("BFF_TIMEOUT_MS", { min: 100, max: 60_000, fallback: 3_000 }),
  };
  env.done();
  return config;
}

function readTrustedProxies(env: EnvReader): BlockList {
  const networks = parseNetworks(env.string("BFF_TRUSTED_PROXIES", ""));
  if (networks !== undefined) return networks;
  env.problem("BFF_TRUSTED_PROXIES must be addresses or networks, such as 10.0.0.0/8,192.0.2.1");
  return new BlockList();
}
