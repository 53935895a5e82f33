import assert from "node:assert/strict";
import { settleBy } from "./settle_by.ts";

const late = () => new Error("late");

Deno.test("settleBy() settles as the work does", async () => {
  const later = performance.now() + 60_000;
  assert.equal(await settleBy(Promise.resolve("done"), later, late), "done");
  await assert.rejects(settleBy(Promise.reject(new Error("broken")), later, late), /broken/);
});

Deno.test("settleBy() gives up in time, also when none is left", async () => {
  for (const leftMs of [15, 0, -5]) {
    await assert.rejects(settleBy(new Promise(() => {}), performance.now() + leftMs, late), /late/);
  }
});
