import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { createTestDatabase } from "../../tests/support/database.ts";
import { createLogger } from "../log.ts";
import { migrate, MigrationError } from "./migrate.ts";
import { openPostgres, type Postgres } from "./pool.ts";

const log = createLogger({ level: "error" });

interface Folder extends AsyncDisposable {
  readonly dir: URL;
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}

async function folder(files: Readonly<Record<string, string>>): Promise<Folder> {
  const path = await Deno.makeTempDir({ prefix: "migrate_test_" });
  const made: Folder = {
    dir: pathToFileURL(`${path}/`),
    write: (name, text) => Deno.writeTextFile(`${path}/${name}`, text),
    remove: (name) => Deno.remove(`${path}/${name}`),
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
  for (const [name, text] of Object.entries(files)) await made.write(name, text);
  return made;
}

function open(url: string): Postgres {
  return openPostgres({ url, name: "migrate_test", log, poolMax: 2 });
}

async function history(sql: Postgres): Promise<string[]> {
  const rows = await sql`SELECT set, version, name FROM schema_migration ORDER BY set, version`;
  return rows.map((row) => `${row.set} ${row.version} ${row.name}`);
}

const first = "CREATE TABLE a (n int); INSERT INTO a VALUES (1);";
const second = "INSERT INTO a VALUES (2);";

Deno.test("migrate() applies each file once, in order, whoever starts at once", async () => {
  await using database = await createTestDatabase();
  await using files = await folder({ "0001_a.sql": first, "0002_b.sql": second });
  await using other = await folder({ "0001_c.sql": "CREATE TABLE c ();" });
  const sets = [{ set: "main", dir: files.dir }, { set: "other", dir: other.dir }];
  const instances = Array.from({ length: 5 }, () => open(database.url));
  try {
    await Promise.all(instances.map((sql) => migrate(sql, sets, { log })));
    const [sql] = instances;
    assert.ok(sql);
    await migrate(sql, sets, { log });
    assert.deepEqual(await history(sql), [
      "main 1 0001_a.sql",
      "main 2 0002_b.sql",
      "other 1 0001_c.sql",
    ]);
    assert.deepEqual([...await sql`SELECT n FROM a ORDER BY n`], [{ n: 1 }, { n: 2 }]);
  } finally {
    await Promise.all(instances.map((sql) => sql[Symbol.asyncDispose]()));
  }
});

Deno.test("migrate() applies what is new and leaves a newer database alone", async () => {
  await using database = await createTestDatabase();
  await using files = await folder({ "0001_a.sql": first });
  await using sql = open(database.url);
  const sets = [{ set: "main", dir: files.dir }];
  await migrate(sql, sets, { log });
  await files.write("0002_b.sql", second);
  await migrate(sql, sets, { log });
  await files.remove("0002_b.sql");
  await migrate(sql, sets, { log });
  assert.deepEqual(await history(sql), ["main 1 0001_a.sql", "main 2 0002_b.sql"]);
});

Deno.test("migrate() takes another line ending for the same file", async () => {
  await using database = await createTestDatabase();
  await using files = await folder({ "0001_a.sql": "CREATE TABLE a\n();\n" });
  await using sql = open(database.url);
  const sets = [{ set: "main", dir: files.dir }];
  await migrate(sql, sets, { log });
  await files.write("0001_a.sql", "CREATE TABLE a\r\n();\r\n");
  await migrate(sql, sets, { log });
});

Deno.test("migrate() refuses a changed file, a gap, a bad name and bad SQL in one sentence", async () => {
  await using database = await createTestDatabase();
  await using files = await folder({ "0001_a.sql": first });
  await using sql = open(database.url);
  const run = () => migrate(sql, [{ set: "main", dir: files.dir }], { log });
  await run();
  const refused = (message: RegExp) =>
    assert.rejects(run(), (error) => {
      assert.ok(error instanceof MigrationError);
      assert.match(error.message, message);
      return true;
    });

  await files.write("0001_a.sql", second);
  await refused(/^main\/0001_a\.sql was changed after it had been applied/);
  await files.write("0001_a.sql", first);

  await files.write("0003_c.sql", second);
  await refused(/^main\/0003_c\.sql stands where number 0002 is missing$/);
  await files.remove("0003_c.sql");

  await files.write("2_b.sql", second);
  await refused(/^main\/2_b\.sql is not named like/);
  await files.remove("2_b.sql");

  await files.write("0002_b.sql", `${second} INSERT INTO absent VALUES (1);`);
  await refused(/^main\/0002_b\.sql failed: relation "absent" does not exist$/);
  // Nothing of the broken file stays, and the next try starts where it stood.
  assert.deepEqual([...await sql`SELECT n FROM a`], [{ n: 1 }]);
  await files.write("0002_b.sql", second);
  await run();
  assert.deepEqual(await history(sql), ["main 1 0001_a.sql", "main 2 0002_b.sql"]);
});
