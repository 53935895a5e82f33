import { deepStrictEqual, strictEqual } from "node:assert/strict";
import postgres from "postgres";
import { databaseUrl, type PerService, perService, provisionDatabases } from "./databases.ts";
import { startPostgres } from "./servers/postgres.ts";

/** Awkward on purpose: quotes, spaces and what means something in a URL. */
const passwords = perService((service) => `${service}'s p/w@1 %`);

Deno.test("provisionDatabases() gives every service its own database, once and again", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await using server = await startPostgres({
      dataDir: `${dir}/postgres`,
      password: "super user",
      durable: false,
    });
    const first = await provisionDatabases(server.url, passwords);
    const [second, third] = await Promise.all([
      provisionDatabases(server.url, passwords),
      provisionDatabases(server.url, passwords),
    ]);
    deepStrictEqual([second, third], [first, first]);
    await ownsItsDatabase(first);
    await staysOutside(first);
    strictEqual(await outcome(databaseUrl(server.url, "order", "wrong")), "28P01");

    const changed = { ...passwords, order: "another" };
    const urls = await provisionDatabases(server.url, changed);
    deepStrictEqual([await outcome(first.order), await outcome(urls.order)], ["28P01", "ok"]);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

async function ownsItsDatabase(urls: PerService<string>): Promise<void> {
  const made = "create table t (a int); create extension pg_trgm; drop table t; select 1";
  deepStrictEqual(
    await Promise.all(Object.values(urls).map((url) => outcome(url, made))),
    ["ok", "ok", "ok", "ok", "ok"],
  );
}

async function staysOutside(urls: PerService<string>): Promise<void> {
  const foreign = new URL(urls.order);
  foreign.pathname = "/mall_cart";
  strictEqual(await outcome(foreign.href), "42501");
}

/** `ok`, or the SQLSTATE of the failure. */
async function outcome(url: string, statement = "select 1"): Promise<string> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
    return "ok";
  } catch (error) {
    return error instanceof postgres.PostgresError ? error.code : String(error);
  } finally {
    await sql.end();
  }
}
