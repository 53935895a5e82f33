/** The three servers the mall needs: named by the environment, or embedded. */
import type { EnvSource } from "../shared/config.ts";
import type { Logger } from "../shared/log.ts";
import { runDirVariable } from "./leftovers.ts";
import { chooseServerPort, type EmbeddedName, embeddedServers } from "./mall_ports.ts";
import type { Unit } from "./restart.ts";
import type { Screen } from "./screen.ts";
import { startNats } from "./servers/nats.ts";
import { startPostgres } from "./servers/postgres.ts";
import { startRedis } from "./servers/redis.ts";
import type { ServerOptions } from "./servers/server.ts";
import type { MallState } from "./state.ts";
import type { ServerPlan } from "./supervisor.ts";

export interface ServerContext {
  readonly env: EnvSource;
  readonly state: MallState;
  readonly screen: Screen;
  readonly log: Logger;
}

export interface MallServers {
  /** What to start; nothing for a server that the environment names. */
  readonly plans: readonly ServerPlan[];
  /** Where each will be; for Postgres a superuser's URL. */
  readonly urls: Readonly<Record<EmbeddedName, string>>;
}

type Start = (options: ServerOptions & { password: string }) => Promise<Unit>;

const starts: Readonly<Record<EmbeddedName, Start>> = {
  postgres: startPostgres,
  nats: startNats,
  redis: startRedis,
};

/** Decides about all three; starts nothing yet. Throws `SetupError` for a port that is taken. */
export async function planServers(context: ServerContext): Promise<MallServers> {
  const choices = {
    postgres: await planServer("postgres", context),
    nats: await planServer("nats", context),
    redis: await planServer("redis", context),
  };
  return {
    plans: embeddedServers.flatMap((name) => choices[name].plan ?? []),
    urls: { postgres: choices.postgres.url, nats: choices.nats.url, redis: choices.redis.url },
  };
}

interface Choice {
  readonly url: string;
  /** Undefined: it runs already, elsewhere. */
  readonly plan?: ServerPlan;
}

async function planServer(name: EmbeddedName, context: ServerContext): Promise<Choice> {
  const { env, state, screen, log } = context;
  const given = env.get(`MALL_${name.toUpperCase()}_URL`)?.trim();
  if (given) return { url: given };
  const port = await chooseServerPort(name, { env, state });
  const password = name === "postgres" ? state.secret("postgres") : "";
  const options = {
    dataDir: `${state.dir}/${name}`,
    port,
    password,
    log,
    onLine: (line: string) => screen.quietLine(name, line),
    onSpawn: (pid: number) => void state.record(name, pid),
    env: { [runDirVariable]: state.dir },
  };
  const shown = `${name}://127.0.0.1:${port}`;
  const url = name === "postgres"
    ? `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
    : shown;
  return { url, plan: { name, url: shown, start: () => starts[name](options) } };
}
