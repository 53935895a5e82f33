/** Puts a service together: everything that is the same in all five. */
import { setTimeout as sleep } from "node:timers/promises";
import type { DescService } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { AuditAdminService } from "../../proto/gen/ops/v1/audit_admin_service_pb.ts";
import { DeadLetterAdminService } from "../../proto/gen/ops/v1/dead_letter_admin_service_pb.ts";
import { armCrashPoint } from "../crash_point.ts";
import { createServiceIdentity, type ServiceIdentity } from "../auth/service_token.ts";
import { remoteTokenIssuer, startVerification, type TokenIssuer } from "../auth/verification.ts";
import type { Directory } from "../discovery/hosts.ts";
import { registerInstance } from "../discovery/registry.ts";
import { listen, type Listener } from "../http/listener.ts";
import { createProbes, type Dependency } from "../http/probes.ts";
import type { Logger } from "../log.ts";
import { type Job, startJobs } from "../messaging/jobs.ts";
import { exposeMessaging } from "../messaging/messaging_metrics.ts";
import type { Compose } from "../messaging/relay.ts";
import type { StreamSpec } from "../messaging/stream.ts";
import { createMetrics, type Metrics } from "../metrics.ts";
import { connectNats, type Nats } from "../nats/connection.ts";
import { createAuditAdminService } from "../operators/audit_admin.ts";
import { createDeadLetterAdminService } from "../operators/dead_letter_admin.ts";
import { postgresRefusal } from "../postgres/errors.ts";
import { migrate, type MigrationSet } from "../postgres/migrate.ts";
import { openPostgres, pingPostgres, type Sql } from "../postgres/pool.ts";
import { createHandlers, type Handlers, type Routes } from "../rpc/handlers.ts";
import { serverInterceptors } from "../rpc/interceptors.ts";
import { openNativeDoor } from "../rpc/native_door.ts";
import type { VerifyToken } from "../rpc/principal.ts";
import { createRpcMetrics, type RpcMetrics } from "../rpc/rpc_metrics.ts";
import { createRpcFetch } from "../rpc/server.ts";
import { version } from "../version.ts";
import type { ServiceConfig } from "./config.ts";
import { openDirectory } from "./directory.ts";

/** What a service builds its own parts from. */
export interface ServiceContext {
  readonly sql: Sql;
  readonly nats: Nats;
  /** Where the other services are. */
  readonly directory: Directory;
  /** How this service proves itself to the others. */
  readonly identity: ServiceIdentity;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** What the service opens itself goes here, to be closed in order. */
  readonly stack: AsyncDisposableStack;
}

/** What makes this service this service. */
export interface ServiceParts {
  /** Registers the services that are built. */
  readonly routes?: Routes;
  /** Services that are declared and not built yet: their rpcs answer Unimplemented. */
  readonly unbuilt?: readonly DescService[];
  /** What it does on events and timers. */
  readonly jobs?: readonly Job[];
  /** Makes events of what it has only noted. */
  readonly compose?: Compose;
  /** What it needs beside Postgres and NATS. */
  readonly dependencies?: readonly Dependency[];
  /** Who issues access tokens; the user service found through the directory, unless told. */
  readonly tokenIssuer?: TokenIssuer;
}

export interface StartOptions {
  /** The service's own migrations, applied after the shared ones. */
  readonly migrations: MigrationSet;
  readonly log: Logger;
  /** In place of proving tokens: for benches that measure what proving costs. */
  readonly verifyToken?: VerifyToken;
  /** See `openPostgres`. */
  readonly genericPlans?: boolean;
  /** How long a stop may wait for calls in flight, in milliseconds. */
  readonly drainMs?: number;
}

/** A service that serves. Disposing it leaves discovery, drains, and closes. */
export interface RunningService extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** The native gRPC door's port; undefined while it is shut. */
  readonly grpcPort: number | undefined;
}

/** Clients hear of a deleted registration within this time; then the door may close. */
const farewellMs = 150;

/**
 * Starts a service: connects, migrates, serves, registers. Postgres may come up to a minute
 * late; NATS may never come. Rejects if the schema cannot be brought up to date or a port is
 * taken.
 */
