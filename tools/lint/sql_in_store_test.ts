import assert from "node:assert/strict";
import { sqlInStore } from "./sql_in_store.ts";
import { surprises } from "./testing.ts";

const driver = `import postgres from "postgres";`;
const pool = `import type { Sql } from "../../shared/postgres/pool.ts";`;
const query = "function f() { return sql`select 1`; }";
const outside = ["SQL outside a store"];

Deno.test("sql-in-store gives the driver to shared/postgres and messaging alone", () => {
  const alone = ["shared/postgres' alone"];
  assert.deepEqual(
    surprises(sqlInStore, [
      { path: "shared/postgres/pool.ts", source: driver, finds: [] },
      { path: "shared/messaging/outbox.ts", source: driver, finds: [] },
      { path: "tests/support/database.ts", source: driver, finds: [] },
      { path: "services/order/store_test.ts", source: driver, finds: [] },
      { path: "services/order/store.ts", source: driver, finds: alone },
      { path: "bff/app.ts", source: driver, finds: alone },
      { path: "shared/cache/rows.ts", source: driver, finds: alone },
    ]),
    [],
  );
});

Deno.test("sql-in-store says who may hold a connection", () => {
  assert.deepEqual(
    surprises(sqlInStore, [
      { path: "services/order/store.ts", source: pool, finds: [] },
      { path: "services/order/jobs.ts", source: pool, finds: [] },
      { path: "services/order/app.ts", source: pool, finds: [] },
      { path: "services/order/service.ts", source: pool, finds: ["call a method of store.ts"] },
      { path: "bff/routes/order.ts", source: pool, finds: ["owns no data"] },
    ]),
    [],
  );
});

Deno.test("sql-in-store finds SQL by its tag and by its words", () => {
  assert.deepEqual(
    surprises(sqlInStore, [
      { path: "services/order/store.ts", source: query, finds: [] },
      { path: "services/order/store/list_orders.ts", source: query, finds: [] },
      { path: "shared/messaging/inbox.ts", source: query, finds: [] },
      { path: "services/order/store_test.ts", source: query, finds: [] },
      { path: "bench/main.ts", source: query, finds: [] },
      { path: "services/order/service.ts", source: query, finds: outside },
      { path: "services/order/jobs.ts", source: "f(tx<Row[]>`select 1`);", finds: outside },
      { path: "bff/app.ts", source: "f(this.sql`select 1`);", finds: outside },
      { path: "bff/app.ts", source: "f(q`\n  INSERT INTO t VALUES (1)`);", finds: outside },
      { path: "bff/app.ts", source: "f(html`<p>select one</p>`);", finds: [] },
    ]),
    [],
  );
});

Deno.test("sql-in-store refuses SQL put together from strings", () => {
  const path = "services/order/store.ts";
  const together = ["put together from strings"];
  assert.deepEqual(
    surprises(sqlInStore, [
      { path, source: "f(sql.unsafe('select 1'));", finds: [] },
      { path, source: "f(sql.unsafe(`select 1`));", finds: [] },
      { path, source: "f(sql.unsafe(`select ${name}`));", finds: together },
      { path, source: "f(sql.unsafe(text));", finds: together },
      { path: "shared/postgres/pool.ts", source: "f(sql.unsafe(text));", finds: together },
      { path: "shared/postgres/migrate.ts", source: "f(sql.unsafe(text));", finds: [] },
      { path: "tests/support/database.ts", source: "f(sql.unsafe(text));", finds: [] },
      { path: "services/order/service.ts", source: "f(sql.unsafe('select 1'));", finds: outside },
    ]),
    [],
  );
});
