import assert from "node:assert/strict";
import { ConnectError, createClient, createRouterTransport } from "@connectrpc/connect";
import { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { Caller } from "../../proto/gen/access/v1/access_pb.ts";
import { createLogger } from "../log.ts";
import { authentication } from "../rpc/authentication.ts";
import { errorMapping, reasonOf } from "../rpc/error_mapping.ts";
import { anonymous, type Principal } from "../rpc/principal.ts";
import { as, verifyTestToken } from "../rpc/testing/principals.ts";
import { authorization, requireCaller } from "./access.ts";

const log = createLogger({ write: () => {} });

function reason(allowed: Caller, principal: Principal): string {
  try {
    requireCaller(allowed, principal);
    return "";
  } catch (error) {
    return error instanceof Error && "reason" in error ? String(error.reason) : "?";
  }
}

Deno.test("requireCaller() lets in whom the declaration names, and nobody where there is none", () => {
  const person = (...roles: ("operator" | "admin")[]): Principal => {
    return { kind: "user", userId: 1n, roles: ["user", ...roles], sessionId: "s" };
  };
  const callers = [
    anonymous,
    person(),
    person("operator"),
    person("admin"),
    { kind: "service", name: "bff" } as const,
  ];
  const table = [Caller.ANYBODY, Caller.PERSON, Caller.OPERATOR, Caller.ADMIN, Caller.SERVICE]
    .map((allowed) => callers.map((principal) => reason(allowed, principal)));
  assert.deepEqual(table, [
    ["", "", "", "", ""],
    ["UNAUTHENTICATED", "", "", "", "NOT_A_PERSON"],
    ["UNAUTHENTICATED", "ROLE_REQUIRED", "", "", "NOT_A_PERSON"],
    ["UNAUTHENTICATED", "ROLE_REQUIRED", "ROLE_REQUIRED", "", "NOT_A_PERSON"],
    ["UNAUTHENTICATED", "SERVICES_ONLY", "SERVICES_ONLY", "SERVICES_ONLY", ""],
  ]);
  assert.deepEqual(
    callers.map((principal) => reason(Caller.UNSPECIFIED, principal)),
    ["UNAUTHENTICATED", "ROLE_REQUIRED", "ROLE_REQUIRED", "ROLE_REQUIRED", "NOT_A_PERSON"],
  );
});

Deno.test("authorization() refuses before the rpc's own code runs", async () => {
  let ran = 0;
  const transport = createRouterTransport((router) => {
    router.service(OrderService, {
      listOrders() {
        ran++;
        return {};
      },
    });
    router.service(ProductService, { getProduct: () => ({}) });
  }, {
    router: { interceptors: [errorMapping(log), authentication(verifyTestToken), authorization()] },
  });
  const orders = createClient(OrderService, transport);
  await assert.rejects(orders.listOrders({}), (error) => {
    return error instanceof ConnectError && reasonOf(error) === "UNAUTHENTICATED";
  });
  assert.equal(ran, 0);
  await orders.listOrders({}, as(7n));
  assert.equal(ran, 1);
  await createClient(ProductService, transport).getProduct({});
});
