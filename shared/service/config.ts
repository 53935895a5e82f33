/** The environment that every process of the mall reads, and what each service adds. */
import { type AuthConfig, readAuthConfig } from "../auth/config.ts";
import type { EnvReader } from "../config.ts";
import { type LogFormat, type LogLevel, logLevels } from "../log.ts";

export interface ProcessConfig {
  readonly auth: AuthConfig;
  /** The process's name in discovery, logs and metrics. */
  readonly name: string;
  /** The address to listen on. */
  readonly bind: string;
  /** Where NATS is; several URLs, separated by commas, for a cluster. */
  readonly natsUrl: string;
  /** `order=http://…;product=http://…`, or "" to find services through NATS. */
  readonly staticHosts: string;
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
  readonly logFormat: LogFormat;
}

export type ServiceRole = "rpc" | "jobs" | "all";

export interface ServiceConfig extends ProcessConfig {
  /** The main port; 0 takes a free one. */
  readonly port: number;
  /** The native gRPC door's port; undefined keeps it shut. */
  readonly grpcPort: number | undefined;
  /** The host name or address under which others reach this process. */
  readonly host: string;
  readonly postgresUrl: string;
  /** Connections to Postgres at most. */
  readonly postgresPoolMax: number;
  /** Prepared statements; false behind a transaction pooler. */
  readonly postgresPrepare: boolean;
  /** Whether this process serves rpcs, runs jobs, or both. */
  readonly role: ServiceRole;
  readonly jetstreamReplicas: number;
  /** For crash tests: the name of the point at which this process kills itself. */
  readonly crashAt: string;
}

/** Reads what every process needs. */
export function readProcessConfig(name: string, env: EnvReader): ProcessConfig {
  return {
    name,
    bind: env.string("BIND", "0.0.0.0"),
    natsUrl: env.urls("NATS_URL", ["nats", "tls"]),
    staticHosts: env.string("STATIC_HOSTS", ""),
    corsOrigins: env.string("CORS_ORIGINS", "*").split(",").map((origin) => origin.trim()),
    auth: readAuthConfig(name, env),
    logLevel: env.oneOf("LOG_LEVEL", logLevels, "info"),
    logFormat: env.oneOf("LOG_FORMAT", ["json", "text"], "json"),
  };
}

/** Reads what every service needs: `<SERVICE>_PORT`, `<SERVICE>_POSTGRES_URL` and so on. */
export function readServiceConfig(
  name: string,
  env: EnvReader,
  defaults: { port: number },
): ServiceConfig {
  const prefix = name.toUpperCase();
  const grpcPort = env.string(`${prefix}_GRPC_PORT`, "");
  return {
    ...readProcessConfig(name, env),
    port: env.port(`${prefix}_PORT`, defaults.port),
    grpcPort: grpcPort === "" ? undefined : env.port(`${prefix}_GRPC_PORT`, 0),
    host: env.string("HOST", "127.0.0.1"),
    postgresUrl: env.url(`${prefix}_POSTGRES_URL`, ["postgres", "postgresql"]),
    postgresPoolMax: env.int(`${prefix}_POSTGRES_POOL_MAX`, { min: 1, max: 200, fallback: 10 }),
    postgresPrepare: env.bool(`${prefix}_POSTGRES_PREPARE`, true),
    role: env.oneOf("ROLE", ["rpc", "jobs", "all"], "all"),
    jetstreamReplicas: env.int("JETSTREAM_REPLICAS", { min: 1, max: 5, fallback: 1 }),
    crashAt: env.string("CRASH_AT", ""),
  };
}
