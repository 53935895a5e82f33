import assert from "node:assert/strict";
import { Code, ConnectError } from "@connectrpc/connect";
import { Refusal, unavailable } from "../errors.ts";
import { AcquireTimeoutError } from "../postgres/errors.ts";
import { codeName } from "./canonical_log.ts";
import { reasonOf, toConnectError } from "./error_mapping.ts";

/** What of an error leaves the process. */
function told(error: unknown) {
  const mapped = toConnectError(error);
  return { code: codeName(mapped.code), message: mapped.rawMessage, reason: reasonOf(mapped) };
}

Deno.test("toConnectError() keeps refusals and hides everything unclassified", () => {
  const opaque = { code: "internal", message: "internal error", reason: "INTERNAL" };
  const samples: readonly [unknown, ReturnType<typeof told>][] = [
    [new Refusal(Code.NotFound, "ORDER_NOT_FOUND", "no such order"), {
      code: "not_found",
      message: "no such order",
      reason: "ORDER_NOT_FOUND",
    }],
    [unavailable("postgres", new Error("secret")), {
      code: "unavailable",
      message: "postgres is unavailable, try again",
      reason: "POSTGRES_UNAVAILABLE",
    }],
    [new AcquireTimeoutError(5), {
      code: "unavailable",
      message: "postgres is unavailable, try again",
      reason: "POSTGRES_UNAVAILABLE",
    }],
    [new ConnectError("gone", Code.NotFound), {
      code: "not_found",
      message: "gone",
      reason: undefined,
    }],
    [new ConnectError("secret", Code.Internal), opaque],
    [new ConnectError("secret", Code.Unknown), opaque],
    [new Error("secret"), opaque],
    [null, opaque],
  ];
  assert.deepEqual(samples.map(([error]) => told(error)), samples.map(([, expected]) => expected));
});

Deno.test("codeName() is the name of a code on the wire", () => {
  assert.deepEqual([Code.Internal, Code.InvalidArgument, Code.DeadlineExceeded].map(codeName), [
    "internal",
    "invalid_argument",
    "deadline_exceeded",
  ]);
});
