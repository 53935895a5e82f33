import postgres from "postgres";
import { testServers } from "./servers.ts";

/** A database of one test file's own, dropped when the scope ends. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
}

/** Creates an empty database with a random name. Use with `await using`. */
export async function createTestDatabase(
  prefix = "test",
  { postgresUrl = testServers().postgresUrl }: { postgresUrl?: string } = {},
): Promise<TestDatabase> {
  const name = `${prefix}_${crypto.randomUUID().replaceAll("-", "").slice(0, 16)}`;
  await asSuperuser(postgresUrl, `CREATE DATABASE ${name}`);
  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return {
    name,
    url: url.href,
    [Symbol.asyncDispose]: () => asSuperuser(postgresUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

/** Runs one statement made of our own names only. */
async function asSuperuser(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
