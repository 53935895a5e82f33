/** An embedded PostgreSQL from npm, driven directly: we own its pid, port and every signal. */
import { type RunningProcess, startProcess, type StopStep } from "../process.ts";
import { postgresAccount } from "./postgres_account.ts";
import { endLeftover, ensureCluster, postgresEnv, postgresPrograms } from "./postgres_cluster.ts";
import { type EmbeddedServer, launch, logOf, type ServerOptions } from "./server.ts";

export interface PostgresOptions extends ServerOptions {
  /** Of the superuser `postgres`; taken when the data directory is made, and for the URL. */
  readonly password: string;
  /** False for throw-away runs: nothing is synced to disk, a power failure loses the data. */
  readonly durable?: boolean;
}

/** SIGINT ends open sessions and writes a checkpoint; SIGQUIT leaves recovery to the next start. */
const stopSteps: readonly StopStep[] = [
  { signal: "SIGINT", graceMs: 15_000 },
  { signal: "SIGQUIT", graceMs: 5_000 },
  { signal: "SIGKILL", graceMs: 5_000 },
];

/**
 * Starts Postgres on 127.0.0.1; `url` is the superuser's. The data directory is made if missing; a
 * Postgres that still runs on it is stopped first. Throws `SetupError` with a way out.
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedServer> {
  const { dataDir, password, durable = true } = options;
  const programs = postgresPrograms();
  await Deno.mkdir(parentOf(dataDir), { recursive: true });
  await endLeftover(dataDir, logOf(options));
  const account = await postgresAccount([parentOf(programs.postgres), parentOf(dataDir)]);
  await ensureCluster({ dataDir, password, programs, account });
  return await launch({
    name: "Postgres",
    options,
    stopSteps,
    url: (port) => `postgres://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    spawn: (port, onLine) => {
      const [command = programs.postgres, ...args] = [
        ...account.prefix,
        programs.postgres,
        ...["-D", dataDir, "-p", `${port}`],
        ...settings(durable).flatMap((setting) => ["-c", setting]),
      ];
      const env = { ...postgresEnv, ...options.env };
      return Promise.resolve(startProcess({ command, args, env, ...account.ids, onLine }));
    },
    ready: (running) => isReady(dataDir, running),
  });
}

/** Small enough for a laptop beside everything else; no replication, no worker that idles. */
function settings(durable: boolean): readonly string[] {
  const sync = durable
    ? ["fsync=on", "synchronous_commit=on"]
    : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];
  return [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=200",
    "shared_buffers=64MB",
    "max_wal_size=256MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_logical_replication_workers=0",
    "io_method=sync",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    ...sync,
  ];
}

/** Postgres writes its state into the eighth line of its pid file; the first is the pid. */
async function isReady(dataDir: string, running: RunningProcess): Promise<boolean> {
  const text = await Deno.readTextFile(`${dataDir}/postmaster.pid`).catch(() => "");
  const lines = text.split("\n");
  return lines[0] === `${running.pid}` && lines[7]?.trim() === "ready";
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}
