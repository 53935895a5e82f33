/** The mall that is measured: every process on its own, real servers, demo data. */
import { startArguments } from "../dev/command.ts";
import { perService, provisionDatabases } from "../dev/databases.ts";
import { keyEnvironment, mallKeys } from "../dev/keys.ts";
import { seedDemo } from "../dev/demo/seed.ts";
import { startProcess } from "../dev/process.ts";
import { startNats } from "../dev/servers/nats.ts";
import { startPostgres } from "../dev/servers/postgres.ts";
import { startRedis } from "../dev/servers/redis.ts";
import { createLogger } from "../shared/log.ts";
import { isReady } from "../tests/support/ready.ts";
import { createTestTokens, type TestTokens } from "../tests/support/tokens.ts";
import { openPostgres } from "../shared/postgres/pool.ts";

const services = ["order", "product", "cart", "user", "pay"] as const;
const root = new URL("..", import.meta.url).pathname.replace(/\/$/, "");

export interface MeasuredMall extends AsyncDisposable {
  readonly urls: Readonly<Record<(typeof services)[number] | "bff", string>>;
  /** The order service's database. */
  readonly orderDatabase: string;
  readonly redisUrl: string;
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
  const common = { NATS_URL: nats.url, REDIS_URL: redis.url, BIND: "127.0.0.1", LOG_LEVEL: "info" };
  const started = await Promise.all(services.map(async (name) => {
    const prefix = name.toUpperCase();
    const env = {
      ...common,
      [`${prefix}_PORT`]: "0",
      [`${prefix}_GRPC_PORT`]: "0",
      [`${prefix}_POSTGRES_URL`]: databases[name],
      ...keyEnvironment(keys, name),
    };
    return [name, stack.use(await spawn(name, env))] as const;
  }));
  const bff = stack.use(
    await spawn("bff", {
      ...common,
      BFF_PORT: "0",
      BFF_TIMEOUT_MS: "20000",
      BFF_TRUSTED_PROXIES: "127.0.0.1",
      ...keyEnvironment(keys, "bff"),
    }),
  );
  const processes = { ...Object.fromEntries(started), bff };
  const log = createLogger({ level: "warn", format: "text" });
  await seedDemo({ ...databases, log });
  await putBenchOrders(databases.order);
  const kept = stack.move();
  const byName = Object.entries(processes);
  return {
    urls: Object.fromEntries(byName.map(([name, { url }]) => [name, url])) as MeasuredMall["urls"],
    orderDatabase: databases.order,
    redisUrl: redis.url,
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

async function putBenchOrders(url: string): Promise<void> {
  const log = createLogger({ level: "warn", format: "text" });
  await using sql = openPostgres({ url, name: "bench", log });
  await sql`
    WITH made AS (
      INSERT INTO orders (id, user_id, status, total_fen, payment_fen, create_time, pay_before)
      SELECT lpad(n::text, 28, '9'), ${benchUserId}::bigint, 50, 1999, 1999,
             now() - n * interval '1 hour', now()
      FROM generate_series(1, 40) AS n
      RETURNING id)
    INSERT INTO order_item (order_id, line, product_id, product_name, unit_price_fen, quantity)
    SELECT id, 1, row_number() OVER (), 'a product of the bench', 1999, 1 FROM made`;
}

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
