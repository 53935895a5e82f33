import assert from "node:assert/strict";
import { BoolValueSchema } from "@bufbuild/protobuf/wkt";
import { createTestDatabase } from "../../tests/support/database.ts";
import { eventually } from "../../tests/support/eventually.ts";
import {
  countDeadLetters,
  type DeadLetter,
  listDeadLetters,
  replayDeadLetters,
  writeDeadLetter,
} from "./dead_letters.ts";
import { eventHeaders, newEvent } from "./event.ts";
import { appendOutbox, outboxBacklog } from "./outbox.ts";
import { openToy, type Toy, toyJob, toySubject } from "./testing/toy.ts";

async function openLetters(toy: Toy, count: number): Promise<DeadLetter[]> {
  await eventually("dead letters", async () => await countDeadLetters(toy.sql) === count);
  return await listDeadLetters(toy.sql);
}

Deno.test("poison becomes a dead letter after the limit, others pass, a replay repairs", async () => {
  await using toy = await openToy(createTestDatabase());
  const state = { broken: true, tries: 0 };
  const fragile = toyJob({
    name: "toy-fragile",
    after(value) {
      if (value !== "poison") return;
      state.tries++;
      if (state.broken) throw new Error("cannot digest");
    },
  });
  await using _fragile = toy.consume(fragile);
  await using _sturdy = toy.consume(toyJob({ name: "toy-sturdy" }));
  await using _relay = toy.relay();
  await toy.say("a", "poison", "b");
  const [letter] = await openLetters(toy, 1);
  assert.ok(letter);
  const { id, eventId, occurredAt: _occurred, failedAt: _failed, ...rest } = letter;
  assert.deepEqual(rest, {
    consumer: "toy-fragile",
    subject: "toy.happened",
    type: "google.protobuf.StringValue",
    source: "toy",
    error: "Error: cannot digest",
    deliveries: 3,
  });
  assert.equal(state.tries, 3);
  const sturdy = ["toy-sturdy a × 1", "toy-sturdy b × 1", "toy-sturdy poison × 1"];
  await eventually("the others", async () => (await toy.effects()).length === 5);
  assert.deepEqual(await toy.effects(), ["toy-fragile a × 1", "toy-fragile b × 1", ...sturdy]);

  // A replay that fails again opens the same letter again.
  assert.deepEqual(await replayDeadLetters(toy.sql, [id]), [id]);
  const [again] = await openLetters(toy, 1);
  assert.deepEqual([again?.id, again?.eventId], [id, eventId]);

  // Even a consumer that has forgotten the event lets a replay pass that is not for it.
  await toy.sql`DELETE FROM inbox WHERE consumer = 'toy-sturdy'`;
  state.broken = false;
  assert.deepEqual(await replayDeadLetters(toy.sql, [id]), [id]);
  assert.deepEqual(await replayDeadLetters(toy.sql, [id]), []);
  await eventually("the repaired effect", async () => (await toy.effects()).length === 6);
  await eventually("all published", async () => (await outboxBacklog(toy.sql)).waiting === 0);
  assert.deepEqual(await toy.effects(), [
    "toy-fragile a × 1",
    "toy-fragile b × 1",
    "toy-fragile poison × 1",
    ...sturdy,
  ]);
  assert.equal(await countDeadLetters(toy.sql), 0);
});

Deno.test("what cannot be read is a dead letter at once", async () => {
  await using toy = await openToy(createTestDatabase());
  await using _consumer = toy.consume();
  await using _relay = toy.relay();
  await toy.say("first");
  await eventually("the stream", async () => (await toy.effects()).length === 1);
  const jetstream = (await toy.nats.ready).jetstream();

  await jetstream.publish(toySubject, "no headers at all");
  const good = newEvent(BoolValueSchema, { value: true }, { subject: toySubject });
  await toy.sql.begin((tx) => appendOutbox(tx, [good]));
  const broken = eventHeaders({
    ...good,
    id: "0190163d-8694-739b-aea5-966c26f8ad91",
    type: "google.protobuf.StringValue",
    source: "elsewhere",
    target: undefined,
  });
  await jetstream.publish(toySubject, new Uint8Array([0xff, 0xff, 0xff]), { headers: broken });

  const letters = await openLetters(toy, 3);
  const seen = letters.map(({ eventId, error, deliveries }) => ({ eventId, error, deliveries }));
  assert.deepEqual(
    seen.toSorted((a, b) => a.error < b.error ? -1 : 1).map(({ error, ...rest }) => ({
      ...rest,
      error: error.slice(0, 30),
    })),
    [
      {
        eventId: "0190163d-8694-739b-aea5-966c26f8ad91",
        deliveries: 1,
        error: "RangeError: premature EOF",
      },
      { eventId: good.id, deliveries: 1, error: "TypeError: the event is a goog" },
      { eventId: "TOY:2", deliveries: 1, error: "ce-specversion is not 1.0" },
    ].toSorted((a, b) => a.error < b.error ? -1 : 1),
  );
  assert.deepEqual(await toy.effects(), ["toy-toy-happened first × 1"]);
});

Deno.test("listDeadLetters() pages by key, none skipped or repeated while more come", async () => {
  await using toy = await openToy(createTestDatabase());
  const write = (number: number) =>
    writeDeadLetter(toy.sql, {
      consumer: "c",
      eventId: `event ${number}`,
      subject: toySubject,
      type: "t",
      source: "s",
      traceparent: null,
      payload: new Uint8Array(),
      occurredAt: new Date(),
      error: "e".repeat(1_000),
      deliveries: 1,
    });
  for (let number = 1; number <= 5; number++) await write(number);
  // Half of them in the same millisecond: the id breaks the tie.
  await toy.sql`UPDATE dead_letter SET failed_at = '2030-01-01' WHERE event_id < 'event 4'`;
  const first = await listDeadLetters(toy.sql, { limit: 2 });
  await toy.sql`UPDATE dead_letter SET failed_at = '2029-01-01' WHERE event_id > 'event 3'`;
  const cursor = first[1];
  assert.ok(cursor);
  const second = await listDeadLetters(toy.sql, { limit: 2, cursor });
  const third = await listDeadLetters(toy.sql, {
    limit: 2,
    ...(second[1] && { cursor: second[1] }),
  });
  const ids = [...first, ...second, ...third].map((letter) => letter.eventId);
  assert.deepEqual(ids, ["event 3", "event 2", "event 1", "event 5", "event 4"]);
  assert.equal(first[0]?.error.length, 500);
});
