import assert from "node:assert/strict";
import { noImportSideEffects } from "./no_import_side_effects.ts";
import { surprises } from "./testing.ts";

const path = "shared/rpc/server.ts";

Deno.test("no-import-side-effects finds work at the top level", () => {
  const cases = [
    ["start();", "a call"],
    ["void start();", "a call"],
    ["ready && start();", "a call"],
    ["pool?.start();", "a call"],
    ["new Server();", "a call"],
    ["await start();", "await"],
    ["const pool = await start();", "await"],
    ["if (ready) start();", "a branch"],
    ["if (ready) { await start(); }", "a branch", "await"],
    ["for (const each of all) start(each);", "a statement that runs"],
    ["try { start(); } catch { stop(); }", "a statement that runs"],
    ["const timer = setInterval(tick, 1000);", "a call that starts work"],
    ["export const server = Deno.serve(handle);", "a call that starts work"],
  ] as const;
  const samples = cases.map(([source, ...finds]) => ({ path, source, finds }));
  assert.deepEqual(surprises(noImportSideEffects, samples), []);
});

Deno.test("no-import-side-effects lets declarations and guarded mains be", () => {
  const sources = [
    "export const limit = 10;",
    "const encoder = new TextEncoder();",
    "export const schema = z.object({ id: z.string() });",
    "export async function f() { await start(); }",
    "const f = async () => { await start(); };",
    "export class A { async b() { await c(); } }",
    "if (import.meta.main) await main();",
    "if (import.meta.main) { start(); }",
  ];
  const samples = sources.map((source) => ({ path, source, finds: [] }));
  assert.deepEqual(surprises(noImportSideEffects, samples), []);
});

Deno.test("no-import-side-effects lets entries run", () => {
  const paths = [
    "services/order/main.ts",
    "services/user/hash_worker.ts",
    "shared/rpc/server_test.ts",
    "bench/table.ts",
  ];
  const samples = [
    ...paths.map((each) => ({ path: each, source: "await start();", finds: [] })),
    { path: "tests/support/servers.ts", source: "start();", finds: ["a call"] },
    { path: "services/order/domain.ts", source: "start();", finds: ["a call"] },
  ];
  assert.deepEqual(surprises(noImportSideEffects, samples), []);
});
