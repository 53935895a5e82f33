import { createLogger } from "../../shared/log.ts";
import { migrate } from "../../shared/postgres/migrate.ts";
import { openPostgres, type Postgres } from "../../shared/postgres/pool.ts";
import { createTestDatabase } from "./database.ts";

/** A migrated database of one service, with a pool. */
export interface ServiceDatabase extends AsyncDisposable {
  readonly sql: Postgres;
  readonly url: string;
}

/** Creates a database with the schema of `service`. Use with `await using`. */
export async function createServiceDatabase(service: string): Promise<ServiceDatabase> {
  const log = createLogger({ level: "error" });
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase(service));
  const sql = stack.use(openPostgres({
    ...{ url: database.url, name: `test-${service}`, log },
    // What a test puts in may take its time on a machine with other work.
    statementTimeoutMs: 60_000,
  }));
  await migrate(sql, [
    { set: "messaging", dir: new URL("../../shared/messaging/migrations/", import.meta.url) },
    { set: service, dir: new URL(`../../services/${service}/migrations/`, import.meta.url) },
  ], { log });
  const kept = stack.move();
  return { sql, url: database.url, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
