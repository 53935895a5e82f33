import { Code, ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { PaymentAdminService } from "../../../proto/gen/pay/v1/payment_admin_service_pb.ts";
import { PaymentStatus, Platform, RefundStatus } from "../../../proto/gen/pay/v1/payment_pb.ts";
import { reasonOf } from "../../../shared/rpc/error_mapping.ts";
import { as, asService } from "../../../shared/rpc/testing/principals.ts";
import { startPayBench } from "../../../tests/support/pay_bench.ts";
import {
  capturedState,
  capturePayment,
  testPayment,
  testPaymentId,
} from "../../../tests/support/pay_rows.ts";
import { sendRefunds } from "./reconciliation.ts";

const operator = as(1n, "operator");
const dayMs = 86_400_000n;

async function refusal(call: Promise<unknown>): Promise<[Code, string | undefined, string]> {
  const error = await call.then(() => undefined, (error) => error);
  assert.ok(error instanceof ConnectError, "it was not refused");
  return [error.code, reasonOf(error), error.rawMessage.split(":")[0] ?? ""];
}

Deno.test("PaymentAdminService", async (t) => {
  await using bench = await startPayBench();
  const { sql, sandbox, jobs } = bench;
  const { payments } = jobs;
  const client = bench.client(PaymentAdminService);
  const { signal } = new AbortController();

  /** A step on empty books. */
  function step(name: string, body: () => Promise<void>): Promise<boolean> {
    return t.step(name, async () => {
      await sql`TRUNCATE outbox, difference, refund, payment`;
      sandbox.books.payments.clear();
      sandbox.books.mischief = {};
      await body();
    });
  }

  /** A payment that the platform knows too, paid there and, unless told, recorded here. */
  async function paid(n: number, { isKnown = true } = {}): Promise<string> {
    const payment = await payments.begin(testPayment(n));
    await jobs.providers.get(payment.platform)?.start(payment);
    await sandbox.decide(payment.paymentId, true);
    if (isKnown) await payments.record(payment.paymentId, payment.platform, capturedState(n));
    return payment.paymentId;
  }

  async function span() {
    const now = BigInt(Date.now());
    return await client.reconcilePayments({
      createTimeFrom: now - dayMs,
      createTimeTo: now + dayMs,
    }, operator);
  }

  await step("only operators may", async () => {
    const calls: ((options: ReturnType<typeof as>) => Promise<unknown>)[] = [
      (options) => client.searchPayments({}, options),
      (options) => client.refundPayment({}, options),
      (options) => client.retryRefund({}, options),
      (options) => client.reconcilePayments({}, options),
      (options) => client.listDifferences({}, options),
    ];
    for (const call of calls) {
      for (const caller of [as(1n), asService()]) {
        assert.equal((await refusal(call(caller)))[0], Code.PermissionDenied);
      }
    }
  });

  await step(
    "RefundPayment gives back in parts, once a key, and no more than was taken",
    async () => {
      const paymentId = await paid(1);
      const wish = { paymentId, amountFen: 400n, note: " broken ", idempotencyKey: "a" };
      const first = await client.refundPayment(wish, operator);
      assert.deepEqual(
        [first.refund?.amountFen, first.refund?.note, first.refund?.reason, first.refund?.status],
        [400n, "broken", "OPERATOR", RefundStatus.PENDING],
      );
      const again = await client.refundPayment(wish, operator);
      assert.deepEqual([again.refund, again.replayed], [first.refund, true]);
      const tooMuch = { ...wish, amountFen: 601n, idempotencyKey: "b" };
      assert.deepEqual(
        (await refusal(client.refundPayment(tooMuch, operator))).slice(0, 2),
        [Code.FailedPrecondition, "REFUND_TOO_HIGH"],
      );
      const rest = { ...wish, amountFen: 0n, idempotencyKey: "c" };
      assert.equal((await client.refundPayment(rest, operator)).refund?.amountFen, 600n);
      await sendRefunds(jobs, signal);
      const { payments: [after] } = await client.searchPayments({}, operator);
      assert.deepEqual(
        [after?.status, after?.refundedFen, after?.refunds.map(({ status }) => status)],
        [PaymentStatus.REFUNDED, 1_000n, [RefundStatus.SUCCEEDED, RefundStatus.SUCCEEDED]],
      );
      assert.equal(sandbox.books.payments.get(paymentId)?.refunded_fen, 1_000);
    },
  );

  await step("RefundPayment refuses, by name, what makes no sense", async () => {
    const { paymentId: unpaid } = await payments.begin(testPayment(1));
    const wish = { paymentId: unpaid, amountFen: 1n, note: "n", idempotencyKey: "k" };
    const cases: [object, Code, string, string?][] = [
      [{}, Code.FailedPrecondition, "REFUND_TOO_HIGH"],
      [{ amountFen: 0n }, Code.FailedPrecondition, "REFUND_TOO_HIGH"],
      [{ amountFen: -1n }, Code.InvalidArgument, "INVALID_ARGUMENT", "/amount_fen"],
      [{ note: " " }, Code.InvalidArgument, "INVALID_ARGUMENT", "/note"],
      [{ note: "a\u0000" }, Code.InvalidArgument, "INVALID_ARGUMENT", "/note"],
      [{ note: "n".repeat(201) }, Code.InvalidArgument, "INVALID_ARGUMENT", "/note"],
      [{ idempotencyKey: "" }, Code.InvalidArgument, "INVALID_ARGUMENT", "/idempotency_key"],
      [{ paymentId: "" }, Code.NotFound, "PAYMENT_NOT_FOUND"],
      [{ paymentId: testPaymentId(9) }, Code.NotFound, "PAYMENT_NOT_FOUND"],
    ];
    for (const [more, code, reason, pointer] of cases) {
      const said = await refusal(client.refundPayment({ ...wish, ...more }, operator));
      assert.deepEqual(said.slice(0, 2), [code, reason]);
      if (pointer !== undefined) assert.equal(said[2], pointer);
    }
    const { length } = await sql`SELECT 1 FROM refund`;
    assert.equal(length, 0);
  });

  await step("RetryRefund asks again under the same id", async () => {
    const paymentId = await paid(1);
    sandbox.books.mischief = { refuse_refunds: true };
    const { refund } = await client.refundPayment(
      { paymentId, note: "n", idempotencyKey: "k" },
      operator,
    );
    const refundId = refund?.refundId ?? "";
    await sendRefunds(jobs, signal);
    assert.equal((await jobs.refunds.find(refundId))?.refund.state, RefundStatus.FAILED);
    sandbox.books.mischief = {};
    const retried = await client.retryRefund({ refundId }, operator);
    assert.deepEqual([retried.refund?.refundId, retried.refund?.status], [refundId, 1]);
    await sendRefunds(jobs, signal);
    assert.equal((await jobs.refunds.find(refundId))?.refund.state, RefundStatus.SUCCEEDED);
    assert.deepEqual(
      (await refusal(client.retryRefund({ refundId: "x" }, operator))).slice(0, 2),
      [Code.NotFound, "REFUND_NOT_FOUND"],
    );
  });

  await step("SearchPayments filters and pages", async () => {
    for (const n of [1, 2, 3]) await capturePayment(payments, n);
    await payments.begin(testPayment(4, { userId: 8n }));
    await sql`UPDATE payment SET refunded_fen = 1000 WHERE id = ${testPaymentId(3)}`;
    const cases: [object, number[]][] = [
      [{}, [4, 3, 2, 1]],
      [{ userId: 8n }, [4]],
      [{ orderId: testPaymentId(2) }, [2]],
      [{ platform: Platform.ALIPAY }, []],
      [{ status: PaymentStatus.CAPTURED }, [2, 1]],
      [{ status: PaymentStatus.REFUNDED }, [3]],
      [{ status: PaymentStatus.EXPIRED }, []],
    ];
    for (const [filter, expected] of cases) {
      const found = await client.searchPayments(filter, operator);
      assert.deepEqual(
        [found.payments.map((one) => one.paymentId), found.isEnd],
        [expected.map(testPaymentId), true],
      );
    }
    const first = await client.searchPayments({ ps: 3 }, operator);
    const { paymentTime: cursor, lastId } = first;
    const second = await client.searchPayments({ ps: 3, cursor, lastId }, operator);
    assert.deepEqual(
      [first.payments.length, first.isEnd, second.payments[0]?.paymentId, second.isEnd],
      [3, false, testPaymentId(1), true],
    );
  });

  await step("ReconcilePayments mends what is clear and reports the rest", async () => {
    const missed = await paid(1, { isKnown: false });
    const agreed = await paid(2);
    const lost = await capturePayment(payments, 3);
    const uneven = await paid(4);
    await sql`UPDATE payment SET captured_fen = 999 WHERE id = ${uneven}`;
    const first = await span();
    assert.deepEqual([first.checked, first.mended, first.isEnd], [4, 1, true]);
    const told = first.differences.map((one) => {
      return [one.paymentId, one.reason, one.mallFen, one.platformFen];
    });
    assert.deepEqual(
      told.toSorted(),
      [[lost, "UNKNOWN_TO_PLATFORM", 1_000n, 0n], [uneven, "AMOUNT", 999n, 1_000n]],
    );
    for (const id of [missed, agreed]) {
      assert.equal((await payments.find(id))?.payment.capturedFen, 1_000n);
    }
    await sql`UPDATE payment SET captured_fen = 1000 WHERE id = ${uneven}`;
    const second = await span();
    assert.deepEqual([second.mended, second.differences.length], [0, 1]);
    const { differences } = await client.listDifferences({ openOnly: true }, operator);
    assert.deepEqual(differences, second.differences);
    const all = await client.listDifferences({ ps: 1 }, operator);
    assert.deepEqual([all.differences.length, all.isEnd], [1, false]);
    const { foundTime: cursor, lastId } = all;
    const last = await client.listDifferences({ ps: 1, cursor, lastId }, operator);
    assert.equal(last.isEnd, true);
    const settled = [...all.differences, ...last.differences].filter((one) => one.settledTime > 0n);
    assert.deepEqual(settled.map(({ paymentId }) => paymentId), [uneven]);
  });

  await step("ReconcilePayments while the platform is away checks nothing", async () => {
    await paid(1, { isKnown: false });
    sandbox.books.mischief = { api_down: true };
    const { checked, mended, differences } = await span();
    assert.deepEqual([checked, mended, differences], [0, 0, []]);
  });

  await step("ReconcilePayments refuses a time that is none", async () => {
    const now = BigInt(Date.now());
    const cases: [bigint, bigint][] = [
      [now, now],
      [now, now - 1n],
      [-1n, 5n],
      [now, now + 32n * dayMs],
      [2n ** 62n, 2n ** 62n + 1n],
    ];
    for (const [createTimeFrom, createTimeTo] of cases) {
      const call = client.reconcilePayments({ createTimeFrom, createTimeTo }, operator);
      const refused = [Code.InvalidArgument, "INVALID_ARGUMENT", "/create_time_to"];
      assert.deepEqual(await refusal(call), refused);
    }
  });
});
