import { create } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import fc from "fast-check";
import { CreateOrderRequestSchema } from "../../proto/gen/order/v1/order_service_pb.ts";
import { Refusal } from "../../shared/errors.ts";
import { narrowCreateOrder, priceOf } from "./new_order.ts";

const good = { addressId: 1n, items: [{ productId: 7n, quantity: 2 }], idempotencyKey: "key-1" };

function narrow(init: Parameters<typeof create<typeof CreateOrderRequestSchema>>[1]) {
  return narrowCreateOrder(create(CreateOrderRequestSchema, init));
}

function violations(init: Parameters<typeof narrow>[0]): string[] {
  try {
    narrow(init);
    return [];
  } catch (error) {
    assert.ok(error instanceof Refusal);
    return error.violations.map(({ pointer, reason }) => `${pointer} ${reason}`);
  }
}

Deno.test("narrowCreateOrder() takes a wish, its items by product", () => {
  const items = [{ productId: 9n, quantity: 1 }, { productId: 7n, quantity: 999 }];
  assert.deepEqual(narrow({ ...good, items, remark: "  soon " }), {
    addressId: 1n,
    items: [{ productId: 7n, quantity: 999 }, { productId: 9n, quantity: 1 }],
    fromCart: false,
    remark: "soon",
    key: "key-1",
  });
});

Deno.test("narrowCreateOrder() names every wrong field", () => {
  const item = (quantity: number, productId = 7n) => ({ productId, quantity });
  const many = Array.from({ length: 201 }, (_, n) => item(1, BigInt(n + 1)));
  const cases: [Parameters<typeof narrow>[0], ...string[]][] = [
    [{ ...good, addressId: 0n }, "/address_id REQUIRED"],
    [{ ...good, idempotencyKey: "" }, "/idempotency_key REQUIRED"],
    [{ ...good, idempotencyKey: "a b" }, "/idempotency_key MALFORMED"],
    [{ ...good, idempotencyKey: "x".repeat(256) }, "/idempotency_key MALFORMED"],
    [{ ...good, remark: "x".repeat(201) }, "/remark TOO_LONG"],
    [{ ...good, items: [] }, "/items OUT_OF_RANGE"],
    [{ ...good, items: many }, "/items OUT_OF_RANGE"],
    [{ ...good, items: [item(0)] }, "/items/0/quantity OUT_OF_RANGE"],
    [{ ...good, items: [item(-1)] }, "/items/0/quantity OUT_OF_RANGE"],
    [{ ...good, items: [item(1_000)] }, "/items/0/quantity OUT_OF_RANGE"],
    [{ ...good, items: [item(1), item(2)] }, "/items DUPLICATE"],
    [{ ...good, items: [item(1, 0n)] }, "/items/0/product_id REQUIRED"],
    [{ ...good, fromCart: true }, "/items CONFLICT"],
  ];
  for (const [request, ...expected] of cases) assert.deepEqual(violations(request), expected);
});

const rule = { postageFen: 800n, freeFromFen: 9_900n };

Deno.test("priceOf() adds whole fen, and sends much for nothing", () => {
  const line = (unitPriceFen: bigint, quantity: number) => ({ unitPriceFen, quantity });
  assert.deepEqual(priceOf([line(1_999n, 2), line(1n, 3)], rule), {
    totalFen: 4_001n,
    postageFen: 800n,
    paymentFen: 4_801n,
  });
  assert.deepEqual(priceOf([line(9_900n, 1)], rule).postageFen, 0n);
  assert.throws(() => priceOf([line(9_223_372_036_854_775_807n, 999)], rule), {
    reason: "INVALID_ARGUMENT",
  });
});

Deno.test("priceOf() is the sum of its lines, however many", () => {
  const line = fc.record({
    unitPriceFen: fc.bigInt({ min: 0n, max: 10_000_000n }),
    quantity: fc.integer({ min: 1, max: 999 }),
  });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 200 }), (lines) => {
      let sum = 0n;
      for (const { unitPriceFen, quantity } of lines) {
        for (let piece = 0; piece < quantity; piece++) sum += unitPriceFen;
      }
      const { totalFen, postageFen, paymentFen } = priceOf(lines, rule);
      assert.deepEqual([totalFen, paymentFen], [sum, sum + postageFen]);
    }),
    { numRuns: 20 },
  );
});
