import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert/strict";
import postgres from "postgres";
import { identityOf, pidsByEnvironment } from "../identity.ts";
import { isFree } from "../ports.ts";
import { natsConfig, startNats } from "./nats.ts";
import { poll } from "../wait.ts";
import { answers } from "./probe.ts";
import { startPostgres } from "./postgres.ts";
import { unprivileged } from "./postgres_account.ts";
import { startRedis } from "./redis.ts";

/** A directory of the test's own, removed afterwards. */
async function temporaryDir(): Promise<{ path: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir({ prefix: "mall_servers_" });
  return { path, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("startNats() and startRedis() start, answer, and leave nothing behind", async () => {
  await using dir = await temporaryDir();
  const marker = crypto.randomUUID();
  const env = { MALL_TEST_MARK: marker };
  const [nats, redis] = await Promise.all([
    startNats({ dataDir: `${dir.path}/nats`, env }),
    startRedis({ dataDir: `${dir.path}/redis`, env }),
  ]);
  deepStrictEqual(
    [nats.url, redis.url],
    [`nats://127.0.0.1:${nats.port}`, `redis://127.0.0.1:${redis.port}`],
  );
  const ping = "PING\r\n";
  ok(await answers(nats.port, { question: ping, expected: /PONG/ }));
  ok(await answers(redis.port, { question: ping, expected: /\+PONG/ }));
  await Promise.all([nats.stop(), redis.stop()]);
  deepStrictEqual(await pidsByEnvironment("MALL_TEST_MARK", marker), []);
  deepStrictEqual([isFree(nats.port), isFree(redis.port)], [true, true]);
  await nats.stop(); // Once more does no harm.
});

Deno.test("startPostgres() keeps its data over a crash and a start on the same directory", async () => {
  await using dir = await temporaryDir();
  const marker = crypto.randomUUID();
  const options = {
    dataDir: `${dir.path}/postgres`,
    password: "secret",
    env: { MALL_TEST_MARK: marker },
  };
  const first = await startPostgres(options);
  await query(first.url, "create table kept (a int); insert into kept values (7)");
  first.kill("SIGKILL");
  strictEqual((await first.ended).signal, "SIGKILL");

  await using second = await startPostgres(options);
  deepStrictEqual(await query(second.url, "select a from kept"), [{ a: 7 }]);
  await second.stop();
  // The postmaster that was killed leaves its children to notice by themselves.
  ok(
    await poll(
      async () => (await pidsByEnvironment("MALL_TEST_MARK", marker)).length === 0,
      { timeoutMs: 5_000 },
    ),
  );
});

Deno.test("startPostgres() first ends the Postgres that still runs on its directory", async () => {
  await using dir = await temporaryDir();
  const options = { dataDir: `${dir.path}/postgres`, password: "secret", durable: false };
  const left = await startPostgres(options);
  await using server = await startPostgres(options);
  strictEqual((await left.ended).code, 0);
  deepStrictEqual(await query(server.url, "select 1 as one"), [{ one: 1 }]);
});

Deno.test("startPostgres() is not kept from starting by a pid file of somebody else", async () => {
  await using dir = await temporaryDir();
  const options = { dataDir: `${dir.path}/postgres`, password: "secret", durable: false };
  await (await startPostgres(options)).stop();
  await Deno.writeTextFile(`${options.dataDir}/postmaster.pid`, `${Deno.pid}\n`);
  await using server = await startPostgres(options);
  ok(await identityOf(server.pid));
});

Deno.test("startPostgres() names the way out for another version's data directory", async () => {
  await using dir = await temporaryDir();
  const dataDir = `${dir.path}/postgres`;
  await Deno.mkdir(dataDir);
  await Deno.writeTextFile(`${dataDir}/PG_VERSION`, "12\n");
  await rejects(startPostgres({ dataDir, password: "secret" }), {
    name: "SetupError",
    message: `${dataDir} was made by PostgreSQL 12, this one is 18: ` +
      "run `deno task reset` to start afresh (its data is lost)",
  });
});

Deno.test("startRedis() tells the server's last words when the port is taken", async () => {
  await using dir = await temporaryDir();
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  const refusal = await startRedis({ dataDir: `${dir.path}/redis`, port }).catch((error) => error);
  strictEqual(refusal.name, "SetupError");
  match(refusal.message, new RegExp(`^Redis did not start on port ${port} .*Address already`, "s"));
});

Deno.test("natsConfig() sets sync_interval only where the server knows it", () => {
  const common = [
    `listen: "127.0.0.1:4"`,
    `server_name: "mall"`,
    `jetstream {`,
    `  store_dir: "/d/jetstream"`,
    `  max_file_store: 8GB`,
    `  max_memory_store: 64MB`,
  ];
  strictEqual(natsConfig("/d", 4, false), [...common, "}", ""].join("\n"));
  strictEqual(natsConfig("/d", 4, true), [...common, `  sync_interval: "10s"`, "}", ""].join("\n"));
});

Deno.test("unprivileged() prefers postgres, then nobody, never root", () => {
  const root = "root:x:0:0:root:/root:/bin/bash";
  const nobody = "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin";
  const own = "postgres:x:101:104::/var/lib/postgresql:/bin/bash";
  deepStrictEqual(
    [[root, nobody, own], [root, nobody], [root]].map((lines) => unprivileged(lines.join("\n"))),
    [{ uid: 101, gid: 104 }, { uid: 65534, gid: 65534 }, undefined],
  );
});

async function query(url: string, statement: string): Promise<unknown[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return [...await sql.unsafe(statement)];
  } finally {
    await sql.end();
  }
}
