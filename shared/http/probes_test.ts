import assert from "node:assert/strict";
import { createMetrics } from "../metrics.ts";
import { checkAll, createProbes, type Dependency } from "./probes.ts";

function dependency(name: string, check: () => Promise<void>, required = true): Dependency {
  return { name, required, check };
}

const present = () => Promise.resolve();
const away = () => Promise.reject(new Error("away"));
const silent = () => new Promise<void>(() => {});

Deno.test("checkAll() names what is missing, what is degraded, and nobody else", async () => {
  const all = [
    dependency("postgres", away),
    dependency("order", present),
    dependency("nats", away, false),
    dependency("redis", present, false),
    dependency("hasty", () => {
      throw new Error("at once");
    }),
  ];
  assert.deepEqual(await checkAll(all, 1_000), {
    status: "unready",
    missing: ["postgres", "hasty"],
    degraded: ["nats"],
  });
  assert.deepEqual(await checkAll(all.slice(1, 4), 1_000), {
    status: "ready",
    missing: [],
    degraded: ["nats"],
  });
});

Deno.test("checkAll() counts a dependency as away that does not answer in time", async () => {
  const startedMs = performance.now();
  const all = [dependency("postgres", silent), dependency("nats", silent, false)];
  assert.deepEqual(await checkAll(all, 30), {
    status: "unready",
    missing: ["postgres"],
    degraded: ["nats"],
  });
  assert.ok(performance.now() - startedMs < 1_000);
});

Deno.test("createProbes() answers health, readiness and metrics, and nothing else", async () => {
  const dependencies = [dependency("postgres", away)];
  const probes = createProbes({ dependencies, metrics: createMetrics("toy") });
  const health = await probes("/healthz");
  const readiness = await probes("/readyz");
  const metrics = await probes("/metrics");
  assert.deepEqual([health?.status, await health?.json()], [200, { status: "ok" }]);
  assert.deepEqual([readiness?.status, await readiness?.json()], [503, {
    status: "unready",
    missing: ["postgres"],
    degraded: [],
  }]);
  assert.match(await metrics?.text() ?? "", /process_resident_memory_bytes\{app="toy"\} \d{6,}/);
  assert.deepEqual(["/", "/healthz/", "/metrics?x"].map(probes), [undefined, undefined, undefined]);
});
