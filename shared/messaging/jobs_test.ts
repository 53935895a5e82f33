import assert from "node:assert/strict";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import { createTestDatabase } from "../../tests/support/database.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { startOwnPostgres } from "../postgres/testing/own_postgres.ts";
import { newEvent } from "./event.ts";
import { consumerJob, startJobs } from "./jobs.ts";
import { appendOutbox, outboxBacklog } from "./outbox.ts";
import { openToy, quiet, type Toy, toyJob, toyStream, toySubject } from "./testing/toy.ts";

function numbers(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `v${String(index).padStart(3, "0")}`);
}

/** What `effects()` shows when each value was effected once. */
function once(values: readonly string[], consumer = "toy-toy-happened"): string[] {
  return values.map((value) => `${consumer} ${value} × 1`).toSorted();
}

async function settled(toy: Toy, expected: readonly string[]): Promise<void> {
  await eventually("all effects", async () => {
    const { length } = await toy.effects();
    return length >= expected.length && (await outboxBacklog(toy.sql)).waiting === 0;
  }, { timeoutMs: 20_000 });
  assert.deepEqual(await toy.effects(), expected);
}

Deno.test("startJobs() relays committed events to their consumer, and none that was rolled back", async () => {
  await using toy = await openToy(createTestDatabase());
  await using _jobs = startJobs([toyJob()], {
    sql: toy.sql,
    nats: toy.nats,
    log: quiet,
    service: "toy",
    stream: toyStream,
  });
  await toy.say("a", "b");
  await assert.rejects(
    toy.sql.begin(async (tx) => {
      const event = newEvent(StringValueSchema, { value: "never" }, { subject: toySubject });
      await appendOutbox(tx, [event]);
      throw new Error("changed my mind");
    }),
    /changed my mind/,
  );
  await toy.say("c");
  await settled(toy, once(["a", "b", "c"]));
});

Deno.test("a handler learns where and when the event is from, and what it prepared", async () => {
  await using toy = await openToy(createTestDatabase());
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const now = new Date("2030-01-02T03:04:05.678Z");
  const seen: unknown[] = [];
  const job = consumerJob({
    name: "toy-seen",
    stream: toyStream.name,
    subject: toySubject,
    schema: StringValueSchema,
    prepare: ({ value }) => Promise.resolve(`${value} prepared`),
    handle(_tx, message, event, prepared) {
      const { id, subject, type, source, occurredAt, traceparent } = event;
      seen.push({ id, subject, type, source, occurredAt, traceparent, message, prepared });
      return Promise.resolve();
    },
  });
  await using _consumer = toy.consume(job);
  await using _relay = toy.relay();
  const options = { subject: toySubject, traceparent, now };
  const event = newEvent(StringValueSchema, { value: "x" }, options);
  await toy.sql.begin((tx) => appendOutbox(tx, [event]));
  await eventually("the event", () => seen.length);
  assert.deepEqual(seen, [{
    id: event.id,
    subject: "toy.happened",
    type: "google.protobuf.StringValue",
    source: "toy",
    occurredAt: now,
    traceparent,
    message: { $typeName: "google.protobuf.StringValue", value: "x" },
    prepared: "x prepared",
  }]);
});

Deno.test("a handler that fails midway is rolled back and repeated", async () => {
  await using toy = await openToy(createTestDatabase());
  let failures = 2;
  const job = toyJob({
    after(value) {
      if (value === "b" && failures-- > 0) throw new Error("not yet");
    },
  });
  await using _consumer = toy.consume(job);
  await using _relay = toy.relay();
  await toy.say("a", "b", "c");
  await settled(toy, once(["a", "b", "c"]));
  assert.equal(failures, -1);
});

Deno.test("one message delivered ten times has its effect once", async () => {
  await using toy = await openToy(createTestDatabase());
  await using _consumer = toy.consume();
  await using _relay = toy.relay();
  await toy.say("a");
  await settled(toy, once(["a"]));
  // The same events as new messages: the stream's own deduplication does not catch them.
  const connection = await toy.nats.ready;
  const manager = await connection.jetstreamManager();
  const stored = await manager.streams.getMessage(toyStream.name, { seq: 1 });
  for (let copy = 0; copy < 10; copy++) {
    const options = { headers: stored.header, msgID: `copy-${copy}` };
    await connection.jetstream().publish(stored.subject, stored.data, options);
  }
  await toy.say("b");
  await settled(toy, once(["a", "b"]));
  await eventually("all copies acknowledged", async () => {
    const info = await manager.consumers.info(toyStream.name, "toy-toy-happened");
    return info.num_pending === 0 && info.num_ack_pending === 0;
  });
  assert.deepEqual(await toy.effects(), once(["a", "b"]));
});

Deno.test("two relays and two consumers on one outbox do everything once", async () => {
  await using toy = await openToy(createTestDatabase());
  await using _relays = toy.relay();
  await using _moreRelays = toy.relay();
  await using _consumers = toy.consume();
  await using _moreConsumers = toy.consume();
  const values = numbers(300);
  for (let from = 0; from < values.length; from += 50) {
    await toy.say(...values.slice(from, from + 50));
  }
  await settled(toy, once(values));
});

