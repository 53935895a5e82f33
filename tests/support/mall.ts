/** The whole mall in this process: real servers, real ports, nothing shared with other tests. */
import { startArguments } from "../../dev/command.ts";
import { keyEnvironment, keyOwners, type MallKeys, mallKeys } from "../../dev/keys.ts";
import { type ProcessEnd, type RunningProcess, startProcess } from "../../dev/process.ts";
import { type Sandbox, startSandbox } from "../../dev/sandbox/server.ts";
import { startNats } from "../../dev/servers/nats.ts";
import { startRedis } from "../../dev/servers/redis.ts";
import type { EmbeddedServer } from "../../dev/servers/server.ts";
import { type RunningBff, start as startBff } from "../../bff/app.ts";
import { readConfig as readBffConfig } from "../../bff/config.ts";
import { start as startCart } from "../../services/cart/app.ts";
import { readConfig as readCartConfig } from "../../services/cart/config.ts";
import { start as startOrder } from "../../services/order/app.ts";
import { readConfig as readOrderConfig } from "../../services/order/config.ts";
import { start as startPay } from "../../services/pay/app.ts";
import { readConfig as readPayConfig } from "../../services/pay/config.ts";
import { start as startProduct } from "../../services/product/app.ts";
import { readConfig as readProductConfig } from "../../services/product/config.ts";
import { start as startUser } from "../../services/user/app.ts";
import { readConfig as readUserConfig } from "../../services/user/config.ts";
import { createLogger, type Logger } from "../../shared/log.ts";
import { freePort } from "../../shared/nats/test_server.ts";
import { openPostgres, type Postgres } from "../../shared/postgres/pool.ts";
import type { RunningService } from "../../shared/service/start.ts";
import { createTestDatabase } from "./database.ts";
import { isReady } from "./ready.ts";
import { createTestTokens, type TestTokens } from "./tokens.ts";

export const serviceNames = ["order", "product", "cart", "user", "pay"] as const;
export type ServiceName = (typeof serviceNames)[number];
export type ProcessName = ServiceName | "bff";

type Services = Readonly<Record<ServiceName, RunningService>>;

export interface Mall extends AsyncDisposable {
  readonly bff: RunningBff;
  readonly services: Services;
  /** A pool on a service's database, for putting rows in and looking at them. */
  readonly sql: Readonly<Record<ServiceName, Postgres>>;
  /** Makes tokens as the mall's own processes do. */
  readonly tokens: TestTokens;
  /** The platform that is paid with. */
  readonly sandbox: Sandbox;
  /** The NATS that runs now. */
  nats(): EmbeddedServer;
  /** The Redis that runs now. */
  redis(): EmbeddedServer;
  /** Everything that the mall's processes logged, line by line. */
  readonly logLines: readonly string[];
  /** Starts NATS again on the same port and data after `stopNats()`. */
  startNats(): Promise<void>;
  stopNats(): Promise<void>;
  /** Starts it on the same port without anything that it knew. */
  startEmptyNats(): Promise<void>;
  /** Starts Redis again, empty, on the same port after `stopRedis()`. */
  startRedis(): Promise<void>;
  stopRedis(): Promise<void>;
  /** Starts a further instance in a process of its own, with its own narrow permissions. */
  spawn(name: ProcessName, options?: SpawnOptions): Promise<SpawnedProcess>;
}

