import assert from "node:assert/strict";
import fc from "fast-check";
import { Cancellation } from "./cancellation.ts";
import { createDeadlineWheel } from "./wheel.ts";

const slotMs = 10;
/** How late a timer of a busy machine may be. */
const latenessMs = 400;
const late = () => new Error("late");

Deno.test("createDeadlineWheel() cancels never early, and late by a slot", async () => {
  const wheel = createDeadlineWheel(slotMs);
  const lateness = await Promise.all(Array.from({ length: 300 }, (_, n) => {
    const deadlineMs = performance.now() + n * 0.37;
    return new Promise<number>((resolve) => {
      const call = new Cancellation();
      call.onCancel(() => resolve(performance.now() - deadlineMs));
      wheel.take(deadlineMs, call, late);
    });
  }));
  assert.ok(Math.min(...lateness) >= 0, `${Math.min(...lateness)} ms`);
  assert.ok(Math.max(...lateness) < slotMs + latenessMs, `${Math.max(...lateness)} ms`);
});

Deno.test("Slot.release() takes one call off, and leaves the others", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }), async (released) => {
      const wheel = createDeadlineWheel(slotMs);
      const deadlineMs = performance.now() + 5;
      const calls = released.map((isReleased) => {
        const call = new Cancellation();
        const slot = wheel.take(deadlineMs, call, late);
        if (isReleased) slot.release(call);
        return call;
      });
      const last = Promise.withResolvers<void>();
      const watch = new Cancellation();
      watch.onCancel(last.resolve);
      wheel.take(deadlineMs + slotMs, watch, late);
      await last.promise;
      assert.deepEqual(calls.map(({ cancelled }) => cancelled), released.map((is) => !is));
    }),
    { numRuns: 30 },
  );
});

Deno.test("calls that are late together have errors of their own", async () => {
  const wheel = createDeadlineWheel(slotMs);
  const reasons = await Promise.all([1, 2].map(() =>
    new Promise<unknown>((resolve) => {
      const call = new Cancellation();
      call.onCancel(() => resolve(call.reason));
      wheel.take(performance.now(), call, late);
    })
  ));
  const [one, other] = reasons;
  assert.ok(one instanceof Error && other instanceof Error);
  assert.notEqual(one, other);
});

Deno.test("a far deadline leaves no timer when its call ends", () => {
  const wheel = createDeadlineWheel(slotMs);
  const { clearTimeout } = globalThis;
  let cleared = 0;
  globalThis.clearTimeout = (timer) => {
    cleared++;
    clearTimeout(timer);
  };
  try {
    for (let call = 1; call <= 100; call++) {
      const cancellation = new Cancellation();
      wheel.take(performance.now() + 3_600_000 + call * slotMs, cancellation, late).release(
        cancellation,
      );
    }
  } finally {
    globalThis.clearTimeout = clearTimeout;
  }
  assert.equal(cleared, 100);
});
