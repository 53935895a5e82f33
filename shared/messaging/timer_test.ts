import assert from "node:assert/strict";
import { createTestDatabase } from "../../tests/support/database.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { openPostgres, type Postgres } from "../postgres/pool.ts";
import type { TimerJob } from "./jobs.ts";
import { migrateToy, quiet } from "./testing/toy.ts";
import { startTimer } from "./timer.ts";

async function openTimers(url: string): Promise<Postgres> {
  const sql = openPostgres({ url, name: "timer_test", log: quiet });
  await migrateToy(sql);
  return sql;
}

function job(everyMs: number, run: TimerJob["run"]): TimerJob {
  return { kind: "timer", name: "tick", everyMs, run };
}

Deno.test("startTimer() on three instances runs once a period, one at a time", async () => {
  await using database = await createTestDatabase();
  await using sql = await openTimers(database.url);
  let running = 0;
  let together = 0;
  const starts: number[] = [];
  const tick = job(200, async () => {
    running++;
    together = Math.max(together, running);
    starts.push(performance.now());
    await sql`SELECT pg_sleep(0.02)`;
    running--;
    // A run that fails is told and does not end the timer.
    if (starts.length === 2) throw new Error("a bad day");
  });
  const first = performance.now();
  {
    await using _a = startTimer(tick, { sql, log: quiet });
    await using _b = startTimer(tick, { sql, log: quiet });
    await using _c = startTimer(tick, { sql, log: quiet });
    await eventually("five runs", () => starts.length >= 5);
  }
  const periods = Math.floor((performance.now() - first) / 200) + 1;
  assert.equal(together, 1);
  assert.ok(starts.length <= periods, `${starts.length} runs in ${periods} periods`);
});

Deno.test("startTimer() takes over the turn of an instance that died, and not before", async () => {
  await using database = await createTestDatabase();
  await using sql = await openTimers(database.url);
  await sql`
    INSERT INTO timer VALUES ('tick', now(), now() + interval '300 ms', gen_random_uuid())`;
  let ranAt = 0;
  const start = performance.now();
  const tick = job(60_000, () => {
    ranAt = performance.now();
    return Promise.resolve();
  });
  await using _timer = startTimer({ ...tick, everyMs: 1_000 }, { sql, log: quiet });
  await eventually("the run", () => ranAt);
  assert.ok(ranAt - start >= 250, `ran after ${ranAt - start} ms`);
});

Deno.test("startTimer() does not make up for missed periods", async () => {
  await using database = await createTestDatabase();
  await using sql = await openTimers(database.url);
  await sql`
    INSERT INTO timer VALUES ('tick', now() - interval '1 day', now(), gen_random_uuid())`;
  let runs = 0;
  const tick = job(60_000, () => Promise.resolve(void runs++));
  await using _timer = startTimer(tick, { sql, log: quiet });
  const next = await eventually("the next turn", async () => {
    const [row] = await sql`
      SELECT extract(epoch FROM next_at - now())::float8 AS s FROM timer WHERE next_at > now()`;
    return row?.s as number | undefined;
  });
  assert.equal(runs, 1);
  assert.ok(next > 50 && next <= 60, `next in ${next} s`);
});

Deno.test("a stop aborts the run, which stays due", async () => {
  await using database = await createTestDatabase();
  await using sql = await openTimers(database.url);
  const begun = Promise.withResolvers<void>();
  const tick = job(60_000, async (signal) => {
    begun.resolve();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
  });
  const timer = startTimer(tick, { sql, log: quiet });
  await begun.promise;
  await timer[Symbol.asyncDispose]();
  const [row] = await sql`SELECT next_at <= now() AND claimed_until <= now() AS due FROM timer`;
  assert.deepEqual({ ...row }, { due: true });
});