export interface SpawnOptions {
  /** A free one unless told. */
  readonly port?: number;
  /** Variables beside those that every process of the mall gets, such as `CRASH_AT`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** An instance that can be killed for real. */
export interface SpawnedProcess extends AsyncDisposable {
  readonly url: string;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<ProcessEnd>;
  /** Sends the signal and waits for the end. */
  kill(signal: Deno.Signal): Promise<ProcessEnd>;
}

export interface MallOptions {
  /** Services that are not started in this process, because the test spawns them. */
  readonly without?: readonly ProcessName[];
  /** A superuser's URL of the Postgres to use; that of the test run unless told. */
  readonly postgresUrl?: string;
}

const root = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

const starters = {
  order: (env: EnvMap, log: Logger) => startOrder(readOrderConfig(env), log),
  product: (env: EnvMap, log: Logger) => startProduct(readProductConfig(env), log),
  cart: (env: EnvMap, log: Logger) => startCart(readCartConfig(env), log),
  user: (env: EnvMap, log: Logger) => startUser(readUserConfig(env), log),
  pay: (env: EnvMap, log: Logger) => startPay(readPayConfig(env), log),
};

type EnvMap = Map<string, string>;

/** Starts everything and waits until the BFF is ready. Use with `await using`. */
export async function startMall(options: MallOptions = {}): Promise<Mall> {
  const { without = [] } = options;
  await using stack = new AsyncDisposableStack();
  const logLines: string[] = [];
  const log = createLogger({ write: (line) => logLines.push(line) });
  const dir = await Deno.makeTempDir({ prefix: "mall-story-" });
  stack.defer(() => Deno.remove(dir, { recursive: true }));
  let redis = await startRedis({ dataDir: `${dir}/redis` });
  stack.defer(() => redis.stop());
  let nats = await startNats({ dataDir: `${dir}/nats` });
  stack.defer(() => nats.stop());
  const keys = await mallKeys();
  const urls = { nats: nats.url, redis: redis.url };
  const sandboxSecret = crypto.randomUUID();
  const sandbox = stack.use(
    startSandbox({ port: 0, hostname: "127.0.0.1", secret: sandboxSecret, log, pauseMs: 50 }),
  );
  const bffPort = freePort();
  const env = await createEnvironment(stack, options, keys, urls);
  env.set("PAY_SANDBOX_URL", sandbox.url);
  env.set("PAY_SANDBOX_SECRET", sandboxSecret);
  env.set("PAY_NOTIFY_URL", `http://127.0.0.1:${bffPort}`);
  env.set("BFF_PORT", String(bffPort));
  const running = await Promise.all(
    serviceNames.filter((name) => !without.includes(name)).map(async (name) => {
      return [name, stack.use(await starters[name](env, log.with({ service: name })))] as const;
    }),
  );
  const bff = stack.use(await startBff(readBffConfig(env), log.with({ service: "bff" })));
  const open = (name: ServiceName) => {
    const url = env.get(`${name.toUpperCase()}_POSTGRES_URL`) ?? "";
    return stack.use(openPostgres({ url, name: "story", log, statementTimeoutMs: 60_000 }));
  };
  const sql = {
    order: open("order"),
    product: open("product"),
    cart: open("cart"),
    user: open("user"),
    pay: open("pay"),
  };
  if (!without.includes("order") && !without.includes("product")) await isReady(bff.url);
  const kept = stack.move();
  return {
    bff,
    services: Object.fromEntries(running) as Services,
    sql,
    tokens: createTestTokens(keys),
    sandbox,
    nats: () => nats,
    redis: () => redis,
    logLines,
    stopNats: () => nats.stop(),
    async startNats() {
      nats = await startNats({ dataDir: `${dir}/nats`, port: nats.port });
    },
    async startEmptyNats() {
      await Deno.remove(`${dir}/nats`, { recursive: true });
      nats = await startNats({ dataDir: `${dir}/nats`, port: nats.port });
    },
    stopRedis: () => redis.stop(),
    async startRedis() {
      redis = await startRedis({ dataDir: `${dir}/redis`, port: redis.port });
    },
    spawn: (name, options) => spawn(name, env, options),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function createEnvironment(
  stack: AsyncDisposableStack,
  { postgresUrl }: MallOptions,
  keys: MallKeys,
  urls: { readonly nats: string; readonly redis: string },
): Promise<EnvMap> {
  const env: EnvMap = new Map([
    ["NATS_URL", urls.nats],
    ["REDIS_URL", urls.redis],
    ["BIND", "127.0.0.1"],
    ["HOST", "127.0.0.1"],
    // A story tells what happens, not how fast: a starved machine must not fail it.
    ["BFF_TIMEOUT_MS", "20000"],
    ["PAY_LOOK_EVERY_MS", "200"],
    ["ORDER_OVERDUE_EVERY_MS", "500"],
    // As cheap as Argon2id can be: what is tried is not how hard a password is to guess.
    ["USER_ARGON2_MEMORY_KIB", "64"],
    ["USER_ARGON2_PASSES", "1"],
  ]);
  for (const owner of keyOwners) {
    for (const [name, value] of Object.entries(keyEnvironment(keys, owner))) env.set(name, value);
  }
  const databases = await Promise.all(
    serviceNames.map((name) => createTestDatabase(name, postgresUrl ? { postgresUrl } : {})),
  );
  for (const [index, name] of serviceNames.entries()) {
    const database = databases[index];
    if (database === undefined) continue;
    stack.use(database);
    env.set(`${name.toUpperCase()}_POSTGRES_URL`, database.url);
    env.set(`${name.toUpperCase()}_PORT`, "0");
    env.set(`${name.toUpperCase()}_GRPC_PORT`, "0");
  }
  return env;
}

/** Rejects when the process ends before it is ready, with what it said. */
async function spawn(
  name: ProcessName,
  env: EnvMap,
  { port = 0, env: more = {} }: SpawnOptions = {},
): Promise<SpawnedProcess> {
  const url = Promise.withResolvers<string>();
  const lines: string[] = [];
  const child: RunningProcess = startProcess({
    command: Deno.execPath(),
    args: await startArguments(root, name),
    cwd: root,
    env: {
      ...Object.fromEntries(env),
      ...inherited(["PATH", "HOME", "DENO_DIR"]),
      [`${name.toUpperCase()}_PORT`]: String(port),
      LOG_FORMAT: "json",
      ...more,
    },
    onLine(line) {
      lines.push(line);
      const served = /"message":"serving".*"url":"([^"]+)"/.exec(line)?.[1];
      if (served !== undefined) url.resolve(served);
    },
  });
  let ended = false;
  const early = () => new Error(`${name} ended:\n${lines.join("\n")}`);
  child.ended.then(() => {
    ended = true;
    url.reject(early());
  });
  const served = await url.promise;
  await isReady(served, () => ended);
  if (ended) throw early();
  return {
    url: served,
    ended: child.ended,
    kill(signal) {
      child.kill(signal);
      return child.ended;
    },
    [Symbol.asyncDispose]: () => child[Symbol.asyncDispose](),
  };
}

function inherited(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}
