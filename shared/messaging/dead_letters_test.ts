import assert from "node:assert/strict";
import { BoolValueSchema, StringValueSchema } from "@bufbuild/protobuf/wkt";
import { createTestDatabase } from "../../tests/support/database.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { unavailable } from "../errors.ts";
import { migrate } from "../postgres/migrate.ts";
import { openPostgres } from "../postgres/pool.ts";
import { replayDeadLetter } from "./dead_letter_writes.ts";
import {
  countDeadLetters,
  type DeadLetter,
  deadLetterState,
  findDeadLetter,
  listDeadLetters,
  writeDeadLetter,
} from "./dead_letters.ts";
import { eventHeaders, newEvent, payloadMax } from "./event.ts";
import { consumerJob } from "./jobs.ts";
import { appendOutbox, outboxBacklog } from "./outbox.ts";
import { newLetter, testAudit } from "./testing/letters.ts";
import { openToy, quiet, type Toy, toyJob, toyStream, toySubject } from "./testing/toy.ts";

const { waiting, replayed, discarded } = deadLetterState;

async function all({ sql }: Toy): Promise<DeadLetter[]> {
  return await listDeadLetters(sql, {}, undefined, 100);
}

async function openLetters(toy: Toy, count: number): Promise<DeadLetter[]> {
  await eventually("dead letters", async () => await countDeadLetters(toy.sql) === count);
  return await all(toy);
}

/** Replays the letter and waits until something has come of it. */
async function tried(toy: Toy, number: bigint): Promise<DeadLetter> {
  assert.equal(await replayDeadLetter(toy.sql, number, testAudit), true);
  return await eventually("what came of it", async () => {
    const letter = await findDeadLetter(toy.sql, number);
    return letter?.isUnderWay ? undefined : letter;
  });
}

Deno.test("poison becomes a dead letter after the limit, others pass, a replay repairs", async () => {
  await using toy = await openToy(createTestDatabase());
  const state = { broken: true, tries: 0 };
  const fragile = toyJob({
    name: "toy-fragile",
    after(value) {
      if (value !== "poison") return;
      state.tries++;
      if (state.broken) throw new Error(`cannot digest ${state.tries}`);
    },
  });
  await using _fragile = toy.consume(fragile);
  await using _sturdy = toy.consume(toyJob({ name: "toy-sturdy" }));
  await using _relay = toy.relay();
  await toy.say("a", "poison", "b");
  const [letter] = await openLetters(toy, 1);
  assert.ok(letter);
  const { number, eventId, payload, traceparent, occurredAt: _at, failedAt, ...rest } = letter;
  assert.deepEqual(rest, {
    consumer: "toy-fragile",
    subject: "toy.happened",
    type: "google.protobuf.StringValue",
    error: "Error: cannot digest 3",
    deliveries: 3,
    state: waiting,
    isUnderWay: false,
    settledAt: null,
  });
  assert.match(new TextDecoder().decode(payload ?? undefined), /poison/);
  assert.match(traceparent ?? "", /^00-/);
  const sturdy = ["toy-sturdy a × 1", "toy-sturdy b × 1", "toy-sturdy poison × 1"];
  await eventually("the others", async () => (await toy.effects()).length === 5);
  assert.deepEqual(await toy.effects(), ["toy-fragile a × 1", "toy-fragile b × 1", ...sturdy]);

  // A replay is one try, after which the same letter waits again.
  const again = await tried(toy, number);
  assert.deepEqual(
    [again.eventId, again.error, again.deliveries, again.state, again.failedAt >= failedAt],
    [eventId, "Error: cannot digest 4", 4, waiting, true],
  );

  // Even a consumer that has forgotten the event lets a replay pass that is not for it.
  await toy.sql`DELETE FROM inbox WHERE consumer = 'toy-sturdy'`;
  state.broken = false;
  const healed = await tried(toy, number);
  assert.deepEqual([healed.state, healed.deliveries], [replayed, 4]);
  assert.ok(healed.settledAt);
  assert.equal(await replayDeadLetter(toy.sql, number, testAudit), false);
  await eventually("all published", async () => (await outboxBacklog(toy.sql)).waiting === 0);
  assert.deepEqual(await toy.effects(), [
    "toy-fragile a × 1",
    "toy-fragile b × 1",
    "toy-fragile poison × 1",
    ...sturdy,
  ]);
  assert.deepEqual([await countDeadLetters(toy.sql), state.tries], [0, 5]);
});

