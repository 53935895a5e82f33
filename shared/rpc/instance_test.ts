import assert from "node:assert/strict";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { callOn, costOf, createInstance, type Instance } from "./instance.ts";
import { hostAt } from "./testing/toy.ts";

const unused = (): Promise<never> => Promise.reject(new Error("not called"));
const transport: Transport = { unary: unused, stream: unused };

function instance(values: Partial<Instance> = {}): Instance {
  return Object.assign(createInstance(hostAt(1), transport), values);
}

Deno.test("costOf() grows with latency and load, and shrinks with weight", () => {
  const nowMs = 1_000;
  const base = { latencyMs: 8, measuredMs: nowMs, inFlight: 1 };
  assert.equal(costOf(instance(base), nowMs), 6);
  assert.equal(costOf(instance({ ...base, latencyMs: 24 }), nowMs), 10);
  assert.equal(costOf(instance({ ...base, inFlight: 3 }), nowMs), 12);
  assert.equal(costOf(instance({ ...base, host: { ...hostAt(1), weight: 3 } }), nowMs), 2);
});

Deno.test("costOf() forgets a slow call after a while, so that the instance is asked again", () => {
  const slow = instance({ latencyMs: 2_000, measuredMs: 0 });
  const usual = instance({ latencyMs: 2, measuredMs: 90_000 });
  assert.ok(costOf(slow, 0) > 40);
  assert.ok(costOf(slow, 90_000) < costOf(usual, 90_000));
});

Deno.test("callOn() counts what is in flight and measures it", async () => {
  const one = instance();
  const gate = Promise.withResolvers<string>();
  const call = callOn(one, () => gate.promise);
  assert.equal(one.inFlight, 1);
  gate.resolve("answer");
  assert.equal(await call, "answer");
  assert.equal(one.inFlight, 0);
  assert.ok(one.latencyMs > 0);
});

/** Whether five answers with this code in a row open the breaker. */
async function opensOn(code: Code): Promise<boolean> {
  const one = instance();
  for (let call = 0; call < 5; call++) {
    await callOn(one, () => Promise.reject(new ConnectError("", code))).catch(() => {});
  }
  return !one.breaker.closed;
}

Deno.test("callOn() blames the instance for its own failures only", async () => {
  const codes = Object.values(Code).filter((code) => typeof code === "number");
  const opening: string[] = [];
  for (const code of codes) if (await opensOn(code)) opening.push(Code[code]);
  assert.deepEqual(opening, ["Unknown", "DeadlineExceeded", "Internal", "Unavailable", "DataLoss"]);
});
