/** Everything of a mall that can be killed as by `kill -9`, and comes back as under a supervisor. */
import type { Random } from "../../dev/demo/random.ts";
import type { EmbeddedServer } from "../../dev/servers/server.ts";
import { startPostgres } from "../../dev/servers/postgres.ts";
import { pause } from "../../dev/wait.ts";
import { freePort } from "../../shared/nats/test_server.ts";
import { type Mall, type ServiceName, serviceNames, type SpawnedProcess } from "./mall.ts";

export interface Victim {
  readonly name: string;
  /** False from its kill until it is back. */
  readonly up: boolean;
  /** Kills it now; resolves when it is back and ready. */
  kill(): Promise<void>;
}

export interface Victims extends AsyncDisposable {
  /** Kills one that is up, at random; undefined when none is. */
  killOne(random: Random): { readonly name: string; readonly back: Promise<void> } | undefined;
  /** How often each was killed. */
  readonly kills: ReadonlyMap<string, number>;
}

/** A process may fail to start as long as its servers are away. */
const startsMax = 30;
const startPauseMs = 250;

/** A Postgres that may be killed: it keeps what it has said that it keeps. */
export interface MortalPostgres extends AsyncDisposable {
  readonly url: string;
  server(): EmbeddedServer;
  restart(): Promise<void>;
}

/** Starts one of its own in `dir`. */
export async function startMortalPostgres(dir: string): Promise<MortalPostgres> {
  const options = { dataDir: `${dir}/postgres`, password: crypto.randomUUID() };
  let server = await startPostgres(options);
  return {
    url: server.url,
    server: () => server,
    async restart() {
      server = await persistently(() => startPostgres({ ...options, port: server.port }));
    },
    [Symbol.asyncDispose]: () => server.stop(),
  };
}

/** Starts every service in a process of its own, and two more that do jobs alone. */
export async function startVictims(mall: Mall, postgres: MortalPostgres): Promise<Victims> {
  await using stack = new AsyncDisposableStack();
  const processes = await Promise.all([
    ...serviceNames.map((name) => startProcess(mall, name, stack)),
    ...(["order", "pay"] as const).map((name) => startProcess(mall, name, stack, "jobs")),
  ]);
  const victims: readonly Victim[] = [
    ...processes,
    server("nats", mall.nats, () => mall.startNats()),
    server("redis", mall.redis, () => mall.startRedis()),
    server("postgres", postgres.server, () => postgres.restart()),
  ];
  const kills = new Map(victims.map(({ name }) => [name, 0]));
  const returns = new Set<Promise<void>>();
  stack.defer(async () => void await Promise.allSettled(returns));
  const kept = stack.move();
  return {
    kills,
    killOne(random) {
      const living = victims.filter(({ up }) => up);
      if (living.length === 0) return undefined;
      const victim = random.pick(living);
      kills.set(victim.name, (kills.get(victim.name) ?? 0) + 1);
      const back = victim.kill().finally(() => returns.delete(back));
      returns.add(back);
      return { name: victim.name, back };
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function startProcess(
  mall: Mall,
  service: ServiceName,
  stack: AsyncDisposableStack,
  role = "all",
): Promise<Victim> {
  const port = freePort();
  const start = () => mall.spawn(service, { port, env: { ROLE: role } });
  let process: SpawnedProcess = await start();
  let up = true;
  stack.defer(() => process[Symbol.asyncDispose]());
  return {
    name: role === "all" ? service : `${service} ${role}`,
    get up() {
      return up;
    },
    async kill() {
      up = false;
      await process.kill("SIGKILL");
      process = await persistently(start);
      up = true;
    },
  };
}

function server(
  name: string,
  current: () => EmbeddedServer,
  restart: () => Promise<void>,
): Victim {
  let up = true;
  return {
    name,
    get up() {
      return up;
    },
    async kill() {
      up = false;
      current().kill("SIGKILL");
      await current().ended;
      await persistently(restart);
      up = true;
    },
  };
}

/** Again and again, as a supervisor does. Throws what the last try threw. */
async function persistently<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 1;; tries++) {
    try {
      return await start();
    } catch (error) {
      if (tries === startsMax) throw error;
      await pause(startPauseMs);
    }
  }
}