export async function startService(
  config: ServiceConfig,
  build: (context: ServiceContext) => ServiceParts,
  options: StartOptions,
): Promise<RunningService> {
  const { log } = options;
  await using starting = new AsyncDisposableStack();
  const sql = starting.use(openPostgres({
    url: config.postgresUrl,
    name: config.name,
    log,
    poolMax: config.postgresPoolMax,
    prepare: config.postgresPrepare,
    genericPlans: options.genericPlans ?? false,
  }));
  const nats = starting.use(connectNats({ url: config.natsUrl, name: config.name, log }));
  const directory = starting.use(openDirectory(config, nats, log));
  const metrics = createMetrics(config.name);
  await migrateWhenUp(sql, options);
  exposeMessaging(metrics, sql);
  const identity = createServiceIdentity(config.name, config.auth);
  const parts = build({ sql, nats, directory, identity, log, metrics, stack: starting });
  const rpcMetrics = createRpcMetrics(metrics);
  armCrashPoint(config.crashAt);
  if (config.role !== "rpc") {
    const stream = streamOf(config);
    const { jobs = [], compose } = parts;
    starting.use(startJobs(jobs, { sql, nats, log, service: config.name, stream, compose }));
  }
  const verify = () => {
    if (options.verifyToken !== undefined) return options.verifyToken;
    const issuer = parts.tokenIssuer ?? remoteTokenIssuer(directory, identity);
    const verification = { name: config.name, config: config.auth, issuer, nats, log };
    return starting.use(startVerification(verification)).verifyToken;
  };
  const handlers = config.role === "jobs"
    ? new Map()
    : createServiceHandlers(parts, sql, rpcMetrics, log, verify());
  const probes = createProbes({
    metrics,
    dependencies: [
      { name: "postgres", required: true, check: () => requirePostgres(sql) },
      { name: "nats", required: false, check: () => requireNats(nats) },
      ...parts.dependencies ?? [],
    ],
  });
  const { corsOrigins } = config;
  const fetch = createRpcFetch({ handlers, probes, corsOrigins, log, metrics: rpcMetrics });
  const { drainMs = 5_000 } = options;
  const door = starting.use(
    listen(fetch, { port: config.port, hostname: config.bind, log, drainMs }),
  );
  const native = await openDoor(config, handlers, starting, options);
  const grpcPort = native?.port;
  // Together, or two doors with calls that hang would take longer than a stop may.
  starting.defer(async () => {
    await Promise.all([door[Symbol.asyncDispose](), native?.[Symbol.asyncDispose]()]);
  });
  const url = `http://${config.host}:${door.port}`;
  if (config.role !== "jobs") register(config, url, nats, log, starting);
  log.info("serving", { url, grpc_port: grpcPort, role: config.role });
  const running = starting.move();
  return { url, port: door.port, grpcPort, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/** One stream a service: `ORDER` keeps `order.>`. */
function streamOf(config: ServiceConfig): StreamSpec {
  return {
    name: config.name.toUpperCase(),
    subjects: [`${config.name}.>`],
    replicas: config.jetstreamReplicas,
  };
}

function createServiceHandlers(
  parts: ServiceParts,
  sql: Sql,
  metrics: RpcMetrics,
  log: Logger,
  verifyToken: VerifyToken,
): Handlers {
  const interceptors = serverInterceptors({ log, metrics, verifyToken });
  const routes: Routes = (router) => {
    const { jobs = [], unbuilt = [] } = parts;
    parts.routes?.(router);
    router.service(DeadLetterAdminService, createDeadLetterAdminService({ sql, jobs }));
    router.service(AuditAdminService, createAuditAdminService(sql));
    for (const service of unbuilt) router.service(service, {});
  };
  return createHandlers(routes, { interceptors, log, metrics });
}

async function openDoor(
  config: ServiceConfig,
  handlers: Handlers,
  stack: AsyncDisposableStack,
  { log, drainMs = 5_000 }: StartOptions,
): Promise<Listener | undefined> {
  if (config.grpcPort === undefined || config.role === "jobs") return undefined;
  const options = { handlers, port: config.grpcPort, hostname: config.bind, log, drainMs };
  return stack.use(await openNativeDoor(options));
}

/** The last to start, the first to go: nobody is sent to a door that is closing. */
function register(
  config: ServiceConfig,
  url: string,
  nats: Nats,
  log: Logger,
  stack: AsyncDisposableStack,
): void {
  const registration = registerInstance({
    nats,
    log,
    name: config.name,
    url,
    version,
    replicas: config.jetstreamReplicas,
  });
  stack.defer(async () => {
    await registration.close();
    if (nats.connected) await sleep(farewellMs);
  });
}

const migrateTriesMax = 40;
const migratePauseMs = 1_500;

/** Migrates; while the database is away or full, waits for it, a minute at most. */
async function migrateWhenUp(sql: Sql, { migrations, log }: StartOptions): Promise<void> {
  const messaging = { set: "messaging", dir: new URL("../messaging/migrations/", import.meta.url) };
  for (let attempt = 1;; attempt++) {
    try {
      return await migrate(sql, [messaging, migrations], { log });
    } catch (error) {
      const away = postgresRefusal(error)?.code === Code.Unavailable;
      if (!away || attempt >= migrateTriesMax) throw error;
      log.warn("postgres is away, waiting for it to migrate", { attempt });
      await sleep(migratePauseMs);
    }
  }
}

async function requirePostgres(sql: Sql): Promise<void> {
  if (!await pingPostgres(sql, 1_000)) throw new Error("postgres does not answer");
}

function requireNats(nats: Nats): Promise<void> {
  return nats.connected ? Promise.resolve() : Promise.reject(new Error("nats is away"));
}
