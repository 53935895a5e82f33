import assert from "node:assert/strict";
import { startPayBench } from "../../../tests/support/pay_bench.ts";
import { capturedState, testPayment } from "../../../tests/support/pay_rows.ts";
import { paymentState, refundState } from "../payment.ts";
import { askAboutOpen, reconcile, sendRefunds } from "./reconciliation.ts";

Deno.test("reconciliation", async (t) => {
  await using bench = await startPayBench();
  const { sql, sandbox, jobs } = bench;
  const { payments, refunds } = jobs;
  const { signal } = new AbortController();

  /** A step on empty books. */
  function step(name: string, body: () => Promise<void>): Promise<boolean> {
    return t.step(name, async () => {
      await sql`TRUNCATE outbox, difference, refund, payment`;
      sandbox.books.payments.clear();
      sandbox.books.refunds.clear();
      sandbox.books.mischief = {};
      await body();
    });
  }

  /** A payment that the platform knows too, to be asked about now. */
  async function begun(n: number): Promise<string> {
    const payment = await payments.begin(testPayment(n));
    await jobs.providers.get(payment.platform)?.start(payment);
    await sql`UPDATE payment SET ask_time = now() WHERE id = ${payment.paymentId}`;
    return payment.paymentId;
  }

  /** As `begun()`, paid on both sides. */
  async function captured(n: number): Promise<string> {
    const paymentId = await begun(n);
    await sandbox.decide(paymentId, true);
    await payments.record(paymentId, 9, capturedState(n));
    return paymentId;
  }

  async function stateOf(paymentId: string) {
    const found = await payments.find(paymentId);
    assert.ok(found);
    const { payment: { state, capturedFen, refundedFen, refundingFen } } = found;
    return { state, capturedFen, refundedFen, refundingFen };
  }

  /** How much money the platform has given back. */
  function given(paymentId: string): number | undefined {
    return sandbox.books.payments.get(paymentId)?.refunded_fen;
  }

  await step("askAboutOpen() in three instances finds each payment's end, once", async () => {
    const [paid, refused, open] = [await begun(1), await begun(2), await begun(3)];
    await sandbox.decide(paid, true);
    await sandbox.decide(refused, false);
    await Promise.all([1, 2, 3].map(() => askAboutOpen(jobs, signal)));
    const none = { capturedFen: 0n, refundedFen: 0n, refundingFen: 0n };
    assert.deepEqual(await stateOf(paid), {
      ...none,
      state: paymentState.captured,
      capturedFen: 1_000n,
    });
    assert.deepEqual(await stateOf(refused), { ...none, state: paymentState.failed });
    assert.deepEqual(await stateOf(open), { ...none, state: paymentState.pending });
    const events = await sql<{ subject: string }[]>`SELECT subject FROM outbox ORDER BY subject`;
    assert.deepEqual(events.map(({ subject }) => subject), ["pay.failed", "pay.succeeded"]);
  });

  await step("askAboutOpen() goes through more than one batch, and stops when told", async () => {
    await Promise.all(Array.from({ length: 120 }, (_, n) => begun(n)));
    await askAboutOpen(jobs, AbortSignal.abort());
    const due = () => sql`SELECT 1 FROM payment WHERE ask_time <= now()`;
    assert.equal((await due()).length, 120);
    await askAboutOpen(jobs, signal);
    assert.equal((await due()).length, 0);
  });

  await step("a platform that is away changes nothing; later it is asked again", async () => {
    const paymentId = await begun(1);
    await sandbox.decide(paymentId, true);
    sandbox.books.mischief = { api_down: true };
    await askAboutOpen(jobs, signal);
    assert.equal((await stateOf(paymentId)).state, paymentState.pending);
    sandbox.books.mischief = {};
    await sql`UPDATE payment SET ask_time = now()`;
    await askAboutOpen(jobs, signal);
    assert.equal((await stateOf(paymentId)).state, paymentState.captured);
  });

  await step("reconcile() of a platform that is not configured changes nothing", async () => {
    const { paymentId } = await payments.begin(testPayment(1, { platform: 1 }));
    const found = await payments.find(paymentId);
    assert.ok(found);
    assert.equal(await reconcile(jobs, found.payment), undefined);
  });

  await step("sendRefunds() in five instances gives each refund back once", async () => {
    const paymentIds = await Promise.all(Array.from({ length: 5 }, (_, n) => captured(n)));
    for (const paymentId of paymentIds) {
      for (const amountFen of [100n, 200n, 300n, 250n, 50n]) {
        await refunds.create(paymentId, { amountFen, reason: "OPERATOR" });
      }
    }
    await Promise.all([1, 2, 3, 4, 5].map(() => sendRefunds(jobs, signal)));
    for (const paymentId of paymentIds) {
      assert.equal(given(paymentId), 900);
      assert.deepEqual(await stateOf(paymentId), {
        state: paymentState.captured,
        capturedFen: 1_000n,
        refundedFen: 900n,
        refundingFen: 0n,
      });
    }
    const { length } = await sql`SELECT 1 FROM outbox WHERE subject = 'pay.refunded'`;
    assert.equal(length, 25);
  });

  await step("an answer that was lost is asked for again under the same id", async () => {
    const paymentId = await captured(1);
    const { refund: { refundId } } = await refunds.create(paymentId, { reason: "OPERATOR" });
    const [due] = await refunds.takeDue(1);
    assert.ok(due);
    const { refund: { amountFen }, payment } = due;
    await jobs.providers.get(9)?.refund({ ...payment, refundId, amountFen, reason: "OPERATOR" });
    assert.equal((await stateOf(paymentId)).refundingFen, 1_000n);
    await sql`UPDATE refund SET try_time = now()`;
    await sendRefunds(jobs, signal);
    assert.equal(given(paymentId), 1_000);
    assert.equal((await stateOf(paymentId)).refundedFen, 1_000n);
  });

  await step(
    "a refund waits while the platform is away or thinks, and fails if it refuses",
    async () => {
      const paymentId = await captured(1);
      const { refund: { refundId } } = await refunds.create(paymentId, { reason: "OPERATOR" });
      const cases = [
        [{ api_down: true }, refundState.pending],
        [{ hold_refunds: true }, refundState.pending],
        [{ refuse_refunds: true }, refundState.failed],
      ] as const;
      for (const [mischief, expected] of cases) {
        sandbox.books.mischief = mischief;
        await sql`UPDATE refund SET try_time = now()`;
        await sendRefunds(jobs, signal);
        assert.equal((await refunds.find(refundId))?.refund.state, expected);
      }
      assert.deepEqual([given(paymentId), (await stateOf(paymentId)).refundingFen], [0, 0n]);
      const events = await sql`SELECT 1 FROM outbox WHERE subject = 'pay.refund_failed'`;
      assert.equal(events.length, 1);
    },
  );

  await step("a refund that the platform does not know of fails for an operator", async () => {
    const { paymentId } = await payments.begin(testPayment(1));
    await payments.record(paymentId, 9, capturedState(1));
    const { refund: { refundId } } = await refunds.create(paymentId, { reason: "OPERATOR" });
    await sendRefunds(jobs, signal);
    assert.equal((await refunds.find(refundId))?.refund.state, refundState.failed);
  });
});
