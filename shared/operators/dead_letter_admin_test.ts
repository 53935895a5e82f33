import { toBinary } from "@bufbuild/protobuf";
import { StringValueSchema } from "@bufbuild/protobuf/wkt";
import {
  type Client,
  Code,
  ConnectError,
  createClient,
  createRouterTransport,
} from "@connectrpc/connect";
import assert from "node:assert/strict";
import { AuditAdminService } from "../../proto/gen/ops/v1/audit_admin_service_pb.ts";
import { DeadLetterAdminService } from "../../proto/gen/ops/v1/dead_letter_admin_service_pb.ts";
import { type DeadLetter, DeadLetterState } from "../../proto/gen/ops/v1/dead_letter_pb.ts";
import { createTestDatabase } from "../../tests/support/database.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { authorization } from "../auth/access.ts";
import { writeDeadLetter } from "../messaging/dead_letters.ts";
import type { Job } from "../messaging/jobs.ts";
import { newLetter } from "../messaging/testing/letters.ts";
import { openToy, quiet, type Toy, toyJob } from "../messaging/testing/toy.ts";
import { authentication } from "../rpc/authentication.ts";
import { deadline } from "../rpc/deadline.ts";
import { errorMapping, reasonOf } from "../rpc/error_mapping.ts";
import { as, asService } from "../rpc/testing/principals.ts";
import { verifyTestToken } from "../rpc/testing/principals.ts";
import { createAuditAdminService } from "./audit_admin.ts";
import { createDeadLetterAdminService } from "./dead_letter_admin.ts";

const operator = as(7n, "operator");
const { WAITING, REPLAYED, DISCARDED } = DeadLetterState;
/** Far longer than it takes: a machine that stands still must not fail a test. */
const replayWaitMs = 8_000;

interface Desk {
  readonly letters: Client<typeof DeadLetterAdminService>;
  readonly trail: Client<typeof AuditAdminService>;
  /** Who asked for what, oldest first. */
  audited(): Promise<unknown[]>;
}

function openDesk({ sql }: Toy, jobs: readonly Job[], timeoutMs = 9_000): Desk {
  const transport = createRouterTransport((router) => {
    router.service(
      DeadLetterAdminService,
      createDeadLetterAdminService({ sql, jobs, replayWaitMs }),
    );
    router.service(AuditAdminService, createAuditAdminService(sql));
  }, {
    router: {
      interceptors: [
        errorMapping(quiet),
        deadline({ timeoutMs, timeoutMaxMs: timeoutMs }),
        authentication(verifyTestToken),
        authorization(),
      ],
    },
  });
  const trail = createClient(AuditAdminService, transport);
  async function audited(): Promise<unknown[]> {
    const { entries } = await trail.listAuditEntries({}, operator);
    return entries.toReversed().map(({ actorId, action, target, requestJson }) => {
      return [actorId, action.split("/")[1], target, JSON.parse(requestJson)];
    });
  }
  return { letters: createClient(DeadLetterAdminService, transport), trail, audited };
}

/** Waits for the one letter that the toy's consumer writes. */
async function firstLetter({ letters }: Desk): Promise<DeadLetter> {
  return await eventually("a dead letter", async () => {
    return (await letters.listDeadLetters({}, operator)).deadLetters[0];
  });
}

async function refusal(call: Promise<unknown>): Promise<[Code, string | undefined]> {
  const error = await call.then(() => undefined, (error) => error);
  assert.ok(error instanceof ConnectError, "it was not refused");
  return [error.code, reasonOf(error)];
}

