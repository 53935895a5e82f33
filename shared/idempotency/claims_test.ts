import assert from "node:assert/strict";
import { createServiceDatabase } from "../../tests/support/service_database.ts";
import { eventually } from "../../tests/support/eventually.ts";
import { inTransaction } from "../postgres/transaction.ts";
import {
  answerClaim,
  type ClaimWish,
  createClaimStore,
  type Lease,
  requestHash,
} from "./claims.ts";

let nextKey = 1;

function wish(more: Partial<ClaimWish> = {}): ClaimWish {
  return {
    userId: 7n,
    key: `key-${nextKey++}`,
    requestHash: requestHash({ orderId: "1" }),
    subjectId: "first",
    ...more,
  };
}

Deno.test("ClaimStore", async (t) => {
  await using database = await createServiceDatabase("pay");
  const { sql } = database;
  const claims = createClaimStore(sql);
  const answer = new Uint8Array([1, 2, 3]);

  /** Claims a key that nobody holds. */
  async function leased(one: ClaimWish): Promise<Lease> {
    const claim = await claims.claim(one);
    assert.ok(claim.kind === "mine", claim.kind);
    return claim.lease;
  }

  /** The id that a claim goes on with. */
  async function subjectOf(one: ClaimWish): Promise<string> {
    // A lease ends at a whole millisecond, which may be the next one.
    return await eventually("the claim", async () => {
      const claim = await claims.claim(one);
      return claim.kind === "mine" ? claim.subjectId : undefined;
    });
  }

  function written(lease: Lease): Promise<void> {
    return inTransaction(sql, (tx) => answerClaim(tx, lease, answer));
  }

  /** The call that holds it has died long ago. */
  async function expire({ userId, key }: ClaimWish): Promise<void> {
    await sql`
      UPDATE idempotency_key SET lease_until = now() - interval '1 ms'
      WHERE user_id = ${userId} AND key = ${key}`;
  }

  await t.step("of 20 claims at once one goes on, the others wait", async () => {
    const one = wish();
    const all = await Promise.all(
      Array.from({ length: 20 }, (_, n) => claims.claim({ ...one, subjectId: `${n}` })),
    );
    const { mine: owners, in_flight: others } = Object.groupBy(all, ({ kind }) => kind);
    assert.deepEqual([owners?.length, others?.length], [1, 19]);
  });

  await t.step("an answer is told for ever after, to the same request only", async () => {
    const one = wish();
    await written(await leased(one));
    const again = await claims.claim({ ...one, subjectId: "second" });
    assert.ok(again.kind === "answered");
    assert.deepEqual(Uint8Array.from(again.answer), answer);
    const other = { ...one, requestHash: requestHash({ orderId: "2" }) };
    assert.deepEqual(await claims.claim(other), { kind: "reused" });
    await expire(one);
    assert.equal((await claims.claim(one)).kind, "answered");
  });

  await t.step("an answer goes with its transaction", async () => {
    const one = wish();
    const lease = await leased(one);
    const failing = inTransaction(sql, async (tx) => {
      await answerClaim(tx, lease, answer);
      throw new Error("too bad");
    });
    await assert.rejects(failing, { message: "too bad" });
    assert.deepEqual(await claims.claim(one), { kind: "in_flight" });
  });

  await t.step("a claim whose call died is taken over by one of many, id and all", async () => {
    const one = wish();
    await leased(one);
    await expire(one);
    const other = { ...one, requestHash: requestHash({ orderId: "2" }) };
    assert.deepEqual(await claims.claim(other), { kind: "reused" });
    const all = await Promise.all(
      Array.from({ length: 20 }, () => claims.claim({ ...one, subjectId: "second" })),
    );
    const owners = all.flatMap((claim) => claim.kind === "mine" ? [claim.subjectId] : []);
    assert.deepEqual(owners, ["first"]);
    assert.equal(all.filter(({ kind }) => kind === "in_flight").length, 19);
  });

  await t.step("a call that was only slow can do nothing any more", async () => {
    const inFlight = { reason: "IN_FLIGHT" };
    const one = wish();
    const slow = await leased(one);
    await expire(one);
    await assert.rejects(written(slow), inFlight);
    const quick = await leased(one);
    await assert.rejects(written(slow), inFlight);
    await assert.rejects(claims.renew(slow, "third"), inFlight);
    assert.equal(await claims.drop(slow), false);
    await claims.leave(slow);
    assert.deepEqual(await claims.claim(one), { kind: "in_flight" });
    await written(quick);
    await assert.rejects(written(quick), inFlight);
  });

  await t.step(
    "leave() lets whoever repeats go on, drop() forgets, renew() names anew",
    async () => {
      const one = wish();
      const second = { ...one, subjectId: "second" };
      const lease = await leased(one);
      await claims.renew(lease, "third");
      await claims.leave(lease);
      assert.equal(await subjectOf(second), "third");
      await expire(one);
      assert.equal(await claims.drop(await leased(one)), true);
      assert.equal(await subjectOf(second), "second");
    },
  );

  await t.step("leave(), drop() and renew() change nothing that was answered", async () => {
    const one = wish();
    const lease = await leased(one);
    await written(lease);
    await claims.leave(lease);
    await assert.rejects(claims.renew(lease, "second"), { reason: "IN_FLIGHT" });
    assert.equal(await claims.drop(lease), false);
    const [row] = await sql`SELECT subject_id FROM idempotency_key WHERE key = ${one.key}`;
    assert.deepEqual(row, { subject_id: "first" });
    assert.equal((await claims.claim(one)).kind, "answered");
  });

  await t.step("two people may use one word", async () => {
    const one = wish();
    await written(await leased(one));
    const other = { ...one, userId: 8n, requestHash: requestHash({ orderId: "2" }) };
    assert.equal(await subjectOf({ ...other, subjectId: "other" }), "other");
    assert.equal((await claims.claim(one)).kind, "answered");
  });

  await t.step("sweep() deletes what is older than a day, in batches", async () => {
    await sql`TRUNCATE idempotency_key`;
    const old = Array.from({ length: 5 }, () => wish());
    const young = wish();
    for (const one of [...old, young]) await claims.claim(one);
    await sql`
      UPDATE idempotency_key
      SET create_time = now() - interval '1 day' - interval '1 s' WHERE key <> ${young.key}`;
    const swept = [await claims.sweep(2), await claims.sweep(2), await claims.sweep(2)];
    assert.deepEqual([swept, await claims.sweep(2)], [[2, 2, 1], 0]);
    const rows = await sql<{ key: string }[]>`SELECT key FROM idempotency_key`;
    assert.deepEqual(rows.map(({ key }) => key), [young.key]);
  });
});

Deno.test("requestHash() tells requests apart, and takes big numbers", () => {
  const hash = (wish: object) => requestHash(wish).toHex();
  assert.equal(hash({ a: 1n, b: [2n] }), hash({ a: 1n, b: [2n] }));
  const all = [{}, { a: 1n }, { a: 2n }, { a: "" }, { b: 1n }, { a: 1n, b: 1n }, { a: [1n] }];
  assert.equal(new Set(all.map(hash)).size, all.length);
});
