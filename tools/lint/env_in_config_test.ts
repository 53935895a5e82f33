import assert from "node:assert/strict";
import { envInConfig } from "./env_in_config.ts";
import { surprises } from "./testing.ts";

const finds = ["read in config.ts only"];
const read = `function f() { return Deno.env.get("PORT"); }`;

Deno.test("env-in-config gives the environment to configs and to what is not shipped", () => {
  const paths = [
    "services/order/config.ts",
    "bff/config.ts",
    "dev/main.ts",
    "tests/support/servers.ts",
    "bench/main.ts",
    "tools/gate.ts",
    "services/order/config_test.ts",
  ];
  assert.deepEqual(
    surprises(envInConfig, paths.map((path) => ({ path, source: read, finds: [] }))),
    [],
  );
});

Deno.test("env-in-config finds every spelling elsewhere", () => {
  const sources = [
    read,
    `f(Deno["env"].toObject());`,
    `f(globalThis.Deno.env);`,
    `f(process.env.PORT);`,
    `const { env } = Deno;`,
    `const { ...all } = process;`,
    `import process from "node:process";`,
    `import { env } from "node:process";`,
  ];
  const path = "services/order/service.ts";
  assert.deepEqual(
    surprises(envInConfig, [
      ...sources.map((source) => ({ path, source, finds })),
      { path, source: `import { hrtime } from "node:process";`, finds: [] },
      { path, source: `const { memoryUsage } = Deno;`, finds: [] },
      { path, source: `f(context.env);`, finds: [] },
    ]),
    [],
  );
});

Deno.test("env-in-config lets a main hand Deno.env over, unread", () => {
  const path = "services/order/main.ts";
  assert.deepEqual(
    surprises(envInConfig, [
      { path, source: "await run(readConfig(Deno.env));", finds: [] },
      { path, source: read, finds },
    ]),
    [],
  );
});
