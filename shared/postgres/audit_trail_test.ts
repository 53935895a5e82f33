import assert from "node:assert/strict";
import { createTestDatabase } from "../../tests/support/database.ts";
import { createLogger } from "../log.ts";
import {
  type AuditEntry,
  listAuditEntries,
  type NewAuditEntry,
  writeAuditEntry,
} from "./audit_trail.ts";
import { migrate } from "./migrate.ts";
import { openPostgres } from "./pool.ts";
import { inTransaction } from "./transaction.ts";

const log = createLogger({ level: "error" });
const messaging = { set: "messaging", dir: new URL("../messaging/migrations/", import.meta.url) };
const everything = { actorId: 0n, target: "" } as const;

function entryOf(n: number, more: Partial<NewAuditEntry> = {}): NewAuditEntry {
  return {
    actorId: BigInt(n % 2 + 1),
    action: "toy.v1.ToyAdminService/MendToy",
    target: `toy:${n}`,
    requestJson: `{"n":${n}}`,
    requestId: `request-${n}`,
    ipAddress: "192.0.2.1",
    ...more,
  };
}

Deno.test("the audit trail", async (t) => {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await createTestDatabase());
  const sql = stack.use(openPostgres({ url: database.url, name: "test", log }));
  await migrate(sql, [messaging], { log });
  const list = async (filter = everything as { actorId: bigint; target: string }) => {
    const found = await listAuditEntries(sql, filter, undefined, 100);
    return found.map(({ target }) => target);
  };

  await t.step("keeps what it is given, newest first", async () => {
    // All in one transaction, and so in the same millisecond: the number breaks the tie.
    await inTransaction(sql, async (tx) => {
      for (let n = 1; n <= 5; n++) await writeAuditEntry(tx, entryOf(n));
    });
    assert.deepEqual(await list(), ["toy:5", "toy:4", "toy:3", "toy:2", "toy:1"]);
    const [newest] = await listAuditEntries(sql, everything, undefined, 1);
    assert.ok(newest);
    const { auditTime, ...rest } = newest;
    assert.deepEqual(rest, { id: 5n, ...entryOf(5) });
    assert.ok(Math.abs(Date.now() - auditTime.getTime()) < 60_000);
  });

  await t.step("pages by key and filters", async () => {
    const walked: bigint[] = [];
    let last: AuditEntry | undefined;
    for (let page = 0; page < 4; page++) {
      const after = last && { value: BigInt(last.auditTime.getTime()), lastId: last.id };
      const found = await listAuditEntries(sql, everything, after, 2);
      walked.push(...found.map(({ id }) => id));
      last = found.at(-1) ?? last;
    }
    assert.deepEqual(walked, [5n, 4n, 3n, 2n, 1n]);
    assert.deepEqual(await list({ actorId: 1n, target: "" }), ["toy:4", "toy:2"]);
    assert.deepEqual(await list({ actorId: 0n, target: "toy:3" }), ["toy:3"]);
    assert.deepEqual(await list({ actorId: 1n, target: "toy:3" }), []);
  });

  await t.step("goes with its transaction", async () => {
    const before = await list();
    await assert.rejects(
      inTransaction(sql, async (tx) => {
        await writeAuditEntry(tx, entryOf(6));
        throw new Error("changed my mind");
      }),
      /changed my mind/,
    );
    assert.deepEqual(await list(), before);
  });

  await t.step("cannot be changed or shortened", async () => {
    const before = await list();
    const wrong = [
      () => sql`UPDATE audit_entry SET actor_id = 9`,
      () => sql`UPDATE audit_entry SET actor_id = 9 WHERE false`,
      () => sql`DELETE FROM audit_entry WHERE id = 1`,
      () => sql`TRUNCATE audit_entry`,
      () => sql`INSERT INTO audit_entry SELECT * FROM audit_entry`,
    ];
    for (const change of wrong) {
      await assert.rejects(
        async () => await change(),
        /append only|non-DEFAULT value into column "id"/,
      );
    }
    assert.deepEqual(await list(), before);
  });

  await t.step("takes requests up to 16 KiB", async () => {
    const write = (requestJson: string) => {
      return inTransaction(sql, (tx) => writeAuditEntry(tx, entryOf(7, { requestJson })));
    };
    await write("x".repeat(16_384));
    await assert.rejects(write("x".repeat(16_385)), {
      constraint_name: "audit_entry_request_size",
    });
  });
});
