import assert from "node:assert/strict";
import { createMetrics, exposeCounters } from "./metrics.ts";

Deno.test("exposeCounters() reads the counters when it is asked", async () => {
  const metrics = createMetrics("toy");
  const counters = { hits: 1, misses: 0 };
  exposeCounters(metrics, { name: "cache", help: "What it did.", read: () => counters });
  counters.hits = 5;
  const lines = (await metrics.metrics()).split("\n").filter((line) => line.startsWith("cache{"));
  assert.deepEqual(lines, [`cache{kind="hits",app="toy"} 5`, `cache{kind="misses",app="toy"} 0`]);
});

Deno.test("createMetrics() keeps apps in one process apart", async () => {
  const [one, two] = [createMetrics("one"), createMetrics("two")];
  exposeCounters(one, { name: "only_one", help: "h", read: () => ({ n: 1 }) });
  assert.match(await one.metrics(), /only_one/);
  assert.doesNotMatch(await two.metrics(), /only_one/);
});
