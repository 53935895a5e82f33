import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { Refusal } from "../../shared/errors.ts";
import { anonymous, type Principal } from "../../shared/rpc/principal.ts";
import { authorOf, isAuthor } from "./author.ts";

const user: Principal = { kind: "user", userId: 7n, roles: ["user"] };
const operator: Principal = { kind: "user", userId: 8n, roles: ["user", "operator"] };
const service: Principal = { kind: "service", name: "bff" };

Deno.test("authorOf() takes the caller, or whom an anonymous call names", () => {
  const cases: [Principal, bigint, bigint][] = [[user, 0n, 7n], [user, 7n, 7n], [
    anonymous,
    9n,
    9n,
  ]];
  assert.deepEqual(
    cases.map(([principal, userId]) => authorOf(principal, userId)),
    cases.map(([, , author]) => author),
  );
});

Deno.test("authorOf() lets nobody speak for somebody else", () => {
  const cases: [Principal, bigint, Code, string][] = [
    [user, 8n, Code.PermissionDenied, "NOT_YOURS"],
    [user, -7n, Code.PermissionDenied, "NOT_YOURS"],
    [operator, 7n, Code.PermissionDenied, "NOT_YOURS"],
    [service, 7n, Code.PermissionDenied, "NOT_YOURS"],
    [service, 0n, Code.PermissionDenied, "NOT_YOURS"],
    [anonymous, 0n, Code.InvalidArgument, "INVALID_ARGUMENT"],
    [anonymous, -1n, Code.InvalidArgument, "INVALID_ARGUMENT"],
  ];
  for (const [principal, userId, code, reason] of cases) {
    assert.throws(() => authorOf(principal, userId), (error) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual([error.code, error.reason], [code, reason]);
      return true;
    });
  }
});

Deno.test("isAuthor() knows nobody but the user themselves", () => {
  const callers = [user, operator, service, anonymous];
  assert.deepEqual(callers.map((caller) => isAuthor(caller, 7n)), [true, false, false, false]);
});
