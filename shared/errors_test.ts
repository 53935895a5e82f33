import assert from "node:assert/strict";
import { Code } from "@connectrpc/connect";
import { invalidArgument, Refusal, unavailable } from "./errors.ts";

Deno.test("Refusal is retryable by its code, unless told otherwise", () => {
  const codes = [Code.Unavailable, Code.Aborted, Code.NotFound, Code.FailedPrecondition];
  const retryable = codes.map((code) => new Refusal(code, "R", "m").retryable);
  assert.deepEqual(retryable, [true, true, false, false]);
  assert.equal(new Refusal(Code.Aborted, "R", "m", { retryable: false }).retryable, false);
});

Deno.test("invalidArgument() names each wrong field", () => {
  const violations = [
    { pointer: "/ps", reason: "OUT_OF_RANGE", message: "1 to 50" },
    { pointer: "/uid", reason: "REQUIRED", message: "is required" },
  ];
  const { code, reason, message, violations: told } = invalidArgument(violations);
  assert.deepEqual({ code, reason, message, told }, {
    code: Code.InvalidArgument,
    reason: "INVALID_ARGUMENT",
    message: "/ps: 1 to 50; /uid: is required",
    told: violations,
  });
});

Deno.test("unavailable() makes a reason of any noun, and keeps the cause for the log", () => {
  const cause = new Error("refused");
  const error = unavailable("row cache", cause);
  assert.deepEqual([error.code, error.reason, error.message, error.cause, error.retryable], [
    Code.Unavailable,
    "ROW_CACHE_UNAVAILABLE",
    "row cache is unavailable, try again",
    cause,
    true,
  ]);
});
