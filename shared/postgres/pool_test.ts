import assert from "node:assert/strict";
import { createTestDatabase } from "../../tests/support/database.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { createLogger } from "../log.ts";
import { postgresRefusal } from "./errors.ts";
import { openPostgres, pingPostgres, type Postgres, type PostgresOptions } from "./pool.ts";
import { startOwnPostgres } from "./testing/own_postgres.ts";
import { inTransaction } from "./transaction.ts";

const log = createLogger({ level: "error" });

function open(url: string, options: Partial<PostgresOptions> = {}): Postgres {
  return openPostgres({ url, name: "pool_test", log, ...options });
}

/** The reason of the refusal that `work` ends with, and how long it took. */
async function refusalOf(work: Promise<unknown>): Promise<{ reason?: string; tookMs: number }> {
  const start = performance.now();
  try {
    await work;
    return { reason: "none", tookMs: performance.now() - start };
  } catch (error) {
    const reason = postgresRefusal(error)?.reason ?? String(error);
    return { reason, tookMs: performance.now() - start };
  }
}

Deno.test("openPostgres() reads bigint columns exactly and sets its name and limits", async () => {
  await using database = await createTestDatabase();
  await using sql = open(database.url, { statementTimeoutMs: 1_234, lockTimeoutMs: 567 });
  const [row] = await sql`
    SELECT 9007199254740993::bigint AS big, current_setting('application_name') AS name,
           current_setting('statement_timeout') AS statement_timeout,
           current_setting('lock_timeout') AS lock_timeout,
           current_setting('idle_in_transaction_session_timeout') AS idle_timeout,
           ARRAY[1, 2]::bigint[] AS list`;
  assert.deepEqual({ ...row }, {
    big: 9007199254740993n,
    name: "pool_test",
    statement_timeout: "1234ms",
    lock_timeout: "567ms",
    idle_timeout: "10s",
    list: [1n, 2n],
  });
});

Deno.test("openPostgres() without session settings sends none and still works", async () => {
  await using database = await createTestDatabase();
  await using sql = open(database.url, { sessionSettings: false, prepare: false });
  const [row] = await sql`SELECT current_setting('statement_timeout') AS limit, ${7}::int AS n`;
  assert.deepEqual({ ...row }, { limit: "0", n: 7 });
});

Deno.test("openPostgres() ends a slow statement and a wait for a lock by its limits", async () => {
  await using database = await createTestDatabase();
  await using sql = open(database.url, { statementTimeoutMs: 400, lockTimeoutMs: 100 });
  assert.equal((await refusalOf(sql`SELECT pg_sleep(5)`)).reason, "QUERY_TIMEOUT");

  await sql`CREATE TABLE row AS SELECT 1 AS n`;
  await sql.begin(async (holder) => {
    await holder`SELECT * FROM row FOR UPDATE`;
    assert.equal((await refusalOf(sql`UPDATE row SET n = 2`)).reason, "LOST_RACE");
  });
});

Deno.test("openPostgres() refuses a query that gets no connection in time, and it has no effect", async () => {
  await using database = await createTestDatabase();
  await using sql = open(database.url, { poolMax: 1, acquireTimeoutMs: 600 });
  await sql`CREATE TABLE row (n int)`;
  await sql.begin(async (holder) => {
    await holder`SELECT 1`;
    const [statement, unsafe, transaction] = await Promise.all([
      refusalOf(sql`INSERT INTO row VALUES (1)`.execute()),
      refusalOf(sql.unsafe("INSERT INTO row VALUES (2)")),
      refusalOf(sql.begin((tx) => tx`INSERT INTO row VALUES (3)`)),
    ]);
    for (const { reason, tookMs } of [statement, unsafe, transaction]) {
      assert.equal(reason, "POSTGRES_UNAVAILABLE");
      assert.ok(tookMs < 2_000, `took ${tookMs} ms`);
    }
  });
  // All three had their turn meanwhile or have it before this one.
  assert.deepEqual([...await sql`SELECT n FROM row`], []);
});

Deno.test("a transaction whose backend is killed stays dead while others go on", async () => {
  await using database = await createTestDatabase();
  await using sql = open(database.url, { poolMax: 1 });
  await using other = open(database.url);
  await sql`CREATE TABLE row (n int)`;
  const zombie = Promise.withResolvers<void>();
  let afterwards: unknown;
  const lost = refusalOf(sql.begin(async (tx) => {
    const [backend] = await tx<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
    await tx`INSERT INTO row VALUES (1)`;
    await other`SELECT pg_terminate_backend(${backend.pid})`;
    await zombie.promise;
    afterwards = await refusalOf(tx`INSERT INTO row VALUES (2)`.execute());
  }));
  assert.equal((await lost).reason, "POSTGRES_UNAVAILABLE");

  // The same connection object serves this transaction; the dead one must not reach into it.
  await sql.begin(async (tx) => {
    await tx`INSERT INTO row VALUES (3)`;
    zombie.resolve();
    await eventually("the dead transaction went on", () => afterwards);
    await tx`INSERT INTO row VALUES (4)`;
  });
  assert.equal((afterwards as { reason: string }).reason, "POSTGRES_UNAVAILABLE");
  assert.deepEqual((await sql`SELECT n FROM row ORDER BY n`).map((row) => row.n), [3, 4]);
});

