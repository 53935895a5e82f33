import assert from "node:assert/strict";
import { boundaries } from "./boundaries.ts";
import { surprises } from "./testing.ts";

/** The importing file, what it names, and a part of the message if it may not. */
const cases: readonly (readonly [string, string, string?])[] = [
  ["services/order/service.ts", "../product/product.ts", "call it over Connect"],
  ["services/order/service_test.ts", "../product/product.ts", "call it over Connect"],
  ["services/order/service.ts", "../../bff/app.ts", "may not import the BFF"],
  ["services/order/service.ts", "./order.ts"],
  ["services/order/service.ts", "../../proto/gen/product/v1/product_service_pb.ts"],
  ["services/order/service.ts", "../../shared/rpc/client.ts"],
  ["services/order/service.ts", "../../dev/seed.ts", "may not import dev"],
  ["services/order/app.ts", "../../tests/support/servers.ts", "may not import tests"],
  ["services/order/app.ts", "../../tools/gate.ts", "may not import tools"],
  ["services/order/store_test.ts", "../../tests/support/database.ts"],
  ["services/order/store_test.ts", "../../tests/stories/mall.ts", "only tests/support/"],
  ["bff/clients.ts", "../services/order/order.ts", "bff may not import a service"],
  ["bff/routes/order.ts", "../../shared/paging.ts"],
  ["bff/app.ts", "../dev/ports.ts", "may not import dev"],
  ["shared/rpc/server.ts", "../../services/order/order.ts", "shared may not import services"],
  ["shared/rpc/server.ts", "../../bff/problem.ts", "shared may not import bff"],
  ["shared/rpc/server_test.ts", "../../tests/support/eventually.ts"],
  ["shared/rpc/server.ts", "../../tests/support/eventually.ts", "may not import tests"],
  ["dev/main.ts", "../tests/support/servers.ts", "dev may not import tests"],
  ["dev/main.ts", "../services/order/app.ts"],
  ["tests/support/mall.ts", "../../services/order/app.ts"],
  ["tools/compose_check.ts", "../services/order/config.ts"],
  // Nouns are pure.
  ["services/order/order.ts", "postgres", "is a pure noun"],
  ["services/order/order.ts", "ioredis", "is a pure noun"],
  ["services/order/order.ts", "nats", "is a pure noun"],
  ["services/order/order.ts", "hono", "is a pure noun"],
  ["services/order/order.ts", "node:fs", "is a pure noun"],
  ["services/order/order.ts", "./store.ts", "is a pure noun"],
  ["services/order/order.ts", "../../shared/config.ts", "is a pure noun"],
  ["services/order/order.ts", "./total.ts"],
  ["services/order/order.ts", "@bufbuild/protobuf"],
  ["services/order/order.ts", "../../shared/errors.ts"],
  ["services/order/order.ts", "../../shared/paging.ts"],
  ["services/order/order.ts", "../../shared/paging/cursor.ts"],
  ["services/order/order.ts", "../../shared/rpc/principal.ts"],
  ["services/order/order.ts", "../../shared/rpc/client.ts", "is a pure noun"],
  ["services/order/order.ts", "../../proto/gen/order/v1/order_pb.ts"],
  ["services/order/order_test.ts", "fast-check"],
  ["services/order/store/list_orders.ts", "../../../shared/postgres/pool.ts"],
];

Deno.test("boundaries keeps every border", () => {
  const samples = cases.map(([path, specifier, finds]) => ({
    path,
    source: `import { thing } from "${specifier}";`,
    finds: finds === undefined ? [] : [finds],
  }));
  assert.deepEqual(surprises(boundaries, samples), []);
});

Deno.test("boundaries looks at types, re-exports and dynamic imports too", () => {
  const path = "bff/app.ts";
  const finds = ["bff may not import a service"];
  assert.deepEqual(
    surprises(boundaries, [
      { path, source: `import type { Order } from "../services/order/order.ts";`, finds },
      { path, source: `export { total } from "../services/order/order.ts";`, finds },
      { path, source: `const later = () => import("../services/order/order.ts");`, finds },
      { path, source: `let o: import("../services/order/order.ts").Order;`, finds },
    ]),
    [],
  );
});

Deno.test("boundaries gives a noun the codes of refusals, and no more of Connect", () => {
  const path = "services/order/order.ts";
  assert.deepEqual(
    surprises(boundaries, [
      { path, source: `import { Code } from "@connectrpc/connect";`, finds: [] },
      {
        path,
        source: `import { Code, createClient } from "@connectrpc/connect";`,
        finds: ["pure noun"],
      },
      { path, source: `import * as connect from "@connectrpc/connect";`, finds: ["pure noun"] },
    ]),
    [],
  );
});
