import assert from "node:assert/strict";
import type { ConnectRouter } from "@connectrpc/connect";
import { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import { createTestDatabase } from "../../tests/support/database.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { EnvReader } from "../config.ts";
import { createDirectory } from "../discovery/directory.ts";
import { createLogger, type Logger } from "../log.ts";
import { connectNats } from "../nats/connection.ts";
import { as, verifyTestToken } from "../rpc/testing/principals.ts";
import { startTestNats } from "../nats/test_server.ts";
import { startOwnPostgres } from "../postgres/testing/own_postgres.ts";
import { processKeys } from "../../tests/support/process_keys.ts";
import { readServiceConfig, type ServiceConfig } from "./config.ts";
import { type RunningService, type ServiceContext, startService } from "./start.ts";

const keys = Object.fromEntries(await processKeys("order"));
const quiet = createLogger({ level: "error" });

/** A log, and whether a line of it matched. */
function watchedLog(): { log: Logger; saw: (pattern: RegExp) => boolean } {
  const lines: string[] = [];
  const log = createLogger({ write: (line) => lines.push(line) });
  return { log, saw: (pattern) => lines.some((line) => pattern.test(line)) };
}

function configOf(values: Record<string, string>): ServiceConfig {
  const env = new EnvReader(
    new Map(Object.entries({ ...keys, BIND: "127.0.0.1", ORDER_PORT: "0", ...values })),
  );
  const config = readServiceConfig("order", env, { port: 0 });
  env.done();
  return config;
}

/** A folder with one migration, removed with the scope. */
async function migrationsDir(): Promise<{ dir: URL } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "migrations_" });
  await Deno.writeTextFile(
    `${path}/0001_init.sql`,
    "CREATE TABLE toy AS SELECT 7::bigint AS id;\n",
  );
  return {
    dir: new URL(`file://${path}/`),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** A service whose one rpc counts the rows of its own table. */
function toyParts({ sql }: ServiceContext) {
  async function listOrders() {
    const [row] = await sql<{ count: bigint }[]>`SELECT count(*) FROM toy`;
    return { orderTime: row?.count ?? -1n };
  }
  return { routes: (router: ConnectRouter) => void router.service(OrderService, { listOrders }) };
}

async function ask(service: RunningService): Promise<unknown> {
  const response = await fetch(`${service.url}/order.v1.OrderService/ListOrders`, {
    method: "POST",
    headers: { "content-type": "application/json", ...as(7n).headers },
    body: "{}",
  });
  return await response.json();
}

async function probe(service: RunningService, path: string): Promise<[number, unknown]> {
  const response = await fetch(`${service.url}${path}`);
  return [response.status, await response.json()];
}

const ready = { status: "ready", missing: [], degraded: [] };

Deno.test("startService() migrates, serves, answers probes, registers, and leaves first", async () => {
  await using nats = await startTestNats();
  await using database = await createTestDatabase();
  await using migrations = await migrationsDir();
  const config = configOf({
    NATS_URL: nats.url,
    ORDER_POSTGRES_URL: database.url,
    ORDER_GRPC_PORT: "0",
  });
  const options = {
    migrations: { set: "toy", dir: migrations.dir },
    log: quiet,
    verifyToken: verifyTestToken,
  };
  await using watcher = connectNats({ url: nats.url, name: "watcher", log: quiet });
  await using directory = createDirectory({ nats: watcher, log: quiet });
  const hosts = directory.hosts("order");
  const service = await startService(config, toyParts, options);
  assert.deepEqual(await ask(service), { orderTime: "1" });
  assert.ok(service.grpcPort);
  await eventually("nats is there", async () => {
    assert.deepEqual(await probe(service, "/readyz"), [200, ready]);
    return true;
  });
  assert.deepEqual(await probe(service, "/healthz"), [200, { status: "ok" }]);
  const [host] = await hosts.waitFor(1, 5_000);
  assert.equal(host?.url, service.url);
  const left = new Promise<boolean>((resolve) => {
    // Whoever hears of the farewell can still be served.
    hosts.onChange(() => ask(service).then(() => resolve(true), () => resolve(false)));
  });
  await service[Symbol.asyncDispose]();
  assert.deepEqual([await left, hosts.list()], [true, []]);
  await assert.rejects(ask(service));
});

Deno.test("startService() serves only probes as role jobs", async () => {
  await using nats = await startTestNats();
  await using database = await createTestDatabase();
  await using migrations = await migrationsDir();
  const config = configOf({ NATS_URL: nats.url, ORDER_POSTGRES_URL: database.url, ROLE: "jobs" });
  const options = {
    migrations: { set: "toy", dir: migrations.dir },
    log: quiet,
    verifyToken: verifyTestToken,
  };
  await using service = await startService(config, toyParts, options);
  const { code } = await ask(service) as { code: string };
  assert.deepEqual([code, service.grpcPort], ["unimplemented", undefined]);
  assert.deepEqual(await probe(service, "/healthz"), [200, { status: "ok" }]);
});

Deno.test("startService() waits for Postgres, and needs no NATS; /readyz tells what is away", async () => {
  await using migrations = await migrationsDir();
  await using postgres = await startOwnPostgres();
  await postgres.stop();
  const config = configOf({ NATS_URL: "nats://127.0.0.1:1", ORDER_POSTGRES_URL: postgres.url });
  const { log, saw } = watchedLog();
  const options = {
    migrations: { set: "toy", dir: migrations.dir },
    log,
    verifyToken: verifyTestToken,
  };
  const starting = startService(config, toyParts, options);
  await eventually("it waits", () => saw(/postgres is away/));
  await postgres.start();
  await using service = await starting;
  assert.deepEqual(await ask(service), { orderTime: "1" });
  assert.deepEqual(await probe(service, "/readyz"), [200, { ...ready, degraded: ["nats"] }]);
  await postgres.stopImmediately();
  const unready = { status: "unready", missing: ["postgres"], degraded: ["nats"] };
  assert.deepEqual(await probe(service, "/readyz"), [503, unready]);
  const { code } = await ask(service) as { code: string };
  assert.equal(code, "unavailable");
  await postgres.start();
  await eventually("it recovers by itself", async () => {
    assert.deepEqual(await ask(service), { orderTime: "1" });
    return true;
  });
});

Deno.test("startService() rejects when a port is taken, and leaves nothing open", async () => {
  await using database = await createTestDatabase();
  await using migrations = await migrationsDir();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const port = `${taken.addr.port}`;
  const urls = { NATS_URL: "nats://127.0.0.1:1", ORDER_POSTGRES_URL: database.url };
  const options = {
    migrations: { set: "toy", dir: migrations.dir },
    log: quiet,
    verifyToken: verifyTestToken,
  };
  for (const values of [{ ORDER_PORT: port }, { ORDER_GRPC_PORT: port }]) {
    const config = configOf({ ...urls, ...values });
    await assert.rejects(startService(config, toyParts, options), /in use/i);
  }
});
