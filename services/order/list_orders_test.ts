import { create } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { ListOrdersRequestSchema } from "../../proto/gen/order/v1/order_service_pb.ts";
import { Refusal } from "../../shared/errors.ts";
import { narrowListOrders } from "./list_orders.ts";

function narrow(init: Parameters<typeof create<typeof ListOrdersRequestSchema>>[1]) {
  return narrowListOrders(create(ListOrdersRequestSchema, init));
}

Deno.test("narrowListOrders() takes a first page of everything", () => {
  assert.deepEqual(narrow({}), {
    status: undefined,
    after: undefined,
    ps: 20,
  });
});

Deno.test("narrowListOrders() keeps status 0, which is cancelled and not absent", () => {
  assert.equal(narrow({ status: 0 }).status, 0);
});

Deno.test("narrowListOrders() forgives every illegal page size", () => {
  const sizes = [0, -1, 51, 10_000, 1, 50].map((ps) => narrow({ ps }).ps);
  assert.deepEqual(sizes, [20, 20, 20, 20, 1, 50]);
});

Deno.test("narrowListOrders() goes on after a cursor, with and without last_id", () => {
  const lastId = "2022060912345678904829130123";
  assert.deepEqual(narrow({ cursor: 5n }).after, { value: 5n });
  assert.deepEqual(narrow({ cursor: 5n, lastId }).after, { value: 5n, lastId });
});

Deno.test("narrowListOrders() names every wrong field at once", () => {
  assert.throws(() => narrow({ status: 7, lastId: "x" }), (error) => {
    assert.ok(error instanceof Refusal);
    assert.equal(error.code, Code.InvalidArgument);
    assert.deepEqual(
      error.violations.map(({ pointer, reason }) => [pointer, reason]),
      [["/status", "UNKNOWN_STATUS"], ["/last_id", "MALFORMED"]],
    );
    return true;
  });
});
