import fc from "fast-check";
import assert from "node:assert/strict";
import { createPaymentStore } from "./payments.ts";
import { createDifferenceStore } from "./differences.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import {
  capturedState,
  capturePayment,
  otherState,
  testPayment,
  testPaymentId,
} from "../../../tests/support/pay_rows.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { askPauseMs, paymentState, refundState } from "../payment.ts";
import { platform } from "../provider.ts";

async function subjects(sql: Sql): Promise<string[]> {
  const rows = await sql<{ subject: string }[]>`SELECT subject FROM outbox ORDER BY id`;
  return rows.map(({ subject }) => subject);
}

Deno.test("PaymentStore", async (t) => {
  await using database = await createServiceDatabase("pay");
  const { sql } = database;
  const payments = createPaymentStore(sql);
  const differences = createDifferenceStore(sql);
  const { sandbox } = platform;

  async function opened(): Promise<[string, bigint, bigint][]> {
    const found = await differences.list({ openOnly: true }, undefined, 50);
    return found.map(({ reason, mallFen, platformFen }) => [reason, mallFen, platformFen]);
  }

  /** A step on empty tables. */
  function step(name: string, body: () => Promise<void>): Promise<boolean> {
    return t.step(name, async () => {
      await sql`TRUNCATE outbox, difference, refund, payment`;
      await body();
    });
  }

  await step("begin() of the same payment twice is one payment, as it was first", async () => {
    const first = await payments.begin(testPayment(1));
    const again = await payments.begin(testPayment(1, { amountFen: 5n, subject: "other" }));
    assert.deepEqual({ ...again, updateTime: 0n }, { ...first, updateTime: 0n });
    assert.deepEqual([first.state, first.amountFen, first.capturedFen], [1, 1_000n, 0n]);
  });

  await step(
    "record() of the same capture, 20 at once, is one capture and one event",
    async () => {
      const { paymentId } = await payments.begin(testPayment(1));
      const said = await Promise.all(
        Array.from({ length: 20 }, () => payments.record(paymentId, sandbox, capturedState(1))),
      );
      const counts = Object.groupBy(said, (one) => one);
      assert.deepEqual([counts.captured?.length, counts.known?.length], [1, 19]);
      assert.deepEqual(await subjects(sql), ["pay.succeeded"]);
      const found = await payments.find(paymentId);
      assert.deepEqual(
        [found?.payment.state, found?.payment.capturedFen, found?.refunds],
        [paymentState.captured, 1_000n, []],
      );
      assert.deepEqual(await opened(), []);
    },
  );

  await step(
    "record() gives back what is too much, once, and nothing of too little",
    async () => {
      const cases: [bigint, string, bigint[]][] = [
        [1_201n, "CNY", [201n]],
        [999n, "CNY", []],
        [1_201n, "USD", []],
      ];
      for (const [n, [capturedFen, currency, back]] of cases.entries()) {
        const { paymentId } = await payments.begin(testPayment(n));
        const state = capturedState(n, capturedFen, { currency });
        await Promise.all([1, 2, 3].map(() => payments.record(paymentId, sandbox, state)));
        const found = await payments.find(paymentId);
        assert.deepEqual(
          found?.refunds.map(({ amountFen, reason, state }) => [amountFen, reason, state]),
          back.map((fen) => [fen, "SURPLUS", refundState.pending]),
        );
        assert.equal(found?.payment.currency, currency);
      }
      assert.deepEqual(await opened(), [["CURRENCY", 0n, 1_201n]]);
    },
  );

  await step("record() takes money that comes after a failure or too late", async () => {
    for (const [n, expireTime] of [Date.now() + 60_000, Date.now() - 1].entries()) {
      const { paymentId } = await payments.begin(
        testPayment(n, { expireTime: BigInt(expireTime) }),
      );
      const first = otherState(n === 0 ? "failed" : "pending");
      assert.equal(await payments.record(paymentId, sandbox, first), "failed");
      assert.equal(await payments.record(paymentId, sandbox, first), "known");
      assert.equal(await payments.record(paymentId, sandbox, capturedState(n)), "captured");
      assert.equal((await payments.find(paymentId))?.payment.state, paymentState.captured);
    }
    assert.deepEqual(
      await subjects(sql),
      ["pay.failed", "pay.succeeded", "pay.failed", "pay.succeeded"],
    );
  });

  await step("record() ends the same, in whatever order the words come", async () => {
    const words = [otherState("pending"), otherState("failed"), otherState("unknown")];
    const orders = fc.sample(
      fc.shuffledSubarray([...words, "captured", "captured"] as const, { minLength: 5 }),
      { numRuns: 30, seed: 1 },
    );
    for (const [n, order] of orders.entries()) {
      const { paymentId } = await payments.begin(testPayment(n));
      for (const word of order) {
        await payments.record(paymentId, sandbox, word === "captured" ? capturedState(n) : word);
      }
      const found = await payments.find(paymentId);
      assert.deepEqual(
        [found?.payment.state, found?.payment.capturedFen, found?.refunds],
        [paymentState.captured, 1_000n, []],
      );
    }
    const said = (await subjects(sql)).filter((subject) => subject === "pay.succeeded");
    assert.equal(said.length, orders.length);
    assert.deepEqual(await opened(), []);
  });

  await step("record() of an unknown payment with money is a difference, once", async () => {
    for (const _ of [1, 2]) {
      assert.equal(await payments.record(testPaymentId(9), sandbox, capturedState(9)), "unknown");
    }
    assert.equal(
      await payments.record(testPaymentId(8), sandbox, otherState("pending")),
      "unknown",
    );
    assert.deepEqual(await opened(), [["UNKNOWN_TO_MALL", 0n, 1_000n]]);
  });

  await step("record() believes no other platform", async () => {
    const { paymentId } = await payments.begin(testPayment(1));
    assert.equal(await payments.record(paymentId, platform.alipay, capturedState(1)), "unknown");
    assert.equal((await payments.find(paymentId))?.payment.state, paymentState.pending);
  });

  await step(
    "record() notes what differs of a captured payment until the books agree",
    async () => {
      const cases = [
        [capturedState(1, 900n), ["AMOUNT", 1_000n, 900n]],
        [otherState("unknown"), ["UNKNOWN_TO_PLATFORM", 1_000n, 0n]],
        [otherState("failed"), ["STATUS", 1_000n, 0n]],
        [otherState("pending"), ["STATUS", 1_000n, 0n]],
      ] as const;
      const paymentId = await capturePayment(payments, 1);
      for (const [state, difference] of cases) {
        for (const _ of [1, 2]) {
          const said = await payments.record(paymentId, sandbox, state, { isAnswer: true });
          assert.equal(said, "known");
        }
        assert.deepEqual(await opened(), [difference]);
        assert.equal(await payments.record(paymentId, sandbox, capturedState(1)), "known");
        assert.deepEqual(await opened(), []);
      }
      assert.equal((await differences.list({ openOnly: false }, undefined, 50)).length, 4);
      assert.deepEqual(await subjects(sql), ["pay.succeeded"]);
    },
  );

  await step(
    "record() of an old callback, after the capture or all refunds, differs in nothing",
    async () => {
      const paymentId = await capturePayment(payments, 1);
      for (const status of ["pending", "failed"] as const) {
        assert.equal(await payments.record(paymentId, sandbox, otherState(status)), "known");
      }
      await sql`UPDATE payment SET refunded_fen = captured_fen`;
      await payments.record(paymentId, sandbox, otherState("failed"), { isAnswer: true });
      assert.deepEqual(await opened(), []);
      assert.equal((await payments.find(paymentId))?.payment.state, paymentState.captured);
    },
  );

  await step("takeDue() hands a payment to one of many who ask, and not again soon", async () => {
    for (const n of [1, 2, 3]) await payments.begin(testPayment(n));
    assert.deepEqual(await payments.takeDue(10), []);
    await sql`UPDATE payment SET ask_time = now() - interval '1 s'`;
    const taken = await Promise.all(Array.from({ length: 5 }, () => payments.takeDue(2)));
    const ids = taken.flat().map(({ paymentId }) => paymentId);
    assert.deepEqual(ids.toSorted(), [testPaymentId(1), testPaymentId(2), testPaymentId(3)]);
    assert.deepEqual(await payments.takeDue(10), []);
  });

  await step(
    "a payment that ended is asked about for a day after its time, no longer",
    async () => {
      const dayMs = 86_400_000;
      for (const [n, status] of (["failed", "pending", "unknown"] as const).entries()) {
        for (const [ageMs, isAsked] of [[dayMs - 60_000, true], [dayMs + 60_000, false]] as const) {
          const expireTime = BigInt(Date.now() - ageMs);
          const { paymentId } = await payments.begin(
            testPayment(n * 2 + Number(isAsked), { expireTime }),
          );
          for (const _ of [1, 2]) await payments.record(paymentId, sandbox, otherState(status));
          const [row] = await sql<[{ asks: boolean }]>`
          SELECT ask_time IS NOT NULL AS asks FROM payment WHERE id = ${paymentId}`;
          assert.deepEqual([status, row.asks], [status, isAsked]);
        }
      }
    },
  );

  await step("takeDue() pauses longer and longer, as askPauseMs() says", async () => {
    const { paymentId } = await payments.begin(testPayment(1));
    for (let asked = 0; asked < 10; asked++) {
      await sql`UPDATE payment SET ask_time = now()`;
      const [due] = await payments.takeDue(1);
      assert.equal(due?.asked, asked + 1);
      const [row] = await sql<[{ pause: number }]>`
        SELECT extract(epoch FROM ask_time - now())::float8 AS pause FROM payment
        WHERE id = ${paymentId}`;
      const pauseS = askPauseMs(asked) / 1_000;
      assert.ok(row.pause <= pauseS && row.pause > pauseS - 5, `${asked}: ${row.pause}`);
    }
  });

  await step("list() filters by what was given back", async () => {
    for (const n of [1, 2, 3]) await capturePayment(payments, n);
    await payments.begin(testPayment(4));
    for (const [n, fen] of [[2, 400n], [3, 1_000n]] as const) {
      await sql`UPDATE payment SET refunded_fen = ${fen} WHERE id = ${testPaymentId(n)}`;
    }
    for (const [status, n] of [[1, 4], [2, 1], [5, 2], [6, 3]] as const) {
      const found = await payments.list({ status }, undefined, 10);
      assert.deepEqual(found.map(({ paymentId }) => paymentId), [testPaymentId(n)]);
    }
    assert.deepEqual(await payments.list({ status: 4 }, undefined, 10), []);
  });
});