Deno.test("an event that no stream takes does not block the others", async () => {
  await using toy = await openToy(createTestDatabase());
  await using _consumer = toy.consume();
  await using _relay = toy.relay();
  const lost = newEvent(StringValueSchema, { value: "x" }, { subject: "nobody.listens" });
  await toy.sql.begin((tx) => appendOutbox(tx, [lost]));
  await toy.say("a");
  await eventually("the effect", async () => (await toy.effects()).length > 0);
  await toy.say("b");
  await eventually("both effects", async () => (await toy.effects()).length > 1);
  await eventually("another try", async () => {
    const [row] = await toy.sql`SELECT attempts FROM outbox WHERE id = ${lost.id}`;
    return row?.attempts > 1;
  });
  assert.equal((await outboxBacklog(toy.sql)).waiting, 1);
});

for (
  const point of [
    "relay.before_publish",
    "relay.after_publish",
    "relay.after_mark",
    "consumer.before_commit:2",
    "consumer.after_commit:2",
    "consumer.after_ack:2",
  ]
) {
  Deno.test(`a process killed at ${point} loses nothing and does nothing twice`, async () => {
    await using toy = await openToy(createTestDatabase());
    const values = numbers(5);
    await toy.say(...values);
    const script = new URL("./testing/crashing_service.ts", import.meta.url);
    const args = ["run", "-A", "--no-check", script.pathname, toy.databaseUrl, toy.server.url];
    const killed = await new Deno.Command(Deno.execPath(), {
      args: [...args, point],
      stdout: "null",
      stderr: "inherit",
    }).output();
    assert.equal(killed.code, 137);
    await using _relay = toy.relay();
    await using _consumer = toy.consume();
    await settled(toy, once(values));
  });
}

Deno.test("while NATS is stopped events wait, and are consumed when it is back", async () => {
  await using toy = await openToy(createTestDatabase());
  await using _relay = toy.relay();
  await using _consumer = toy.consume();
  await toy.say("before");
  await settled(toy, once(["before"]));
  await toy.server.stop();
  await eventually("noticed", () => !toy.nats.connected);
  const values = numbers(50);
  await toy.say(...values);
  assert.deepEqual(await toy.effects(), once(["before"]));
  assert.equal((await outboxBacklog(toy.sql)).waiting, 50);
  await toy.server.start();
  await settled(toy, once(["before", ...values]));
});

Deno.test("NATS that comes back without its data gets the events again, with no second effect", async () => {
  await using toy = await openToy(createTestDatabase());
  let relay = toy.relay();
  const early = numbers(20);
  await toy.say(...early.slice(0, 10));
  {
    await using _consumer = toy.consume();
    await settled(toy, once(early.slice(0, 10)));
  }
  // These are published and acknowledged, but nobody has consumed them when the data goes.
  await toy.say(...early.slice(10));
  await eventually("all published", async () => (await outboxBacklog(toy.sql)).waiting === 0);
  await toy.server.stop();
  await toy.say("during");
  await toy.server.start({ wipe: true });
  await using _consumer = toy.consume();
  await settled(toy, once([...early, "during"]));
  await relay[Symbol.asyncDispose]();
  relay = toy.relay();
  await toy.say("after");
  await settled(toy, once([...early, "during", "after"]));
  await relay[Symbol.asyncDispose]();
});

Deno.test("NATS that freezes for a while loses nothing", async () => {
  await using toy = await openToy(createTestDatabase());
  await using _relay = toy.relay();
  await using _consumer = toy.consume();
  await toy.say("a");
  await settled(toy, once(["a"]));
  toy.server.freeze();
  try {
    await toy.say("b", "c");
    await eventually("the events are late", async () => {
      return (await outboxBacklog(toy.sql)).oldestMs > 1_500;
    });
  } finally {
    toy.server.thaw();
  }
  await settled(toy, once(["a", "b", "c"]));
});

Deno.test("Postgres restarted while consuming: nothing is lost, nothing is a dead letter", async () => {
  await using postgres = await startOwnPostgres();
  await using toy = await openToy({ url: postgres.url });
  await using _relay = toy.relay();
  await using _consumer = toy.consume(toyJob({ deliveriesMax: 1 }));
  const values = numbers(200);
  await toy.say(...values);
  await eventually("some effects", async () => (await toy.effects()).length > 5);
  await postgres.stopImmediately();
  await postgres.start();
  await eventually("postgres answers", () => toy.effects());
  await settled(toy, once(values));
  assert.deepEqual([...await toy.sql`SELECT error FROM dead_letter`], []);
});

Deno.test("a stop finishes what is in hand", async () => {
  await using toy = await openToy(createTestDatabase());
  await using _relay = toy.relay();
  const begun = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  const consumer = toy.consume(toyJob({
    async after() {
      begun.resolve();
      await mayEnd.promise;
    },
  }));
  await toy.say("a");
  await begun.promise;
  const stopped = consumer[Symbol.asyncDispose]();
  mayEnd.resolve();
  await stopped;
  assert.deepEqual(await toy.effects(), once(["a"]));
});

Deno.test("startJobs() refuses two jobs of one name", async () => {
  await using toy = await openToy(createTestDatabase());
  const options = { sql: toy.sql, nats: toy.nats, log: quiet, service: "toy" };
  assert.throws(() => startJobs([toyJob(), toyJob()], options), /two jobs are named/);
});
