import assert from "node:assert/strict";
import { Code } from "@connectrpc/connect";
import { Refusal } from "../errors.ts";
import { anonymous, type Principal } from "../rpc/principal.ts";
import { callerId } from "./caller.ts";

const person: Principal = { kind: "user", userId: 7n, roles: ["user"], sessionId: "s" };
const admin: Principal = { kind: "user", userId: 8n, roles: ["user", "admin"], sessionId: "s" };
const service: Principal = { kind: "service", name: "bff" };

Deno.test("callerId() is the caller, named or not", () => {
  assert.deepEqual([callerId(person), callerId(person, 0n), callerId(person, 7n)], [7n, 7n, 7n]);
});

Deno.test("callerId() lets nobody speak for somebody else", () => {
  const cases: [Principal, bigint, Code, string][] = [
    [person, 8n, Code.PermissionDenied, "NOT_YOUR_ACCOUNT"],
    [person, -7n, Code.PermissionDenied, "NOT_YOUR_ACCOUNT"],
    [admin, 7n, Code.PermissionDenied, "NOT_YOUR_ACCOUNT"],
    [service, 7n, Code.PermissionDenied, "NOT_A_PERSON"],
    [service, 0n, Code.PermissionDenied, "NOT_A_PERSON"],
    [anonymous, 0n, Code.Unauthenticated, "UNAUTHENTICATED"],
    [anonymous, 7n, Code.Unauthenticated, "UNAUTHENTICATED"],
  ];
  for (const [principal, userId, code, reason] of cases) {
    assert.throws(() => callerId(principal, userId), (error) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual([error.code, error.reason], [code, reason]);
      return true;
    });
  }
});
