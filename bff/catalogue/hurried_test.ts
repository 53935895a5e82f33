import assert from "node:assert/strict";
import { newCall } from "../../shared/rpc/call.ts";
import { hurried } from "./hurried.ts";

Deno.test("hurried() leaves a share of the time, none of none, and never ends what has no end", () => {
  const call = newCall(new Headers());
  const leftMs = (deadlineMs: number) => {
    return hurried({ ...call, deadlineMs }, 0.25).deadlineMs - performance.now();
  };
  const share = leftMs(performance.now() + 40_000);
  assert.ok(share > 9_000 && share <= 10_000, `${share}`);
  assert.ok(leftMs(performance.now() - 5_000) <= 0);
  assert.equal(leftMs(Infinity), Infinity);
});
