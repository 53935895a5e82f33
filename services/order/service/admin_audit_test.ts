import { ConnectError } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { OrderAdminService } from "../../../proto/gen/order/v1/order_admin_service_pb.ts";
import { reasonOf } from "../../../shared/rpc/error_mapping.ts";
import { as } from "../../../shared/rpc/testing/principals.ts";
import { auditedWrites } from "../../../tests/support/audited_writes.ts";
import { startOrderBench } from "../../../tests/support/order_bench.ts";
import { insertOrders, testOrderId } from "../../../tests/support/order_rows.ts";

const operator = as(9n, "operator");

async function refusal(call: Promise<unknown>): Promise<string | undefined> {
  const error = await call.then(() => undefined, (error) => error);
  assert.ok(error instanceof ConnectError, "it was not refused");
  return reasonOf(error);
}

Deno.test("OrderAdminService writes the audit trail", async (t) => {
  await using bench = await startOrderBench();
  const { sql } = bench;
  const admin = bench.client(OrderAdminService);
  const [paid, unpaid, other] = [testOrderId(1), testOrderId(2), testOrderId(3)];
  await insertOrders(sql, [
    { id: paid, status: 30 },
    { id: unpaid, status: 10 },
    { id: other, status: 30 },
  ]);
  const parcel = { orderId: paid, carrier: "SF", trackingNumber: "SF1" };

  await t.step("each step is in it once, however often it is asked for", async () => {
    for (let turn = 0; turn < 2; turn++) {
      await admin.shipOrder(parcel, operator);
      await admin.closeOrder({ orderId: unpaid, reason: "broken" }, operator);
    }
    assert.deepEqual(await auditedWrites(sql, OrderAdminService), [
      [9n, "ShipOrder", `order:${paid}`, parcel],
      [9n, "CloseOrder", `order:${unpaid}`, { orderId: unpaid, reason: "broken" }],
    ]);
  });

  await t.step("what is refused is not", async () => {
    const before = await auditedWrites(sql, OrderAdminService);
    const reasons = [
      await refusal(admin.shipOrder({ ...parcel, trackingNumber: "SF2" }, operator)),
      await refusal(admin.shipOrder({ ...parcel, orderId: unpaid }, operator)),
      await refusal(admin.shipOrder({ ...parcel, orderId: testOrderId(9) }, operator)),
      await refusal(admin.closeOrder({ orderId: paid, reason: "r" }, operator)),
      await refusal(admin.closeOrder({ orderId: other, reason: "r" }, as(9n))),
    ];
    assert.deepEqual(reasons, [
      "ORDER_NOT_SHIPPABLE",
      "ORDER_NOT_SHIPPABLE",
      "ORDER_NOT_FOUND",
      "ORDER_NOT_CLOSABLE",
      "ROLE_REQUIRED",
    ]);
    assert.deepEqual(await auditedWrites(sql, OrderAdminService), before);
  });

  await t.step("what cannot be recorded does not happen", async () => {
    await sql`ALTER TABLE audit_entry ADD CHECK (false) NOT VALID`;
    await assert.rejects(admin.closeOrder({ orderId: other, reason: "r" }, operator));
    const [row] = await sql<{ status: number }[]>`SELECT status FROM orders WHERE id = ${other}`;
    assert.equal(row?.status, 30);
  });
});