Deno.test("savepoints roll back their own part only", async () => {
  await using database = await createTestDatabase();
  await using sql = open(database.url);
  await sql`CREATE TABLE row (n int PRIMARY KEY)`;
  await sql.begin(async (tx) => {
    await tx`INSERT INTO row VALUES (1)`;
    await assert.rejects(tx.savepoint(async (inner) => {
      await inner`INSERT INTO row VALUES (2)`;
      await inner`INSERT INTO row VALUES (1)`;
    }));
    await tx.savepoint("named", (inner) => inner`INSERT INTO row VALUES (3)`);
  });
  assert.deepEqual((await sql`SELECT n FROM row ORDER BY n`).map((row) => row.n), [1, 3]);
});

Deno.test("the pool fails fast while the server is away and recovers by itself", async (t) => {
  await using server = await startOwnPostgres();
  await using sql = open(server.url, { poolMax: 4, acquireTimeoutMs: 1_000 });
  await sql`CREATE TABLE pair (n int, half int)`;
  const load = startLoad(sql);
  await eventually("load runs", () => load.done > 20);

  await t.step("immediate shutdown during load", async () => {
    await server.stopImmediately();
    await eventually("everybody is refused", () => load.refused > 12);
    assert.equal(await pingPostgres(sql, 200), false);
    await server.start();
    const before = load.done;
    await eventually("load runs again", () => load.done > before + 20, { timeoutMs: 10_000 });
  });

  await t.step("polite stop, away for a moment", async () => {
    await server.stop();
    const alone = await refusalOf(sql`SELECT 1`);
    assert.equal(alone.reason, "POSTGRES_UNAVAILABLE");
    await server.start();
    const before = load.done;
    await eventually("load runs again", () => load.done > before + 20, { timeoutMs: 10_000 });
    assert.equal(await pingPostgres(sql, 1_000), true);
  });

  await load.stop();
  assert.deepEqual(load.opaque, []);
  // 1 s for a connection, and what one try to connect may take on a busy machine.
  assert.ok(load.slowestMs < 3_500, `slowest took ${load.slowestMs} ms`);
  const [sum] = await sql`
    SELECT count(*) FILTER (WHERE half = 1) AS first, count(*) FILTER (WHERE half = 2) AS second
    FROM pair`;
  assert.equal(sum?.first, sum?.second);
  assert.ok(sum?.first >= BigInt(load.done), "a committed transaction is lost");
});

Deno.test("a server that freezes is given up after its limit, not waited for", async () => {
  await using server = await startOwnPostgres();
  await using sql = open(server.url, { poolMax: 1, statementTimeoutMs: 200 });
  const [backend] = await sql<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
  server.signalBackend(backend.pid, "SIGSTOP");
  try {
    const frozen = await refusalOf(sql`SELECT 1`);
    assert.equal(frozen.reason, "POSTGRES_UNAVAILABLE");
    assert.ok(frozen.tookMs < 4_000, `took ${frozen.tookMs} ms`);
    assert.deepEqual([...await sql`SELECT 1 AS n`], [{ n: 1 }]);
  } finally {
    server.signalBackend(backend.pid, "SIGCONT");
  }
});

Deno.test("inTransaction() runs again after a serialization failure, and no more than its limit", async () => {
  await using database = await createTestDatabase();
  await using sql = open(database.url);
  await sql`CREATE TABLE counter AS SELECT 0 AS n`;
  let runs = 0;
  const allHaveRead = Promise.withResolvers<void>();
  const increments = Array.from({ length: 4 }, () =>
    inTransaction(sql, async (tx) => {
      const [row] = await tx<[{ n: number }]>`SELECT n FROM counter`;
      if (++runs === 4) allHaveRead.resolve();
      await allHaveRead.promise;
      await tx`UPDATE counter SET n = ${row.n + 1}`;
    }, { isolation: "serializable", attemptsMax: 20 }));
  await Promise.all(increments);
  assert.deepEqual([...await sql`SELECT n FROM counter`], [{ n: 4 }]);
  assert.ok(runs > 4, "the race was never lost");

  let attempts = 0;
  const hopeless = inTransaction(sql, async (tx) => {
    attempts++;
    await tx`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '40001'; END $$`;
  });
  assert.equal((await refusalOf(hopeless)).reason, "LOST_RACE");
  assert.equal(attempts, 3);
});

/** Eight callers that write two rows in one transaction, over and over. */
function startLoad(sql: Postgres) {
  const stopping = new AbortController();
  const load = { done: 0, refused: 0, slowestMs: 0, opaque: [] as string[], stop };
  const callers = Array.from({ length: 8 }, call);
  async function call(): Promise<void> {
    while (!stopping.signal.aborted) {
      const n = Math.trunc(Math.random() * 1e9);
      const outcome = await refusalOf(inTransaction(sql, async (tx) => {
        await tx`INSERT INTO pair VALUES (${n}, 1)`;
        await tx`SELECT pg_sleep(0.002)`;
        await tx`INSERT INTO pair VALUES (${n}, 2)`;
      }));
      load.slowestMs = Math.max(load.slowestMs, outcome.tookMs);
      if (outcome.reason === "none") load.done++;
      else if (outcome.reason === "POSTGRES_UNAVAILABLE") load.refused++;
      else load.opaque.push(outcome.reason ?? "");
    }
  }
  async function stop(): Promise<void> {
    stopping.abort();
    await Promise.all(callers);
  }
  return load;
}
