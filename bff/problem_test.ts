import assert from "node:assert/strict";
import { Code, ConnectError } from "@connectrpc/connect";
import { HTTPException } from "hono/http-exception";
import { ErrorDetailSchema } from "../proto/gen/error/v1/error_pb.ts";
import { invalidArgument, unavailable } from "../shared/errors.ts";
import { HttpProblem, problemOf, problemResponse } from "./problem.ts";

const context = { path: "/v1/thing", requestId: "request-12345" };
const same = { type: "about:blank", instance: "/v1/thing", request_id: "request-12345" };
const internal = {
  ...same,
  title: "Internal Server Error",
  status: 500,
  detail: "something went wrong on our side",
  reason: "INTERNAL",
  retryable: false,
  errors: [],
};

Deno.test("problemOf() gives each code its status", () => {
  const codes = Object.values(Code).filter((code) => typeof code === "number");
  const statuses = codes.map((code) => {
    return [Code[code], problemOf(new ConnectError("x", code), context).status];
  });
  assert.deepEqual(Object.fromEntries(statuses), {
    Canceled: 499,
    Unknown: 500,
    InvalidArgument: 400,
    DeadlineExceeded: 503,
    NotFound: 404,
    AlreadyExists: 409,
    PermissionDenied: 403,
    ResourceExhausted: 429,
    FailedPrecondition: 409,
    Aborted: 409,
    OutOfRange: 400,
    Unimplemented: 501,
    Internal: 500,
    Unavailable: 503,
    DataLoss: 500,
    Unauthenticated: 401,
  });
});

Deno.test("problemOf() carries the reason, the violations and whether to try again", () => {
  const violations = [{ pointer: "/items/0", reason: "OUT_OF_RANGE", message: "1 to 999" }];
  const value = { reason: "IN_FLIGHT", retryable: true, violations };
  const error = new ConnectError("the first call still runs", Code.Aborted, undefined, [
    { desc: ErrorDetailSchema, value },
  ]);
  assert.deepEqual(problemOf(error, context), {
    ...same,
    title: "Conflict",
    status: 409,
    detail: "the first call still runs",
    reason: "IN_FLIGHT",
    retryable: true,
    errors: violations,
  });
});

Deno.test("problemOf() makes a reason of the code when the service gave none", () => {
  const { reason, retryable } = problemOf(new ConnectError("x", Code.DeadlineExceeded), context);
  assert.deepEqual([reason, retryable], ["DEADLINE_EXCEEDED", true]);
});

Deno.test("problemOf() tells nothing of what is unclassified", () => {
  const samples = [
    new Error("secret"),
    new ConnectError("secret", Code.Internal),
    new ConnectError("secret", Code.Unknown),
    new HTTPException(500, { message: "secret" }),
    "secret",
    undefined,
  ];
  assert.deepEqual(samples.map((error) => problemOf(error, context)), samples.map(() => internal));
});

Deno.test("problemOf() takes what Hono refuses, and refusals of shared code", () => {
  const hono = problemOf(new HTTPException(400, { message: "Malformed JSON" }), context);
  const away = problemOf(unavailable("redis"), context);
  const wrong = [{ pointer: "/ps", reason: "OUT_OF_RANGE", message: "1 to 50" }];
  const invalid = problemOf(invalidArgument(wrong), context);
  assert.deepEqual([hono.status, hono.reason, hono.detail], [400, "BAD_REQUEST", "Malformed JSON"]);
  assert.deepEqual([away.status, away.reason, away.retryable], [503, "REDIS_UNAVAILABLE", true]);
  assert.deepEqual([invalid.status, invalid.errors], [400, wrong]);
});

Deno.test("problemOf() is 422 for an invalid body, and points at its members by their own names", () => {
  const bodyMembers = { image_urls: "images", user_id: "uid" };
  const wrong = [
    { pointer: "/image_urls/3", reason: "PRIVATE_HOST", message: "is private" },
    { pointer: "/user_id", reason: "REQUIRED", message: "is required" },
    { pointer: "/image_urls_count", reason: "OUT_OF_RANGE", message: "is odd" },
    { pointer: "", reason: "EMPTY", message: "is empty" },
  ];
  const { status, title, detail, errors } = problemOf(invalidArgument(wrong), {
    ...context,
    bodyMembers,
  });
  assert.deepEqual([status, title, detail], [
    422,
    "Unprocessable Content",
    "images/3 is private; uid is required; image_urls_count is odd; the body is empty",
  ]);
  assert.deepEqual(errors.map(({ pointer }) => pointer), [
    ...["/images/3", "/uid", "/image_urls_count", ""],
  ]);
  const codes = [Code.InvalidArgument, Code.FailedPrecondition, Code.OutOfRange, Code.NotFound];
  const statuses = codes.map((code) => {
    const problem = problemOf(new ConnectError("said so", code), { ...context, bodyMembers });
    return [problem.status, problem.detail];
  });
  assert.deepEqual(statuses, [
    [422, "said so"],
    [409, "said so"],
    [400, "said so"],
    [404, "said so"],
  ]);
});

Deno.test("problemResponse() is problem+json, and names a time to try again at 503", async () => {
  const away = problemOf(new HttpProblem(503, "AWAY", "try again"), context);
  const response = problemResponse(away);
  assert.deepEqual([response.status, Object.fromEntries(response.headers)], [503, {
    "content-type": "application/problem+json",
    "retry-after": "1",
  }]);
  assert.deepEqual(await response.json(), away);
  assert.equal(problemResponse(internal).headers.get("retry-after"), null);
});
