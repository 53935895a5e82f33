import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { Refusal } from "../../shared/errors.ts";
import { requireCommentRight } from "./comment_right.ts";

Deno.test("requireCommentRight() lets pass what is allowed", () => {
  requireCommentRight({ allowed: true, reason: "" });
});

Deno.test("requireCommentRight() refuses by the reason", () => {
  const cases: [string, Code, string][] = [
    ["ORDER_NOT_FOUND", Code.NotFound, "ORDER_NOT_FOUND"],
    ["ITEM_NOT_IN_ORDER", Code.FailedPrecondition, "ITEM_NOT_IN_ORDER"],
    ["ORDER_NOT_RECEIVED", Code.FailedPrecondition, "ORDER_NOT_RECEIVED"],
    ["SOMETHING_NEW", Code.FailedPrecondition, "COMMENT_NOT_ALLOWED"],
    ["", Code.FailedPrecondition, "COMMENT_NOT_ALLOWED"],
  ];
  for (const [reason, code, expected] of cases) {
    assert.throws(() => requireCommentRight({ allowed: false, reason }), (error) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual([error.code, error.reason], [code, expected]);
      return true;
    });
  }
});
