import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import postgres from "postgres";
import { createTestDatabase } from "../../tests/support/database.ts";
import { createLogger } from "../log.ts";
import { constraintOf, isRetryable, postgresRefusal } from "./errors.ts";
import { openPostgres } from "./pool.ts";

function postgresError(code: string): Error {
  const fields: unknown = { message: code, code, severity: "ERROR" };
  return Reflect.construct(postgres.PostgresError, [fields]);
}

Deno.test("postgresRefusal() tells away, raced, slow and unknown apart", () => {
  const table: [string, Code | undefined, string | undefined][] = [
    ["57P01", Code.Unavailable, "POSTGRES_UNAVAILABLE"],
    ["57P02", Code.Unavailable, "POSTGRES_UNAVAILABLE"],
    ["57P03", Code.Unavailable, "POSTGRES_UNAVAILABLE"],
    ["53300", Code.Unavailable, "POSTGRES_UNAVAILABLE"],
    ["53100", Code.Unavailable, "POSTGRES_UNAVAILABLE"],
    ["08006", Code.Unavailable, "POSTGRES_UNAVAILABLE"],
    ["25006", Code.Unavailable, "POSTGRES_UNAVAILABLE"],
    ["40001", Code.Aborted, "LOST_RACE"],
    ["40P01", Code.Aborted, "LOST_RACE"],
    ["55P03", Code.Aborted, "LOST_RACE"],
    ["57014", Code.DeadlineExceeded, "QUERY_TIMEOUT"],
    ["23505", undefined, undefined],
    ["42601", undefined, undefined],
  ];
  for (const [state, code, reason] of table) {
    const refusal = postgresRefusal(postgresError(state));
    assert.deepEqual([state, refusal?.code, refusal?.reason], [state, code, reason]);
  }
});

Deno.test("postgresRefusal() leaves the connection errors of other clients alone", () => {
  const redis = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const nats = Object.assign(new Error("CONNECTION_CLOSED"), { code: "CONNECTION_CLOSED" });
  assert.deepEqual([redis, nats, "text", null].map(postgresRefusal), Array(4).fill(undefined));
});

Deno.test("isRetryable() is about transactions that the server undid", () => {
  const states = ["40001", "40P01", "55P03", "57014", "57P01"];
  assert.deepEqual(states.map((state) => isRetryable(postgresError(state))), [
    true,
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("constraintOf() names the broken constraint", async () => {
  await using database = await createTestDatabase();
  await using sql = openPostgres({ url: database.url, name: "test", log: createLogger() });
  await sql.unsafe(`
    CREATE TABLE parent (id int CONSTRAINT parent_key PRIMARY KEY);
    CREATE TABLE child (
      id int NOT NULL CONSTRAINT child_id_range CHECK (id < 10),
      parent int CONSTRAINT child_parent REFERENCES parent
    );
    INSERT INTO parent VALUES (1);`);
  const statements = [
    "INSERT INTO parent VALUES (1)",
    "INSERT INTO child VALUES (11, 1)",
    "INSERT INTO child VALUES (1, 2)",
    "INSERT INTO child VALUES (NULL, 1)",
    "SELECT 1 / 0",
  ];
  const broken = [];
  for (const statement of statements) {
    broken.push(await sql.unsafe(statement).then(() => "none", constraintOf));
  }
  assert.deepEqual(broken, [
    { kind: "unique", name: "parent_key" },
    { kind: "check", name: "child_id_range" },
    { kind: "foreign_key", name: "child_parent" },
    { kind: "not_null", name: "" },
    undefined,
  ]);
});
