import assert from "node:assert/strict";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { createTestDatabase } from "../../tests/support/database.ts";
import { openPostgres, type Postgres } from "../postgres/pool.ts";
import { newEvent } from "./event.ts";
import {
  appendOutbox,
  claimOutbox,
  markPublished,
  outboxBacklog,
  postponeOutbox,
  requeueLost,
} from "./outbox.ts";
import { sweepMessaging } from "./retention.ts";
import { migrateToy, quiet, toySubject } from "./testing/toy.ts";

async function openOutbox(url: string): Promise<Postgres> {
  const sql = openPostgres({ url, name: "outbox_test", log: quiet });
  await migrateToy(sql);
  return sql;
}

async function append(sql: Postgres, count: number): Promise<string[]> {
  const events = Array.from({ length: count }, (_, index) => {
    return newEvent(StringValueSchema, { value: `${index}` }, { subject: toySubject });
  });
  await sql.begin((tx) => appendOutbox(tx, events));
  return events.map((event) => event.id);
}

const claim = { limit: 10, leaseMs: 60_000 };

Deno.test("claimOutbox() hands each row to one relay, oldest first, until its lease ends", async () => {
  await using database = await createTestDatabase();
  await using sql = await openOutbox(database.url);
  const ids = await append(sql, 25);
  const claims = await Promise.all([1, 2, 3, 4].map(() => claimOutbox(sql, claim)));
  const taken = claims.flat().map((row) => row.id);
  assert.deepEqual(taken.toSorted(), ids);
  for (const rows of claims) assert.deepEqual(rows, rows.toSorted((a, b) => a.id < b.id ? -1 : 1));
  assert.deepEqual(await claimOutbox(sql, claim), []);

  await sql`UPDATE outbox SET available_at = now()`;
  const [again] = await claimOutbox(sql, claim);
  assert.deepEqual([again?.id, again?.attempts], [ids[0], 2]);
});

Deno.test("postponeOutbox() gives a row back later, and outboxBacklog() still counts it", async () => {
  await using database = await createTestDatabase();
  await using sql = await openOutbox(database.url);
  const [first = "", second = ""] = await append(sql, 2);
  await claimOutbox(sql, claim);
  await postponeOutbox(sql, [{ id: first, pauseMs: 0 }, { id: second, pauseMs: 60_000 }]);
  assert.deepEqual((await claimOutbox(sql, claim)).map((row) => row.id), [first]);
  const { waiting, oldestMs } = await outboxBacklog(sql);
  assert.equal(waiting, 2);
  assert.ok(oldestMs > 0 && oldestMs < 60_000);
});

Deno.test("requeueLost() puts back what the stream cannot have any more, and nothing else", async () => {
  await using database = await createTestDatabase();
  await using sql = await openOutbox(database.url);
  const ids = await append(sql, 7);
  const [kept = "", old = "", beyond = "", overwritten = "", by = "", foreign = "", aged = ""] =
    ids;
  const at = (id: string, epoch: string | null, seq: number) => ({ id, stream: "S", epoch, seq });
  await markPublished(sql, [at(overwritten, "e2", 5), at(aged, "e1", 1)]);
  await sql`UPDATE outbox SET published_at = now() - interval '1 minute' WHERE id = ${overwritten}`;
  await sql`UPDATE outbox SET published_at = now() - interval '2 days' WHERE id = ${aged}`;
  await markPublished(sql, [
    at(kept, "e2", 4),
    at(old, "e1", 3),
    at(beyond, "e2", 9),
    at(by, "e2", 5),
    at(foreign, null, 100),
  ]);
  const place = { name: "S", epoch: "e2", lastSeq: 5 };
  assert.equal(await requeueLost(sql, place, { windowMs: 86_400_000 }), 3);
  const fresh = await append(sql, 1);
  const claimed = (await claimOutbox(sql, claim)).map((row) => row.id);
  // What is new goes before what goes again.
  assert.deepEqual(claimed, [...fresh, ...[old, beyond, overwritten].toSorted()]);
  assert.equal(await requeueLost(sql, place, { windowMs: 86_400_000 }), 0);
});

Deno.test("appendOutbox() refuses more than it can write at once", async () => {
  await using database = await createTestDatabase();
  await using sql = await openOutbox(database.url);
  await assert.rejects(append(sql, 1_001), RangeError);
  assert.deepEqual(await append(sql, 0), []);
  assert.equal((await outboxBacklog(sql)).waiting, 0);
});

Deno.test("sweepMessaging() deletes what is old and settled only", async () => {
  await using database = await createTestDatabase();
  await using sql = await openOutbox(database.url);
  const [old = "", recent = "", waiting = ""] = await append(sql, 3);
  await markPublished(
    sql,
    [old, recent].map((id, index) => {
      return { id, stream: "S", epoch: "e", seq: index };
    }),
  );
  await sql`UPDATE outbox SET published_at = now() - interval '8 days' WHERE id = ${old}`;
  await sql`UPDATE outbox SET occurred_at = now() - interval '9 days' WHERE id = ${waiting}`;
  await sql`
    INSERT INTO inbox VALUES ('c', ${old}, now() - interval '31 days'), ('c', ${recent}, now())`;
  const never = new AbortController().signal;
  assert.equal(await sweepMessaging(sql, never), 2);
  const left = await sql`SELECT id FROM outbox UNION ALL SELECT event_id FROM inbox ORDER BY 1`;
  assert.deepEqual(left.map((row) => row.id), [recent, recent, waiting].toSorted());
  await assert.rejects(sweepMessaging(sql, never, { inboxKeepMs: 1 }), RangeError);
});
