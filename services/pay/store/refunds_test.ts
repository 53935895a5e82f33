import assert from "node:assert/strict";
import { Refusal } from "../../../shared/errors.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import { capturePayment, testPayment, testPaymentId } from "../../../tests/support/pay_rows.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { refundPauseMs, refundState } from "../payment.ts";
import { createPaymentStore } from "./payments.ts";
import { createRefundStore, refundRest } from "./refunds.ts";

const reason = "OPERATOR";
const succeeded = { status: "succeeded", platformNumber: "SR1" } as const;
const refused = { status: "refused", platformNumber: "" } as const;

/** What each of many calls came to: an amount, or the reason of a refusal. */
async function outcomes(calls: readonly Promise<{ refund: { amountFen: bigint } }>[]) {
  const settled = await Promise.allSettled(calls);
  return settled.map((one) => {
    if (one.status === "fulfilled") return one.value.refund.amountFen;
    assert.ok(one.reason instanceof Refusal, `${one.reason}`);
    return one.reason.reason;
  });
}

Deno.test("RefundStore", async (t) => {
  await using database = await createServiceDatabase("pay");
  const { sql } = database;
  const payments = createPaymentStore(sql);
  const refunds = createRefundStore(sql);

  /** A step on empty tables. */
  function step(name: string, body: () => Promise<void>): Promise<boolean> {
    return t.step(name, async () => {
      await sql`TRUNCATE outbox, difference, refund, payment`;
      await body();
    });
  }

  async function sums(paymentId: string): Promise<[refunding: bigint, refunded: bigint]> {
    const found = await payments.find(paymentId);
    assert.ok(found);
    return [found.payment.refundingFen, found.payment.refundedFen];
  }

  async function subjects(): Promise<string[]> {
    const rows = await sql<{ subject: string }[]>`
      SELECT subject FROM outbox WHERE subject <> 'pay.succeeded' ORDER BY id`;
    return rows.map(({ subject }) => subject);
  }

  await step("create() in parts, many at once, never gives back more than was taken", async () => {
    const paymentId = await capturePayment(payments, 1);
    const said = await outcomes(
      Array.from({ length: 10 }, () => refunds.create(paymentId, { reason, amountFen: 300n })),
    );
    assert.deepEqual(said.filter((one) => one === 300n).length, 3);
    assert.deepEqual(said.filter((one) => one === "REFUND_TOO_HIGH").length, 7);
    assert.deepEqual(await sums(paymentId), [900n, 0n]);
    const { refund } = await refunds.create(paymentId, { reason });
    assert.equal(refund.amountFen, 100n);
    assert.deepEqual(await outcomes([refunds.create(paymentId, { reason })]), ["REFUND_TOO_HIGH"]);
  });

  await step("create() of all, 10 at once, is one refund", async () => {
    const paymentId = await capturePayment(payments, 1);
    const said = await outcomes(
      Array.from({ length: 10 }, () => refunds.create(paymentId, { reason })),
    );
    assert.deepEqual(said.filter((one) => one !== "REFUND_TOO_HIGH"), [1_000n]);
    assert.deepEqual(await sums(paymentId), [1_000n, 0n]);
  });

  await step("create() with one key, 10 at once, is one refund for ever", async () => {
    const paymentId = await capturePayment(payments, 1);
    const wish = { reason, amountFen: 10n, key: "k" };
    const made = await Promise.all(
      Array.from({ length: 10 }, () => refunds.create(paymentId, wish)),
    );
    assert.equal(new Set(made.map(({ refund }) => refund.refundId)).size, 1);
    assert.equal(made.filter(({ replayed }) => !replayed).length, 1);
    assert.deepEqual(
      await outcomes([refunds.create(paymentId, { ...wish, amountFen: 11n })]),
      ["IDEMPOTENCY_KEY_REUSED"],
    );
    const other = await capturePayment(payments, 2);
    assert.equal((await refunds.create(other, wish)).replayed, false);
  });

  await step("create() refuses what cannot go back, by name", async () => {
    const paid = await capturePayment(payments, 1);
    await refunds.create(paid, { reason, amountFen: 1n });
    const { paymentId: unpaid } = await payments.begin(testPayment(2));
    const said = await outcomes([
      refunds.create(unpaid, { reason, amountFen: 1n }),
      refunds.create(unpaid, { reason }),
      refunds.create(paid, { reason, amountFen: 1_000n }),
      refunds.create(paid, { reason, amountFen: 2n ** 63n - 1n }),
      refunds.create(paid, { reason, amountFen: 0n }),
      refunds.create(paid, { reason, amountFen: -1n }),
      refunds.create(testPaymentId(3), { reason, amountFen: 1n }),
    ]);
    assert.deepEqual(said, [...Array(6).fill("REFUND_TOO_HIGH"), "PAYMENT_NOT_FOUND"]);
    assert.deepEqual(await sums(paid), [1n, 0n]);
  });

  await step("settle(), 10 at once, counts the money once and tells it once", async () => {
    const paymentId = await capturePayment(payments, 1);
    const { refund } = await refunds.create(paymentId, { reason, amountFen: 400n });
    await refunds.settle(refund.refundId, { status: "pending", platformNumber: "" });
    assert.deepEqual(await sums(paymentId), [400n, 0n]);
    await Promise.all(
      Array.from({ length: 10 }, () => refunds.settle(refund.refundId, succeeded)),
    );
    await refunds.settle(refund.refundId, refused);
    await refunds.settle(testPaymentId(9), succeeded);
    assert.deepEqual(await sums(paymentId), [0n, 400n]);
    assert.deepEqual(await subjects(), ["pay.refunded"]);
    const found = await refunds.find(refund.refundId);
    assert.deepEqual(
      [found?.refund.state, found?.refund.platformNumber, found?.payment.refundedFen],
      [refundState.succeeded, "SR1", 400n],
    );
  });

  await step(
    "retry() of a refund that failed sets its money aside once, if it is there",
    async () => {
      const paymentId = await capturePayment(payments, 1);
      const { refund: { refundId } } = await refunds.create(paymentId, { reason, amountFen: 600n });
      assert.equal((await refunds.retry(refundId)).state, refundState.pending);
      await refunds.settle(refundId, refused);
      assert.deepEqual(await sums(paymentId), [0n, 0n]);
      await Promise.allSettled(Array.from({ length: 5 }, () => refunds.retry(refundId)));
      assert.deepEqual(await sums(paymentId), [600n, 0n]);
      await refunds.settle(refundId, refused);
      await refunds.create(paymentId, { reason, amountFen: 500n });
      await assert.rejects(refunds.retry(refundId), { reason: "REFUND_TOO_HIGH" });
      await assert.rejects(refunds.retry(testPaymentId(9)), { reason: "REFUND_NOT_FOUND" });
      assert.deepEqual(await sums(paymentId), [500n, 0n]);
      assert.deepEqual(await subjects(), ["pay.refund_failed", "pay.refund_failed"]);
    },
  );

  await step("refundRest() gives back what is left, once, and nothing of nothing", async () => {
    const paymentId = await capturePayment(payments, 1);
    await refunds.create(paymentId, { reason, amountFen: 300n });
    await Promise.all([1, 2, 3].map(() => {
      return inTransaction(sql, (tx) => refundRest(tx, paymentId, "ORDER_CLOSED"));
    }));
    const found = await payments.find(paymentId);
    assert.deepEqual(
      found?.refunds.map(({ amountFen, reason }) => [amountFen, reason]),
      [[300n, "OPERATOR"], [700n, "ORDER_CLOSED"]],
    );
    const { paymentId: unpaid } = await payments.begin(testPayment(2));
    await inTransaction(sql, (tx) => refundRest(tx, unpaid, "ORDER_CLOSED"));
    assert.deepEqual((await payments.find(unpaid))?.refunds, []);
  });

  await step("takeDue() hands a refund to one of many who ask, with pauses", async () => {
    const paymentId = await capturePayment(payments, 1);
    for (const amountFen of [1n, 2n, 3n]) await refunds.create(paymentId, { reason, amountFen });
    const taken = await Promise.all(Array.from({ length: 5 }, () => refunds.takeDue(2)));
    const amounts = taken.flat().map(({ refund }) => refund.amountFen);
    assert.deepEqual(amounts.toSorted(), [1n, 2n, 3n]);
    assert.deepEqual(
      taken.flat().map(({ payment }) => payment.paymentId),
      Array(3).fill(paymentId),
    );
    for (let tries = 1; tries < 14; tries++) {
      await sql`UPDATE refund SET try_time = now()`;
      await refunds.takeDue(3);
      const [row] = await sql<[{ pause: number }]>`
        SELECT extract(epoch FROM try_time - now())::float8 AS pause FROM refund LIMIT 1`;
      const pauseS = refundPauseMs(tries) / 1_000;
      assert.ok(row.pause <= pauseS && row.pause > pauseS - 5, `${tries}: ${row.pause}`);
    }
  });
});
