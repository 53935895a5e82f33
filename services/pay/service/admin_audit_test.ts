import { ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { PaymentAdminService } from "../../../proto/gen/pay/v1/payment_admin_service_pb.ts";
import { reasonOf } from "../../../shared/rpc/error_mapping.ts";
import { as } from "../../../shared/rpc/testing/principals.ts";
import { auditedWrites } from "../../../tests/support/audited_writes.ts";
import { startPayBench } from "../../../tests/support/pay_bench.ts";
import { capturePayment, testPaymentId } from "../../../tests/support/pay_rows.ts";

const operator = as(9n, "operator");

async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  const error = await call.then(() => undefined, (error) => error);
  assert.ok(error instanceof ConnectError, "it was not refused");
  return reasonOf(error);
}

Deno.test("PaymentAdminService writes the audit trail", async (t) => {
  await using bench = await startPayBench();
  const { sql, jobs } = bench;
  const admin = bench.client(PaymentAdminService);
  const paymentId = await capturePayment(jobs.payments, 1);
  const wish = { paymentId, amountFen: 400n, note: "broken", idempotencyKey: "a" };
  const span = { createTimeFrom: 1_700_000_000_000n, createTimeTo: 1_700_000_000_001n };

  await t.step("each write is in it once, however often it is asked for", async () => {
    const { refund } = await admin.refundPayment(wish, operator);
    const refundId = refund?.refundId ?? "";
    await admin.refundPayment(wish, operator);
    await jobs.refunds.settle(refundId, { status: "refused", platformNumber: "" });
    for (let turn = 0; turn < 2; turn++) await admin.retryRefund({ refundId }, operator);
    await admin.reconcilePayments(span, operator);
    assert.deepEqual(await auditedWrites(sql, PaymentAdminService), [
      [9n, "RefundPayment", `payment:${paymentId}`, { ...wish, amountFen: "400" }],
      [9n, "RetryRefund", `refund:${refundId}`, { refundId }],
      [9n, "ReconcilePayments", "payments", {
        createTimeFrom: "1700000000000",
        createTimeTo: "1700000000001",
      }],
    ]);
  });

  await t.step("what is refused is not", async () => {
    const before = await auditedWrites(sql, PaymentAdminService);
    const more = { ...wish, idempotencyKey: "b" };
    const reasons = [
      await refusal(admin.refundPayment({ ...more, amountFen: 601n }, operator)),
      await refusal(admin.refundPayment({ ...more, note: "" }, operator)),
      await refusal(admin.refundPayment({ ...more, paymentId: testPaymentId(9) }, operator)),
      await refusal(admin.retryRefund({ refundId: "x" }, operator)),
      await refusal(admin.reconcilePayments({}, operator)),
      await refusal(admin.refundPayment(more, as(9n))),
    ];
    assert.deepEqual(reasons, [
      "REFUND_TOO_HIGH",
      "INVALID_ARGUMENT",
      "PAYMENT_NOT_FOUND",
      "REFUND_NOT_FOUND",
      "INVALID_ARGUMENT",
      "ROLE_REQUIRED",
    ]);
    assert.deepEqual(await auditedWrites(sql, PaymentAdminService), before);
  });

  await t.step("what cannot be recorded does not happen", async () => {
    await sql`ALTER TABLE audit_entry ADD CHECK (false) NOT VALID`;
    const more = { ...wish, idempotencyKey: "c" };
    await assert.rejects(admin.refundPayment(more, operator));
    await assert.rejects(admin.reconcilePayments(span, operator));
    const refunds = await sql<{ idempotency_key: string }[]>`SELECT idempotency_key FROM refund`;
    assert.deepEqual(refunds.map(({ idempotency_key }) => idempotency_key), ["a"]);
  });
});