Deno.test("ReplayDeadLetter heals once, and tells what failed again", async (t) => {
  await using toy = await openToy(createTestDatabase());
  const state = { broken: true };
  const job = toyJob({
    after() {
      if (state.broken) throw new Error("cannot digest");
    },
  });
  await using _consumer = toy.consume(job);
  await using _relay = toy.relay();
  const desk = openDesk(toy, [job]);
  const { letters } = desk;
  await toy.say("poison");
  const first = await firstLetter(desk);

  await t.step("a letter is shown as its consumer saw it", () => {
    const { $typeName: _type, id, eventId, traceId, eventTime, deadTime, ...rest } = first;
    assert.deepEqual(rest, {
      consumer: "toy-toy-happened",
      subject: "toy.happened",
      payloadType: "google.protobuf.StringValue",
      payloadJson: '"poison"',
      attempts: 3,
      error: "Error: cannot digest",
      state: WAITING,
      settledTime: 0n,
    });
    assert.match(`${id} ${eventId} ${traceId}`, /^1 [\da-f-]{36} [\da-f]{32}$/);
    assert.ok(eventTime <= deadTime && deadTime <= BigInt(Date.now()));
  });

  await t.step("what fails again waits, with the new failure", async () => {
    const { deadLetter } = await letters.replayDeadLetter({ id: first.id }, operator);
    assert.ok(deadLetter);
    assert.deepEqual({ ...deadLetter, deadTime: 0n }, { ...first, attempts: 4, deadTime: 0n });
    assert.ok(deadLetter.deadTime > first.deadTime);
    assert.deepEqual(await toy.effects(), []);
  });

  await t.step("what is healed answers the same again, its effect happens once", async () => {
    state.broken = false;
    const { deadLetter } = await letters.replayDeadLetter({ id: first.id }, operator);
    assert.deepEqual([deadLetter?.state, deadLetter?.attempts], [REPLAYED, 4]);
    assert.ok(deadLetter && deadLetter.settledTime >= deadLetter.deadTime);
    const again = await Promise.all(
      Array.from({ length: 5 }, () => letters.replayDeadLetter({ id: first.id }, operator)),
    );
    for (const { deadLetter: same } of again) assert.deepEqual(same, deadLetter);
    assert.deepEqual(await toy.effects(), ["toy-toy-happened poison × 1"]);
    assert.deepEqual(
      await refusal(letters.discardDeadLetter({ id: first.id, reason: "old" }, operator)),
      [Code.FailedPrecondition, "DEAD_LETTER_REPLAYED"],
    );
  });

  await t.step("only what was sent is in the audit trail", async () => {
    const sent = [7n, "ReplayDeadLetter", "dead_letter:1", { id: "1" }];
    assert.deepEqual(await desk.audited(), [sent, sent]);
  });
});

Deno.test("ReplayDeadLetter does not wait longer than its caller", async () => {
  await using toy = await openToy(createTestDatabase());
  // Nobody relays, and nobody consumes.
  const desk = openDesk(toy, [toyJob()], 500);
  await writeDeadLetter(toy.sql, newLetter());
  const { deadLetter } = await desk.letters.replayDeadLetter({ id: 1n }, operator);
  assert.deepEqual([deadLetter?.state, deadLetter?.error], [WAITING, "Error: cannot digest"]);
  await desk.letters.replayDeadLetter({ id: 1n }, operator);
  const { length } = await toy.sql`SELECT FROM outbox`;
  assert.equal(length, 1);
  assert.equal((await desk.audited()).length, 1);
});

