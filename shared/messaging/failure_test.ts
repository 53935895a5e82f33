import assert from "node:assert/strict";
import { Code, ConnectError } from "@connectrpc/connect";
import postgres from "postgres";
import { invalidArgument, unavailable } from "../errors.ts";
import { failurePlace, failureText, isPassing } from "./failure.ts";

function postgresError(fields: Record<string, string>): Error {
  return Reflect.construct(postgres.PostgresError, [fields]);
}

Deno.test("isPassing() tells an outage from a mistake", () => {
  const passing = [
    unavailable("stock"),
    new ConnectError("busy", Code.ResourceExhausted),
    postgresError({ code: "57P01", message: "" }),
    postgresError({ code: "40001", message: "" }),
  ];
  const lasting = [
    invalidArgument([]),
    new ConnectError("no", Code.NotFound),
    postgresError({ code: "23505", message: "" }),
    new Error("bug"),
    undefined,
  ];
  assert.deepEqual(passing.map(isPassing), passing.map(() => true));
  assert.deepEqual(lasting.map(isPassing), lasting.map(() => false));
});

Deno.test("failureText() keeps neither values nor stacks", () => {
  const secret = postgresError({
    code: "22P02",
    message: 'invalid input syntax for type integer: "Jane Doe, Main Street 1"',
    detail: "Key (name)=(Jane Doe)",
    table_name: "person",
  });
  assert.deepEqual(
    [secret, unavailable("stock"), new TypeError("x".repeat(999)), 7].map(failureText),
    [
      "postgres 22P02 person",
      "STOCK_UNAVAILABLE: stock is unavailable, try again",
      `TypeError: ${"x".repeat(289)}`,
      "something that is not an error was thrown",
    ],
  );
});

Deno.test("failurePlace() tells where, not what", () => {
  const place = failurePlace(new Error("Jane Doe\nMain Street 1"));
  assert.match(place ?? "", /failure_test\.ts/);
  assert.doesNotMatch(place ?? "", /Jane|Street/);
  assert.equal(failurePlace("Jane Doe"), undefined);
});
