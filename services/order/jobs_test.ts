import assert from "node:assert/strict";
import { createClaimStore, requestHash } from "../../shared/idempotency/claims.ts";
import { createLogger } from "../../shared/log.ts";
import { openPostgres, type Sql } from "../../shared/postgres/pool.ts";
import { insertOrders, testOrderId } from "../../tests/support/order_rows.ts";
import {
  createServiceDatabase,
  type ServiceDatabase,
} from "../../tests/support/service_database.ts";
import { orderJobs } from "./jobs.ts";
import { createOrderStepStore } from "./store/order_steps.ts";

const dayMs = 86_400_000;
const confirmWithinMs = 7 * dayMs;
/** More than a batch of a timer, so that two instances meet in the middle. */
const many = 250;

/** Runs a timer of the service on this pool, once. */
async function runTimer(sql: Sql, name: string, signal = AbortSignal.timeout(60_000)) {
  const job = orderJobs({
    steps: createOrderStepStore(sql),
    claims: createClaimStore(sql),
    confirmWithinMs,
    overdueEveryMs: 1_000,
  }).find((job) => job.name === name);
  assert.ok(job?.kind === "timer", `${name} is no timer`);
  await job.run(signal);
}

/** Two instances, each with a pool of its own, that believe that it is their turn. */
async function runTwice({ sql, url }: ServiceDatabase, name: string): Promise<void> {
  await using other = openPostgres({ url, name: "other", log: createLogger({ write: () => {} }) });
  await Promise.all([runTimer(sql, name), runTimer(other, name)]);
  // What one of them passed over because the other held it is done by now; nothing is done again.
  await Promise.all([runTimer(sql, name), runTimer(other, name)]);
}

function ids(from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => testOrderId(from + n));
}

async function putOrders(sql: Sql, orderIds: readonly string[], status: number): Promise<void> {
  await insertOrders(sql, orderIds.map((id) => ({ id, status })));
}

/** How many orders have each status and reason. */
async function ordersOf(sql: Sql) {
  const rows = await sql<{ status: number; close_reason: string; orders: number }[]>`
    SELECT status, close_reason, count(*)::int AS orders FROM orders GROUP BY 1, 2 ORDER BY 1, 2`;
  return rows.map((row) => [row.status, row.close_reason, row.orders]);
}

/** Each kind of step that was taken: by whom, how often, and of how many orders. */
async function stepsOf(sql: Sql) {
  const rows = await sql<
    { reason: string; actor: string; steps: number; orders: number }[]
  >`
    SELECT reason, actor, count(*)::int AS steps, count(DISTINCT order_id)::int AS orders
    FROM order_status_history GROUP BY 1, 2`;
  return rows.map(({ reason, actor, steps, orders }) => [reason, actor, steps, orders]);
}

async function eventsOf(sql: Sql) {
  const rows = await sql<{ subject: string; events: number }[]>`
    SELECT subject, count(*)::int AS events FROM outbox GROUP BY 1`;
  return rows.map(({ subject, events }) => [subject, events]);
}

Deno.test("order-close-unpaid on two instances closes each overdue order once", async () => {
  await using database = await createServiceDatabase("order");
  const { sql } = database;
  await putOrders(sql, ids(1, many), 10);
  await putOrders(sql, ids(1_000, 5), 20);
  await putOrders(sql, ids(2_000, 5), 10);
  await sql`
    UPDATE orders SET pay_before = now() + interval '1 minute'
    WHERE id >= ${testOrderId(2_000)}`;
  await runTwice(database, "order-close-unpaid");
  assert.deepEqual(await ordersOf(sql), [[10, "", 5], [20, "", 5], [60, "UNPAID_TIMEOUT", many]]);
  assert.deepEqual(await stepsOf(sql), [["UNPAID_TIMEOUT", "job:close_unpaid", many, many]]);
  assert.deepEqual(await eventsOf(sql), [["order.closed", many]]);
});

Deno.test("order-confirm-received on two instances confirms each old parcel once", async () => {
  await using database = await createServiceDatabase("order");
  const { sql } = database;
  await putOrders(sql, ids(1, many), 40);
  await putOrders(sql, ids(1_000, 5), 30);
  await putOrders(sql, ids(2_000, 5), 40);
  await sql`UPDATE orders SET send_time = now() - ${confirmWithinMs + 1_000} * interval '1 ms'`;
  await sql`
    UPDATE orders SET send_time = now() - interval '6 days' WHERE id >= ${testOrderId(2_000)}`;
  await runTwice(database, "order-confirm-received");
  assert.deepEqual(await ordersOf(sql), [[30, "", 5], [40, "", 5], [50, "", many]]);
  assert.deepEqual(await stepsOf(sql), [["CONFIRMED_BY_TIME", "job:confirm_received", many, many]]);
  assert.deepEqual(await eventsOf(sql), [["order.completed", many]]);
});

Deno.test("order-key-sweep on two instances forgets keys of yesterday, and only these", async () => {
  await using database = await createServiceDatabase("order");
  const { sql } = database;
  const claims = createClaimStore(sql);
  const hash = requestHash({});
  const claim = (key: string) => {
    return claims.claim({ userId: 7n, key, requestHash: hash, subjectId: testOrderId(1) });
  };
  await sql`
    INSERT INTO idempotency_key (user_id, key, request_hash, subject_id, lease_until, create_time)
    SELECT 7, 'old ' || n, ${hash}, ${testOrderId(1)}, now(), now() - interval '25 hours'
    FROM generate_series(1, 2500) AS n`;
  assert.equal((await claim("new")).kind, "mine");
  await runTwice(database, "order-key-sweep");
  const left = await sql`SELECT key FROM idempotency_key`;
  assert.deepEqual([...left], [{ key: "new" }]);
  assert.equal((await claim("new")).kind, "in_flight");
});

Deno.test("a timer whose process stops takes no further batch", async () => {
  await using database = await createServiceDatabase("order");
  const { sql } = database;
  await putOrders(sql, ids(1, 3), 10);
  await runTimer(sql, "order-close-unpaid", AbortSignal.abort());
  assert.deepEqual(await ordersOf(sql), [[10, "", 3]]);
});