Deno.test("a replay of what has had its effect is handled, and has it no second time", async () => {
  await using toy = await openToy(createTestDatabase());
  await using _consumer = toy.consume();
  await using _relay = toy.relay();
  await toy.say("once");
  await eventually("the effect", async () => (await toy.effects()).length === 1);
  const [event] = await toy.sql<{ id: string; payload: Uint8Array }[]>`
    SELECT id, payload FROM outbox`;
  assert.ok(event);
  const { id: eventId, payload } = event;
  await writeDeadLetter(toy.sql, newLetter({ eventId, payload, consumer: "toy-toy-happened" }));
  const [letter] = await openLetters(toy, 1);
  const { state, deliveries } = await tried(toy, letter?.number ?? 0n);
  assert.deepEqual([state, deliveries], [replayed, 1]);
  assert.deepEqual(await toy.effects(), ["toy-toy-happened once × 1"]);
});

Deno.test("a replay is one try also when its failure is passing, and without an inbox", async () => {
  await using toy = await openToy(createTestDatabase());
  const state = { away: true, tries: 0 };
  const job = consumerJob({
    name: "toy-forgetful",
    stream: toyStream.name,
    subject: toySubject,
    schema: StringValueSchema,
    prepare() {
      state.tries++;
      return state.away ? Promise.reject(unavailable("redis")) : Promise.resolve();
    },
  });
  await using _consumer = toy.consume(job);
  await using _relay = toy.relay();
  const { id: eventId, payload } = newEvent(StringValueSchema, { value: "x" }, {
    subject: toySubject,
  });
  await writeDeadLetter(toy.sql, newLetter({ eventId, payload, consumer: "toy-forgetful" }));
  const failed = await tried(toy, 1n);
  assert.deepEqual([failed.state, failed.error, state.tries], [
    waiting,
    "REDIS_UNAVAILABLE: redis is unavailable, try again",
    1,
  ]);
  state.away = false;
  assert.deepEqual([(await tried(toy, 1n)).state, state.tries], [replayed, 2]);
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

Deno.test("writeDeadLetter() keeps one letter of an event and its consumer", async (t) => {
  await using toy = await openToy(createTestDatabase());
  const { sql } = toy;
  async function write(error: string, deliveries: number): Promise<void> {
    await writeDeadLetter(sql, newLetter({ error, deliveries }));
  }
  async function only() {
    const [letter, ...others] = await all(toy);
    assert.deepEqual(others, []);
    const { error, deliveries, state, isUnderWay, settledAt } = letter ?? {};
    return { error, deliveries, state, isUnderWay, isSettled: settledAt !== null };
  }
  const open = { state: waiting, isUnderWay: false, isSettled: false };

  await t.step("written again after a crash it counts the same deliveries", async () => {
    await write("e".repeat(1_000), 8);
    await write("b", 9);
    await write("b", 8);
    assert.deepEqual(await only(), { error: "b", deliveries: 9, ...open });
  });

  await t.step("sent again it counts on", async () => {
    await sql`UPDATE dead_letter SET replayed_at = now()`;
    assert.deepEqual(await only(), { error: "b", deliveries: 9, ...open, isUnderWay: true });
    await write("c", 1);
    assert.deepEqual(await only(), { error: "c", deliveries: 10, ...open });
  });

  await t.step("handled it waits again", async () => {
    await sql`UPDATE dead_letter SET state = ${replayed}, settled_at = now()`;
    await write("d", 8);
    assert.deepEqual(await only(), { error: "d", deliveries: 10, ...open });
  });

  await t.step("put aside it stays so", async () => {
    await sql`UPDATE dead_letter SET state = ${discarded}, settled_at = now(), replayed_at = now()`;
    await write("e", 1);
    const aside = { state: discarded, isUnderWay: false, isSettled: true };
    assert.deepEqual(await only(), { error: "e", deliveries: 11, ...aside });
  });

  await t.step("an error and a payload have their limits", async () => {
    await sql`DELETE FROM dead_letter`;
    const payload = new Uint8Array(payloadMax + 1);
    await writeDeadLetter(sql, newLetter({ error: "e".repeat(1_000), payload }));
    const [letter] = await all(toy);
    assert.deepEqual([letter?.error.length, letter?.payload], [500, null]);
  });
});

Deno.test("listDeadLetters() pages by key and filters", async (t) => {
  await using toy = await openToy(createTestDatabase());
  const { sql } = toy;
  for (let number = 1; number <= 5; number++) {
    const consumer = number % 2 === 0 ? "even" : "odd";
    await writeDeadLetter(sql, newLetter({ consumer, eventId: `event ${number}` }));
  }

  await t.step("none is skipped or repeated while more come", async () => {
    // Three of them in the same millisecond: the number breaks the tie.
    await sql`UPDATE dead_letter SET failed_at = '2030-01-01' WHERE event_id < 'event 4'`;
    const first = await listDeadLetters(sql, {}, undefined, 2);
    await sql`UPDATE dead_letter SET failed_at = '2029-01-01' WHERE event_id > 'event 3'`;
    const after = (letter: DeadLetter | undefined) => {
      assert.ok(letter);
      return { value: BigInt(letter.failedAt.getTime()), lastId: letter.number };
    };
    const second = await listDeadLetters(sql, {}, after(first[1]), 2);
    const third = await listDeadLetters(sql, {}, after(second[1]), 2);
    const ids = [first, second, third].map((page) => page.map(({ eventId }) => eventId));
    assert.deepEqual(ids, [["event 3", "event 2"], ["event 1", "event 5"], ["event 4"]]);
  });

  await t.step("by consumer and by state", async () => {
    await sql`
      UPDATE dead_letter SET state = ${discarded}, settled_at = now() WHERE event_id < 'event 3'`;
    const events = async (filter: Parameters<typeof listDeadLetters>[1]) => {
      const found = await listDeadLetters(sql, filter, undefined, 10);
      return found.map(({ eventId }) => eventId.at(-1)).join("");
    };
    assert.deepEqual(
      {
        odd: await events({ consumer: "odd" }),
        waiting: await events({ state: waiting }),
        discardedOdd: await events({ consumer: "odd", state: discarded }),
        replayed: await events({ state: replayed }),
        nobody: await events({ consumer: "nobody" }),
        strange: await events({ state: 2 ** 31 - 1 }),
      },
      { odd: "315", waiting: "354", discardedOdd: "1", replayed: "", nobody: "", strange: "" },
    );
    assert.equal(await countDeadLetters(sql), 3);
  });
});

Deno.test("letters from before there were states keep what they say", async () => {
  await using database = await createTestDatabase();
  await using sql = openPostgres({ url: database.url, name: "test", log: quiet });
  const here = new URL("migrations/", import.meta.url);
  const path = await Deno.makeTempDir({ prefix: "migrations_" });
  try {
    await Deno.copyFile(new URL("0001_messaging.sql", here), `${path}/0001_messaging.sql`);
    const before = { set: "messaging", dir: new URL(`file://${path}/`) };
    await migrate(sql, [before], { log: quiet });
  } finally {
    await Deno.remove(path, { recursive: true });
  }
  await sql`
    INSERT INTO dead_letter (id, consumer, event_id, subject, type, source, payload, occurred_at,
                             error, deliveries, replayed_at)
    SELECT gen_random_uuid(), 'c', n, 's', 't', 's', '', now(), 'e', 1,
           CASE n WHEN 2 THEN timestamptz '2030-01-02' END
    FROM generate_series(1, 2) AS n`;
  await migrate(sql, [{ set: "messaging", dir: here }], { log: quiet });
  const letters = await listDeadLetters(sql, {}, undefined, 10);
  assert.deepEqual(
    letters.map(({ eventId, state, settledAt }) => [eventId, state, settledAt]).toSorted(),
    [["1", waiting, null], ["2", replayed, new Date("2030-01-02")]],
  );
  assert.deepEqual(letters.map(({ number }) => number).toSorted(), [1n, 2n]);
});
