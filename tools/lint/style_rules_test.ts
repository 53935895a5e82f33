/** The rules that need no more than a table each. */
import assert from "node:assert/strict";
import { noBarrel } from "./no_barrel.ts";
import { noBaseClass } from "./no_base_class.ts";
import { noConsole } from "./no_console.ts";
import { noDefaultExport } from "./no_default_export.ts";
import { noFloatMoney } from "./no_float_money.ts";
import { surprises } from "./testing.ts";

const path = "shared/thing.ts";

Deno.test("no-console leaves the terminal to dev, tools, bench and tests", () => {
  const finds = ["take a Logger"];
  const source = "function f() { console.log(1); }";
  assert.deepEqual(
    surprises(noConsole, [
      { path, source, finds },
      { path: "bff/app.ts", source: "f({ logger: console });", finds },
      { path: "bff/app.ts", source: "f({ console });", finds },
      { path: "bff/app.ts", source: "f(globalThis.console);", finds },
      { path: "bff/app.ts", source: "f(ui.console, { console: 1 });", finds: [] },
      { path: "services/order/store_test.ts", source, finds },
      { path: "shared/log.ts", source, finds: [] },
      { path: "dev/main.ts", source, finds: [] },
      { path: "tools/gate.ts", source, finds: [] },
      { path: "bench/main.ts", source, finds: [] },
      { path: "tests/run.ts", source, finds: [] },
    ]),
    [],
  );
});

Deno.test("no-default-export leaves one to the lint plugin", () => {
  const finds = ["export it by its name"];
  assert.deepEqual(
    surprises(noDefaultExport, [
      { path, source: "export default function f() {}", finds },
      { path, source: "const a = 1; export { a as default };", finds },
      { path, source: "export function f() {}", finds: [] },
      { path: "tools/lint/mall_plugin.ts", source: "export default {};", finds: [] },
    ]),
    [],
  );
});

Deno.test("no-barrel finds stars and files that only forward", () => {
  const finds = ["a barrel"];
  const star = `export * from "./a.ts"; export const b = 1;`;
  assert.deepEqual(
    surprises(noBarrel, [
      { path, source: star, finds },
      { path, source: `export { a } from "./a.ts"; export type { B } from "./b.ts";`, finds },
      { path, source: `import { a } from "./a.ts"; export { a };`, finds },
      { path, source: `export { a } from "./a.ts"; export const b = 1;`, finds: [] },
      { path, source: `import "./a.ts";`, finds: [] },
      { path, source: "export {};", finds: [] },
    ]),
    [],
  );
});

Deno.test("no-base-class leaves parents to errors", () => {
  const finds = ["a base class"];
  assert.deepEqual(
    surprises(noBaseClass, [
      { path, source: "class A extends B {}", finds },
      { path, source: "const a = class extends lib.Base {};", finds },
      { path, source: "class A extends mixin(B) {}", finds },
      { path, source: "abstract class A {}", finds },
      { path, source: "class A implements B {}", finds: [] },
      { path, source: "class A extends Error {}", finds: [] },
      { path, source: "class A extends connect.ConnectError {}", finds: [] },
      { path, source: "class A extends Refusal {}", finds: [] },
    ]),
    [],
  );
});

Deno.test("no-float-money keeps fen whole", () => {
  const finds = ["keep fen in bigint"];
  assert.deepEqual(
    surprises(noFloatMoney, [
      { path, source: "f(Number(order.totalFen));", finds },
      { path, source: "f(parseFloat(total_fen));", finds },
      { path, source: "f(Math.round(totalFen));", finds },
      { path, source: "f(totalFen.toFixed(2));", finds },
      { path, source: "f(totalFen * 0.9);", finds },
      { path, source: "f(1.5 * row.price_fen);", finds },
      { path, source: "f(totalFen * 9n / 10n, totalFen > 0, Number(quantity));", finds: [] },
      { path: "bff/money.ts", source: "f(Number(totalFen));", finds: [] },
    ]),
    [],
  );
});
