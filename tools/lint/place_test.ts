import assert from "node:assert/strict";
import { pathUnder, placeOf } from "./place.ts";

Deno.test("placeOf() tells area, service and role", () => {
  const cases = [
    ["services/order/main.ts", { area: "services", service: "order", role: "main" }],
    ["services/order/store.ts", { area: "services", service: "order", role: "store" }],
    ["services/order/store/mark_paid.ts", { area: "services", service: "order", role: "store" }],
    ["services/order/store_test.ts", { area: "services", service: "order", role: "noun" }],
    ["services/order/transition.ts", { area: "services", service: "order", role: "noun" }],
    ["services/order/stored.ts", { area: "services", service: "order", role: "noun" }],
    ["services/readme.ts", { area: "services" }],
    ["bff/routes/order.ts", { area: "bff" }],
    ["shared/log.ts", { area: "shared" }],
    ["proto/gen/order/v1/order_pb.ts", { area: "proto" }],
    ["tests/stories/order_list_test.ts", { area: "tests" }],
    ["dev/main.ts", { area: "dev" }],
    ["shared", { area: "elsewhere" }],
    ["", { area: "elsewhere" }],
  ] as const;
  for (const [path, expected] of cases) {
    const isTest = path.includes("_test.ts");
    assert.deepEqual(placeOf(path), { path, isTest, ...expected });
  }
});

Deno.test("pathUnder() works from any checkout and either kind of slash", () => {
  assert.equal(pathUnder("/a/mall/", "/a/mall/bff/main.ts"), "bff/main.ts");
  assert.equal(pathUnder("/a/mall", "/a/mall/bff/main.ts"), "bff/main.ts");
  assert.equal(pathUnder("C:\\mall", "C:\\mall\\bff\\main.ts"), "bff/main.ts");
  assert.equal(pathUnder("/a/mall", "/a/mall2/bff/main.ts"), undefined);
  assert.equal(pathUnder("/a/mall", "$deno$stdin.ts"), undefined);
});
