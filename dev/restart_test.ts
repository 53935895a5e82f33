import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import type { ProcessEnd } from "./process.ts";
import { keepRunning, type Unit } from "./restart.ts";
import { poll } from "./wait.ts";

const backoff = { firstMs: 1, maxMs: 4, resetAfterMs: 60_000 };

/** A unit that ends when it is told to. */
function fakeUnit(pid: number): Unit & { end(code: number): void } {
  const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
  const end = (code: number) => resolve({ code, signal: null });
  return {
    pid,
    ended: promise,
    end,
    kill: () => resolve({ code: 137, signal: "SIGKILL" }),
    stop: () => Promise.resolve(end(0)),
  };
}

Deno.test("keepRunning() starts again after a crash, pausing longer each time up to a limit", async () => {
  const units: ReturnType<typeof fakeUnit>[] = [];
  const said: string[] = [];
  const kept = await keepRunning({
    name: "order",
    start: () => {
      const unit = fakeUnit(units.length + 1);
      units.push(unit);
      return Promise.resolve(unit);
    },
    say: (sentence) => said.push(sentence),
    backoff,
  });
  for (let crash = 1; crash <= 4; crash++) {
    units.at(-1)?.end(1);
    ok(await poll(() => kept.pid === crash + 1, { timeoutMs: 2_000, everyMs: 1 }));
  }
  strictEqual(kept.crashes, 4);
  await kept.stop();
  deepStrictEqual(
    said,
    [1, 2, 4, 4].map((ms) => `order ended with exit code 1: starting it again in ${ms} ms`),
  );
});

Deno.test("keepRunning() keeps trying when a later start fails, and says why", async () => {
  const said: string[] = [];
  const first = fakeUnit(1);
  const results = [() => first, () => {
    throw new Error("no luck");
  }, () => fakeUnit(3)];
  const kept = await keepRunning({
    name: "nats",
    start: () => Promise.resolve().then(() => (results.shift() ?? (() => fakeUnit(9)))()),
    say: (sentence) => said.push(sentence),
    backoff,
  });
  first.kill("SIGKILL");
  ok(await poll(() => kept.pid === 3, { timeoutMs: 2_000, everyMs: 1 }));
  await kept.stop();
  deepStrictEqual(said, [
    "nats was ended by SIGKILL: starting it again in 1 ms",
    "nats could not be started: no luck",
    "nats did not start: starting it again in 2 ms",
  ]);
});

Deno.test("keepRunning() throws what the very first start throws", async () => {
  const start = () => Promise.reject(new Error("never"));
  await rejects(keepRunning({ name: "redis", start, say: () => {} }), { message: "never" });
});

Deno.test("restart() ends a long pause and is no crash", async () => {
  let pid = 0;
  const units: ReturnType<typeof fakeUnit>[] = [];
  const changes: (number | undefined)[] = [];
  const kept = await keepRunning({
    name: "order",
    start: () => {
      const unit = fakeUnit(++pid);
      units.push(unit);
      return Promise.resolve(unit);
    },
    say: () => {},
    onChange: (now) => Promise.resolve(void changes.push(now)),
    backoff: { firstMs: 3_600_000, maxMs: 3_600_000, resetAfterMs: 1 },
  });
  units[0]?.end(1);
  ok(await poll(() => kept.crashes === 1, { timeoutMs: 2_000, everyMs: 1 }));
  await kept.restart();
  ok(await poll(() => kept.pid === 2, { timeoutMs: 2_000, everyMs: 1 }));
  await kept.restart();
  ok(await poll(() => kept.pid === 3, { timeoutMs: 2_000, everyMs: 1 }));
  strictEqual(kept.crashes, 0);
  await kept.stop();
  deepStrictEqual(changes, [1, undefined, 2, undefined, 3, undefined]);
});
