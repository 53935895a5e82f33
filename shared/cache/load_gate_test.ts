import assert from "node:assert/strict";
import { Refusal } from "../errors.ts";
import { createLoadGate } from "./load_gate.ts";

Deno.test("LoadGate.run() lets them in by turns, also after failures", async () => {
  const gate = createLoadGate({ name: "rows", inFlightMax: 2, waitingMax: 10, waitMaxMs: 5_000 });
  const order: number[] = [];
  const start = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const calls = [0, 1, 2, 3, 4, 5].map((n) =>
    gate.run(async () => {
      most = Math.max(most, ++running);
      order.push(n);
      await start.promise;
      running--;
      if (n % 2 === 0) throw new Error("failed");
    })
  );
  start.resolve();
  await Promise.allSettled(calls);
  assert.deepEqual({ order, most }, { order: [0, 1, 2, 3, 4, 5], most: 2 });
});

Deno.test("LoadGate.run() refuses who waits too long, and the place is not lost", async () => {
  const gate = createLoadGate({ name: "rows", inFlightMax: 1, waitingMax: 10, waitMaxMs: 10 });
  const hold = Promise.withResolvers<void>();
  const first = gate.run(() => hold.promise);
  await assert.rejects(
    gate.run(() => Promise.resolve()),
    (error) => error instanceof Refusal && error.reason === "ROWS_UNAVAILABLE",
  );
  hold.resolve();
  await first;
  assert.equal(await gate.run(() => Promise.resolve(7)), 7);
});

Deno.test("LoadGate.run() gives work up that takes too long, and lets the next one in", async () => {
  const gate = createLoadGate({
    name: "rows",
    inFlightMax: 1,
    waitingMax: 10,
    waitMaxMs: 5_000,
    workMaxMs: 10,
  });
  const never = Promise.withResolvers<void>();
  await assert.rejects(
    gate.run(() => never.promise),
    (error) => error instanceof Refusal && error.reason === "ROWS_UNAVAILABLE",
  );
  assert.equal(await gate.run(() => Promise.resolve(7)), 7);
  never.resolve();
});
