import assert from "node:assert/strict";
import { type Import, importVisitor, targetOf } from "./imports.ts";
import { placeOf } from "./place.ts";
import { messagesOf } from "./testing.ts";

Deno.test("targetOf() resolves files against the importer and strips packages", () => {
  const order = "services/order/store.ts";
  assert.deepEqual(targetOf(order, "./order.ts"), { place: placeOf("services/order/order.ts") });
  assert.deepEqual(targetOf(order, "../../shared/log.ts"), { place: placeOf("shared/log.ts") });
  assert.deepEqual(targetOf(order, "postgres"), { package: "postgres" });
  assert.deepEqual(targetOf(order, "npm:postgres@3.4.9/src/index.js"), { package: "postgres" });
  assert.deepEqual(targetOf(order, "@hono/zod-openapi"), { package: "@hono/zod-openapi" });
  assert.deepEqual(targetOf(order, "@bufbuild/protobuf/wkt"), { package: "@bufbuild/protobuf" });
  assert.deepEqual(targetOf(order, "node:fs/promises"), { package: "node:fs/promises" });
});

Deno.test("importVisitor() sees every way to name a module", () => {
  const seen: Pick<Import, "specifier" | "names">[] = [];
  const rule: Deno.lint.Rule = {
    create: () =>
      importVisitor(placeOf("bff/app.ts"), ({ specifier, names }) => {
        seen.push(names === undefined ? { specifier } : { specifier, names });
      }),
  };
  const source = [
    `import { a, type B as C } from "one";`,
    `import d from "two";`,
    `import * as e from "three";`,
    `import "four";`,
    `import type { F } from "five";`,
    `export { g } from "six";`,
    `export * from "seven";`,
    `const h = import("eight");`,
    `let i: import("nine").J;`,
    `const k = import(computed);`,
  ].join("\n");
  assert.deepEqual(messagesOf(rule, "bff/app.ts", source), []);
  assert.deepEqual(seen, [
    { specifier: "one", names: ["a", "B"] },
    { specifier: "two" },
    { specifier: "three" },
    { specifier: "four", names: [] },
    { specifier: "five", names: ["F"] },
    { specifier: "six" },
    { specifier: "seven" },
    { specifier: "eight" },
    { specifier: "nine" },
  ]);
});
