import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import {
  CheckCartItemsRequestSchema,
  UpdateCartItemRequestSchema,
} from "../../proto/gen/cart/v1/cart_service_pb.ts";
import { Refusal } from "../../shared/errors.ts";
import { narrowChange, narrowCheck, narrowPieces, requireRoom } from "./cart_item.ts";

/** What `work` refuses: the reason, and each wrong field with its own. */
function refusalOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [error.reason, ...error.violations.map((each) => `${each.pointer} ${each.reason}`)];
  }
}

Deno.test("narrowPieces() takes 1 to 999 pieces of a product", () => {
  const cases: [bigint, number, unknown][] = [
    [1n, 1, { productId: 1n, quantity: 1 }],
    [9_223_372_036_854_775_807n, 999, {
      productId: 9_223_372_036_854_775_807n,
      quantity: 999,
    }],
    [1n, 0, ["INVALID_ARGUMENT", "/quantity OUT_OF_RANGE"]],
    [1n, -1, ["INVALID_ARGUMENT", "/quantity OUT_OF_RANGE"]],
    [1n, 1_000, ["INVALID_ARGUMENT", "/quantity OUT_OF_RANGE"]],
    [1n, 2_147_483_647, ["INVALID_ARGUMENT", "/quantity OUT_OF_RANGE"]],
    [0n, 1, ["INVALID_ARGUMENT", "/product_id REQUIRED"]],
    [-5n, 1_000, ["INVALID_ARGUMENT", "/product_id REQUIRED", "/quantity OUT_OF_RANGE"]],
  ];
  for (const [productId, quantity, expected] of cases) {
    assert.deepEqual(refusalOf(() => narrowPieces({ productId, quantity })), expected);
  }
});

Deno.test("narrowChange() takes a quantity, a mark, or both", () => {
  const cases: [object, unknown][] = [
    [{ productId: 1n, quantity: 5 }, { productId: 1n, quantity: 5, checked: undefined }],
    [{ productId: 1n, checked: false }, { productId: 1n, quantity: undefined, checked: false }],
    [{ productId: 1n, quantity: 9, checked: true }, { productId: 1n, quantity: 9, checked: true }],
    [{ productId: 1n, quantity: 0 }, ["INVALID_ARGUMENT", "/quantity OUT_OF_RANGE"]],
    [{ productId: 1n, quantity: -3 }, ["INVALID_ARGUMENT", "/quantity OUT_OF_RANGE"]],
    [{ productId: 1n, quantity: 1_000 }, ["INVALID_ARGUMENT", "/quantity OUT_OF_RANGE"]],
    [{ productId: 1n }, ["INVALID_ARGUMENT", "/quantity REQUIRED"]],
    [{}, ["INVALID_ARGUMENT", "/product_id REQUIRED", "/quantity REQUIRED"]],
  ];
  for (const [request, expected] of cases) {
    const narrowed = refusalOf(() => narrowChange(create(UpdateCartItemRequestSchema, request)));
    assert.deepEqual(narrowed, expected);
  }
});

Deno.test("narrowCheck() takes some products or all, but not both and not none", () => {
  const many = Array.from({ length: 201 }, (_, n) => BigInt(n + 1));
  const cases: [object, unknown][] = [
    [{ all: true, checked: true }, { productIds: undefined, checked: true }],
    [{ productIds: [2n, 1n] }, { productIds: [2n, 1n], checked: false }],
    [{ productIds: many.slice(1) }, { productIds: many.slice(1), checked: false }],
    [{ productIds: many }, ["INVALID_ARGUMENT", "/product_ids TOO_MANY"]],
    [{ productIds: [] }, ["INVALID_ARGUMENT", "/product_ids REQUIRED"]],
    [{ all: true, productIds: [1n] }, ["INVALID_ARGUMENT", "/product_ids CONFLICT"]],
    [{ productIds: [1n, 0n, -1n] }, [
      "INVALID_ARGUMENT",
      "/product_ids/1 REQUIRED",
      "/product_ids/2 REQUIRED",
    ]],
  ];
  for (const [request, expected] of cases) {
    const narrowed = refusalOf(() => narrowCheck(create(CheckCartItemsRequestSchema, request)));
    assert.deepEqual(narrowed, expected);
  }
});

Deno.test("requireRoom() lets in what fits, by products and by pieces", () => {
  const tooMany = ["QUANTITY_TOO_HIGH", "/quantity QUANTITY_TOO_HIGH"];
  const cases: [items: number, had: number, quantity: number, expected: unknown][] = [
    [0, 0, 999, undefined],
    [199, 0, 1, undefined],
    [200, 0, 1, ["CART_FULL"]],
    [200, 998, 1, undefined],
    [200, 998, 2, tooMany],
    [1, 999, 1, tooMany],
    [1, 1, 999, tooMany],
  ];
  for (const [items, had, quantity, expected] of cases) {
    const found = refusalOf(() => requireRoom({ items, quantity: had }, quantity));
    assert.deepEqual(found, expected, `${items}, ${had} + ${quantity}`);
  }
});

Deno.test("requireRoom() says whether it is the request or the cart", () => {
  const codes = [[200, 0, 1], [1, 999, 1]].map(([items = 0, quantity = 0, more = 0]) => {
    try {
      return requireRoom({ items, quantity }, more);
    } catch (error) {
      return error instanceof Refusal && error.code;
    }
  });
  assert.deepEqual(codes, [Code.ResourceExhausted, Code.InvalidArgument]);
});
