import assert from "node:assert/strict";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import { testPaymentId } from "../../../tests/support/pay_rows.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { platform } from "../provider.ts";
import {
  createDifferenceStore,
  type NewDifference,
  noteDifference,
  settleDifferences,
} from "./differences.ts";

function difference(n: number, more: Partial<NewDifference> = {}): NewDifference {
  return {
    paymentId: testPaymentId(n),
    platform: platform.sandbox,
    platformNumber: `SB${n}`,
    reason: "AMOUNT",
    mallFen: 10n,
    platformFen: 20n,
    ...more,
  };
}

Deno.test("DifferenceStore", async (t) => {
  await using database = await createServiceDatabase("pay");
  const { sql } = database;
  const differences = createDifferenceStore(sql);
  const note = (one: NewDifference) => inTransaction(sql, (tx) => noteDifference(tx, one));

  await t.step(
    "one of a kind is open for a payment, however often it is found at once",
    async () => {
      await Promise.all(Array.from({ length: 10 }, () => note(difference(1))));
      await note(difference(1, { reason: "CURRENCY" }));
      const found = await differences.listOpen([testPaymentId(1), testPaymentId(2)]);
      assert.deepEqual(
        found.map(({ id: _id, foundTime: _found, ...same }) => same),
        [
          { ...difference(1), settledTime: 0n },
          { ...difference(1), reason: "CURRENCY", settledTime: 0n },
        ],
      );
    },
  );

  await t.step(
    "settleDifferences() settles the named ones; found again is open again",
    async () => {
      await inTransaction(sql, (tx) => settleDifferences(tx, testPaymentId(1), ["AMOUNT"]));
      const open = await differences.listOpen([testPaymentId(1)]);
      assert.deepEqual(open.map(({ reason }) => reason), ["CURRENCY"]);
      await note(difference(1));
      const all = await differences.list({ openOnly: false }, undefined, 10);
      assert.deepEqual(all.map(({ reason, settledTime }) => [reason, settledTime > 0n]), [
        ["AMOUNT", false],
        ["CURRENCY", false],
        ["AMOUNT", true],
      ]);
    },
  );

  await t.step("list() pages newest first without a gap among equal times", async () => {
    await sql`TRUNCATE difference`;
    await Promise.all(Array.from({ length: 7 }, (_, n) => note(difference(n))));
    await sql`UPDATE difference SET found_time = to_timestamp(1000)`;
    const seen: bigint[] = [];
    for (let page = 0; page < 4; page++) {
      const last = seen.at(-1);
      const after = last === undefined ? undefined : { value: 1_000_000n, lastId: last };
      const found = await differences.list({ openOnly: true }, after, 3);
      seen.push(...found.map(({ id }) => id));
    }
    assert.deepEqual(seen, seen.toSorted((a, b) => Number(b - a)));
    assert.equal(new Set(seen).size, 7);
  });
});
