/** The mall that is measured: every process on its own, real servers, demo data. */
import { startArguments } from "../dev/command.ts";
import { perService, provisionDatabases } from "../dev/databases.ts";
import { keyEnvironment, mallKeys } from "../dev/keys.ts";
import { seedDemo } from "../dev/demo/seed.ts";
import { startProcess } from "../dev/process.ts";
import { type Sandbox, startSandbox } from "../dev/sandbox/server.ts";
import { startNats } from "../dev/servers/nats.ts";
import { startPostgres } from "../dev/servers/postgres.ts";
import { startRedis } from "../dev/servers/redis.ts";
import { createLogger } from "../shared/log.ts";
import { freePort } from "../shared/nats/test_server.ts";
import { isReady } from "../tests/support/ready.ts";
import { createTestTokens, type TestTokens } from "../tests/support/tokens.ts";
import { type MallSql, openMallSql } from "./mall_sql.ts";
import { putPastOrders } from "./past_orders.ts";

const services = ["order", "product", "cart", "user", "pay"] as const;
const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

export interface MeasuredMall extends AsyncDisposable {
  readonly urls: Readonly<Record<(typeof services)[number] | "bff", string>>;
  /** The order service's database. */
  readonly orderDatabase: string;
  /** Pools on all databases. */
  readonly sql: MallSql;
  /** The superuser's URL of the Postgres server. */
  readonly postgresUrl: string;
  readonly natsUrl: string;
  readonly redisUrl: string;
  /** For what a bench writes; removed with the mall. */
  readonly dir: string;
  /** The platform that is paid with. */
  readonly sandbox: Sandbox;
  /** Makes tokens as the mall's own processes do. */
  readonly tokens: TestTokens;
  /** For a process that is the BFF and the order service. */
  readonly verificationEnv: Readonly<Record<string, string>>;
  /** Process ids by name, servers included. */
  readonly pids: Readonly<Record<string, number>>;
}

/** Starts everything on free ports and loads the demo data. */
export async function startMeasuredMall(): Promise<MeasuredMall> {
  await using stack = new AsyncDisposableStack();
  const dir = await Deno.makeTempDir({ prefix: "mall-bench-" });
  stack.defer(() => Deno.remove(dir, { recursive: true }));
  await Deno.chmod(dir, 0o711);
  const postgres = stack.use(
    await startPostgres({ dataDir: `${dir}/postgres`, password: crypto.randomUUID() }),
  );
  const nats = stack.use(await startNats({ dataDir: `${dir}/nats` }));
  const redis = stack.use(await startRedis({ dataDir: `${dir}/redis` }));
  const databases = await provisionDatabases(
    postgres.url,
    perService(() => crypto.randomUUID()),
  );
  const keys = await mallKeys();
  const log = createLogger({ level: "warn", format: "text" });
  const secret = crypto.randomUUID();
  const sandbox = stack.use(startSandbox({ port: 0, hostname: "127.0.0.1", secret, log }));
  const bffPort = freePort();
  const payments = {
    PAY_SANDBOX_URL: sandbox.url,
    PAY_SANDBOX_SECRET: secret,
    PAY_NOTIFY_URL: `http://127.0.0.1:${bffPort}`,
  };
  const common = { NATS_URL: nats.url, REDIS_URL: redis.url, BIND: "127.0.0.1", LOG_LEVEL: "info" };
  const started = await Promise.all(services.map(async (name) => {
    const prefix = name.toUpperCase();
    const env = {
      ...common,
      [`${prefix}_PORT`]: "0",
      [`${prefix}_GRPC_PORT`]: "0",
      [`${prefix}_POSTGRES_URL`]: databases[name],
      ...keyEnvironment(keys, name),
      ...(name === "pay" ? payments : {}),
    };
    return [name, stack.use(await spawn(name, env))] as const;
  }));
  const bff = stack.use(
    await spawn("bff", {
      ...common,
      BFF_PORT: `${bffPort}`,
      BFF_TIMEOUT_MS: "20000",
      BFF_TRUSTED_PROXIES: "127.0.0.1",
      ...keyEnvironment(keys, "bff"),
    }),
  );
  const processes = { ...Object.fromEntries(started), bff };
  await seedDemo({ ...databases, log });
  const sql = stack.use(openMallSql(databases));
  await putPastOrders(sql, { userId: benchUserId, count: 40 });
  const kept = stack.move();
  const byName = Object.entries(processes);
  return {
    urls: Object.fromEntries(byName.map(([name, { url }]) => [name, url])) as MeasuredMall["urls"],
    orderDatabase: databases.order,
    sql,
    postgresUrl: postgres.url,
    natsUrl: nats.url,
    redisUrl: redis.url,
    dir,
    sandbox,
    tokens: createTestTokens(keys),
    verificationEnv: {
      ...common,
      ...keyEnvironment(keys, "order"),
      ...keyEnvironment(keys, "bff"),
      ORDER_PORT: "0",
      ORDER_POSTGRES_URL: databases.order,
      BFF_PORT: "0",
    },
    pids: {
      ...Object.fromEntries(byName.map(([name, { pid }]) => [name, pid])),
      postgres: postgres.pid,
      nats: nats.pid,
      redis: redis.pid,
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** A user whose first page is full: 20 orders of one product each, as the series' list shows it. */
export const benchUserId = 900_000;

export interface Spawned extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
}

/** How long a process may take until it serves, in milliseconds. */
const startMaxMs = 60_000;

/** Starts a process by its task and waits until it says at level info that it serves. */
export async function spawn(name: string, env: Record<string, string>): Promise<Spawned> {
  const served = Promise.withResolvers<string>();
  const last: string[] = [];
  const child = startProcess({
    command: Deno.execPath(),
    args: await startArguments(root, name),
    cwd: root,
    env: { PATH: Deno.env.get("PATH") ?? "", HOME: Deno.env.get("HOME") ?? "", ...env },
    onLine(line) {
      last.push(line);
      if (last.length > 10) last.shift();
      const url = /"message":"serving".*"url":"([^"]+)"/.exec(line)?.[1];
      if (url !== undefined) served.resolve(url);
    },
  });
  child.ended.then(() => served.reject(new Error(`${name} ended:\n${last.join("\n")}`)));
  const late = setTimeout(
    () => served.reject(new Error(`${name} does not serve after ${startMaxMs} ms`)),
    startMaxMs,
  );
  const url = await served.promise.finally(() => clearTimeout(late));
  await isReady(url);
  return {
    url,
    pid: child.pid,
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}
