import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { GetCommentRightRequestSchema } from "../../proto/gen/order/v1/order_internal_service_pb.ts";
import { Refusal } from "../../shared/errors.ts";
import { commentRefusal, narrowGetCommentRight, type Purchase } from "./comment_right.ts";
import { orderStatuses } from "./order_status.ts";

const buyerId = 123n;
const received: Purchase = { buyerId, status: 50, hasItem: true };

Deno.test("commentRefusal() lets only the buyer of the item, and only after receipt", () => {
  const cases: [Purchase | undefined, bigint, string | undefined][] = [
    [received, buyerId, undefined],
    [undefined, buyerId, "ORDER_NOT_FOUND"],
    [received, 124n, "ORDER_NOT_FOUND"],
    [{ ...received, hasItem: false }, 124n, "ORDER_NOT_FOUND"],
    [{ ...received, status: 10 }, 124n, "ORDER_NOT_FOUND"],
    [{ ...received, hasItem: false }, buyerId, "ITEM_NOT_IN_ORDER"],
    [{ ...received, hasItem: false, status: 10 }, buyerId, "ITEM_NOT_IN_ORDER"],
  ];
  assert.deepEqual(
    cases.map(([purchase, userId]) => commentRefusal(purchase, userId)),
    cases.map(([, , expected]) => expected),
  );
});

Deno.test("commentRefusal() knows received from every other status", () => {
  assert.deepEqual(
    orderStatuses.map((status) => [status, commentRefusal({ ...received, status }, buyerId)]),
    [
      [0, "ORDER_NOT_RECEIVED"],
      [10, "ORDER_NOT_RECEIVED"],
      [20, "ORDER_NOT_RECEIVED"],
      [30, "ORDER_NOT_RECEIVED"],
      [40, "ORDER_NOT_RECEIVED"],
      [50, undefined],
      [60, "ORDER_NOT_RECEIVED"],
    ],
  );
});

Deno.test("narrowGetCommentRight() takes what makes sense as it is", () => {
  const asked = { userId: 123n, orderId: "2022060912345678904829130123", productId: 7n };
  assert.deepEqual(narrowGetCommentRight(create(GetCommentRightRequestSchema, asked)), asked);
});

Deno.test("narrowGetCommentRight() names every wrong field at once", () => {
  const wrong = create(GetCommentRightRequestSchema, { userId: -1n, orderId: "x", productId: 0n });
  assert.throws(() => narrowGetCommentRight(wrong), (error) => {
    assert.ok(error instanceof Refusal);
    assert.deepEqual(
      [error.code, ...error.violations.map(({ pointer, reason }) => [pointer, reason])],
      [
        Code.InvalidArgument,
        ["/user_id", "REQUIRED"],
        ["/order_id", "MALFORMED"],
        ["/product_id", "REQUIRED"],
      ],
    );
    return true;
  });
});