Deno.test("DeadLetterAdminService", async (t) => {
  await using toy = await openToy(createTestDatabase());
  const { sql } = toy;
  const desk = openDesk(toy, [toyJob()]);
  const { letters, trail } = desk;
  const payload = toBinary(StringValueSchema, {
    $typeName: "google.protobuf.StringValue",
    value: "x",
  });
  const eventId = (n: number) => `0190163d-8694-739b-aea5-${String(n).padStart(12, "0")}`;
  for (let n = 1; n <= 5; n++) {
    const consumer = n === 5 ? "toy-gone" : "toy-toy-happened";
    await writeDeadLetter(sql, newLetter({ eventId: eventId(n), consumer, payload }));
  }
  await writeDeadLetter(sql, newLetter({ eventId: "TOY:2", type: "" }));
  await sql`UPDATE dead_letter SET failed_at = '2030-01-01' WHERE number < 4`;
  await sql`UPDATE dead_letter SET failed_at = '2030-01-02' WHERE number >= 4`;

  await t.step("ListDeadLetters walks through all by its own cursors", async () => {
    const walked: bigint[] = [];
    let position = { cursor: 0n, lastId: 0n };
    for (let page = 0; page < 5; page++) {
      const answer = await letters.listDeadLetters({ ps: 2, ...position }, operator);
      walked.push(...answer.deadLetters.map(({ id }) => id));
      if (answer.isEnd) break;
      position = { cursor: answer.deadTime, lastId: answer.lastId };
    }
    assert.deepEqual(walked, [6n, 5n, 4n, 3n, 2n, 1n]);
  });

  await t.step("ListDeadLetters filters, and shows what can be read", async () => {
    const gone = await letters.listDeadLetters({ consumer: "toy-gone" }, operator);
    assert.deepEqual(gone.deadLetters.map(({ id }) => id), [5n]);
    const none = await letters.listDeadLetters({ state: DISCARDED }, operator);
    const { deadLetters, isEnd, deadTime, lastId } = none;
    assert.deepEqual([deadLetters, isEnd, deadTime, lastId], [[], true, 0n, 0n]);
    await sql`UPDATE dead_letter SET payload = '\\xff' WHERE number = 1`;
    const all = await letters.listDeadLetters({ state: WAITING }, operator);
    assert.deepEqual(all.deadLetters.map(({ payloadJson }) => payloadJson), [
      "",
      '"x"',
      '"x"',
      '"x"',
      '"x"',
      "",
    ]);
  });

  await t.step("DiscardDeadLetter puts aside, once, with the reason in the trail", async () => {
    const wish = { id: 1n, reason: "the order is gone" };
    const { deadLetter } = await letters.discardDeadLetter(wish, operator);
    assert.equal(deadLetter?.state, DISCARDED);
    assert.ok(deadLetter.settledTime > 0n);
    const again = await letters.discardDeadLetter({ ...wish, reason: "again" }, operator);
    assert.deepEqual(again.deadLetter, deadLetter);
    assert.deepEqual(await desk.audited(), [
      [7n, "DiscardDeadLetter", "dead_letter:1", { id: "1", reason: "the order is gone" }],
    ]);
  });

  await t.step("what cannot be handled by anybody can only be discarded", async () => {
    const refused = [Code.FailedPrecondition, "DEAD_LETTER_NOT_REPLAYABLE"];
    for (const id of [5n, 6n]) {
      assert.deepEqual(await refusal(letters.replayDeadLetter({ id }, operator)), refused);
      const { deadLetter } = await letters.discardDeadLetter({ id, reason: "r" }, operator);
      assert.equal(deadLetter?.state, DISCARDED);
    }
    assert.equal((await sql`SELECT FROM outbox`).length, 0);
  });

  await t.step("wrong fields and unknown letters are refused", async () => {
    const invalid = [Code.InvalidArgument, "INVALID_ARGUMENT"];
    for (const reason of ["", "  ", "x".repeat(201), "a\0"]) {
      assert.deepEqual(
        await refusal(letters.discardDeadLetter({ id: 2n, reason }, operator)),
        invalid,
      );
    }
    for (const words of ["a\0", "x".repeat(201)]) {
      const listed = letters.listDeadLetters({ consumer: words }, operator);
      assert.deepEqual(await refusal(listed), invalid);
      assert.deepEqual(await refusal(trail.listAuditEntries({ target: words }, operator)), invalid);
    }
    const unknown = [Code.NotFound, "DEAD_LETTER_NOT_FOUND"];
    for (const id of [0n, -1n, 99n, 2n ** 63n - 1n]) {
      assert.deepEqual(await refusal(letters.replayDeadLetter({ id }, operator)), unknown);
      const discarded = letters.discardDeadLetter({ id, reason: "r" }, operator);
      assert.deepEqual(await refusal(discarded), unknown);
    }
  });

  await t.step("only operators may, and nobody else leaves a trace", async () => {
    const before = await desk.audited();
    const calls: ((options: ReturnType<typeof as>) => Promise<unknown>)[] = [
      (options) => letters.listDeadLetters({}, options),
      (options) => letters.replayDeadLetter({ id: 2n }, options),
      (options) => letters.discardDeadLetter({ id: 2n, reason: "r" }, options),
      (options) => trail.listAuditEntries({}, options),
    ];
    for (const call of calls) {
      assert.deepEqual(await refusal(call(as(1n))), [Code.PermissionDenied, "ROLE_REQUIRED"]);
      assert.deepEqual(await refusal(call(asService())), [Code.PermissionDenied, "NOT_A_PERSON"]);
    }
    assert.deepEqual(await desk.audited(), before);
    assert.ok(await letters.listDeadLetters({}, as(1n, "admin")));
  });

  await t.step("ListAuditEntries pages and filters", async () => {
    await letters.discardDeadLetter({ id: 2n, reason: "r" }, as(8n, "admin"));
    const first = await trail.listAuditEntries({ ps: 3 }, operator);
    const { auditTime: cursor, lastId } = first;
    const second = await trail.listAuditEntries({ ps: 3, cursor, lastId }, operator);
    const targets = [first, second].map(({ entries, isEnd }) => {
      return [entries.map(({ target }) => target), isEnd];
    });
    assert.deepEqual(targets, [
      [["dead_letter:2", "dead_letter:6", "dead_letter:5"], false],
      [["dead_letter:1"], true],
    ]);
    const { entries } = await trail.listAuditEntries({ actorId: 8n }, operator);
    const [
      { $typeName: _type, requestId, auditTime, ...entry } = { requestId: "", auditTime: 0n },
    ] = entries;
    assert.deepEqual(entry, {
      id: 4n,
      actorId: 8n,
      action: "ops.v1.DeadLetterAdminService/DiscardDeadLetter",
      target: "dead_letter:2",
      requestJson: '{"id":"2","reason":"r"}',
      ipAddress: "",
    });
    assert.match(requestId, /^[\w-]{36}$/);
    assert.ok(auditTime > 0n);
    const one = await trail.listAuditEntries({ target: "dead_letter:5" }, operator);
    assert.deepEqual(one.entries.map(({ id }) => id), [2n]);
  });
});
