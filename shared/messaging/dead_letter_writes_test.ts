import assert from "node:assert/strict";
import { createTestDatabase } from "../../tests/support/database.ts";
import { listAuditEntries } from "../postgres/audit_trail.ts";
import { discardDeadLetter, replayDeadLetter } from "./dead_letter_writes.ts";
import {
  countDeadLetters,
  deadLetterState,
  findDeadLetter,
  listDeadLetters,
  settleReplay,
  writeDeadLetter,
} from "./dead_letters.ts";
import { sweepMessaging } from "./retention.ts";
import { newLetter, testAudit } from "./testing/letters.ts";
import { openToy, type Toy } from "./testing/toy.ts";

const { replayed, discarded, waiting } = deadLetterState;
/** An entry that the database refuses. */
const tooLong = { ...testAudit, requestJson: "x".repeat(16_385) };

/** A new letter that nothing was done with. */
async function begin({ sql }: Toy): Promise<bigint> {
  await sql`DELETE FROM dead_letter`;
  await sql`DELETE FROM outbox`;
  await writeDeadLetter(sql, newLetter());
  const [letter] = await listDeadLetters(sql, {}, undefined, 1);
  assert.ok(letter);
  return letter.number;
}

async function stateOf({ sql }: Toy, number: bigint) {
  const letter = await findDeadLetter(sql, number);
  return [letter?.state, letter?.isUnderWay];
}

async function counts({ sql }: Toy): Promise<{ sent: number; audited: number }> {
  const { length: sent } = await sql`SELECT FROM outbox`;
  const { length: audited } = await listAuditEntries(
    sql,
    { actorId: 0n, target: "" },
    undefined,
    100,
  );
  return { sent, audited };
}

Deno.test("replayDeadLetter()", async (t) => {
  await using toy = await openToy(createTestDatabase());
  const { sql } = toy;

  await t.step("sends the event to its consumer, once however many ask at once", async () => {
    const number = await begin(toy);
    const all = await Promise.all(
      Array.from({ length: 10 }, () => replayDeadLetter(sql, number, testAudit)),
    );
    assert.equal(all.filter(Boolean).length, 1);
    assert.deepEqual(await counts(toy), { sent: 1, audited: 1 });
    assert.deepEqual(await stateOf(toy, number), [waiting, true]);
    const [row] = await sql`SELECT event_id, target, subject, type, source FROM outbox`;
    assert.deepEqual({ ...row }, {
      event_id: "0190163d-8694-739b-aea5-966c26f8ad91",
      target: "toy-toy-happened",
      subject: "toy.happened",
      type: "google.protobuf.StringValue",
      source: "toy",
    });
  });

  await t.step("sends again what nobody has heard of for a minute", async () => {
    const number = await begin(toy);
    assert.equal(await replayDeadLetter(sql, number, testAudit), true);
    await sql`UPDATE dead_letter SET replayed_at = now() - interval '59 s'`;
    assert.equal(await replayDeadLetter(sql, number, testAudit), false);
    await sql`UPDATE dead_letter SET replayed_at = now() - interval '61 s'`;
    assert.equal(await replayDeadLetter(sql, number, testAudit), true);
  });

  await t.step("takes back what was put aside, and leaves what was handled", async () => {
    const number = await begin(toy);
    assert.equal(await discardDeadLetter(sql, number, testAudit), true);
    assert.equal(await replayDeadLetter(sql, number, testAudit), true);
    assert.deepEqual(await stateOf(toy, number), [waiting, true]);
    await settleReplay(sql, newLetter());
    assert.equal(await replayDeadLetter(sql, number, testAudit), false);
    assert.deepEqual(await stateOf(toy, number), [replayed, false]);
    assert.equal(await replayDeadLetter(sql, number + 1n, testAudit), false);
  });

  await t.step("does nothing that it cannot record", async () => {
    const number = await begin(toy);
    const before = await counts(toy);
    await assert.rejects(replayDeadLetter(sql, number, tooLong), /audit_entry_request_size/);
    assert.deepEqual([await counts(toy), await stateOf(toy, number)], [before, [waiting, false]]);
  });
});

Deno.test("discardDeadLetter()", async (t) => {
  await using toy = await openToy(createTestDatabase());
  const { sql } = toy;

  await t.step("puts aside what waits, once", async () => {
    const number = await begin(toy);
    assert.equal(await discardDeadLetter(sql, number, testAudit), true);
    assert.equal(await discardDeadLetter(sql, number, testAudit), false);
    assert.deepEqual(await stateOf(toy, number), [discarded, false]);
    assert.deepEqual([await countDeadLetters(sql), (await counts(toy)).audited], [0, 1]);
  });

  await t.step("a replay that is handled all the same is told", async () => {
    const number = await begin(toy);
    await replayDeadLetter(sql, number, testAudit);
    await discardDeadLetter(sql, number, testAudit);
    assert.deepEqual(await stateOf(toy, number), [discarded, false]);
    await settleReplay(sql, newLetter());
    assert.deepEqual(await stateOf(toy, number), [replayed, false]);
    assert.equal(await discardDeadLetter(sql, number, testAudit), false);
  });

  await t.step("does nothing that it cannot record", async () => {
    const number = await begin(toy);
    await assert.rejects(discardDeadLetter(sql, number, tooLong), /audit_entry_request_size/);
    assert.deepEqual(await stateOf(toy, number), [waiting, false]);
  });

  await t.step("the retention takes what was settled long ago, never what waits", async () => {
    await sql`DELETE FROM dead_letter`;
    for (const eventId of ["waits", "old", "new"]) {
      await writeDeadLetter(sql, newLetter({ eventId }));
    }
    await sql`
      UPDATE dead_letter SET failed_at = now() - interval '99 d', replayed_at = now() - interval '98 d'`;
    await sql`
      UPDATE dead_letter SET state = ${discarded}, settled_at = now() - interval '1 d' *
        CASE event_id WHEN 'old' THEN 31 ELSE 29 END
      WHERE event_id <> 'waits'`;
    assert.equal(await sweepMessaging(sql, new AbortController().signal), 1);
    const left = await sql<{ event_id: string }[]>`SELECT event_id FROM dead_letter ORDER BY 1`;
    assert.deepEqual(left.map(({ event_id }) => event_id), ["new", "waits"]);
  });
});
