import assert from "node:assert/strict";
import { readCompose } from "./compose/file.ts";
import { databaseProblems, unreadable } from "./compose_check.ts";

const provision = `
  provision:
    image: mall:local
    environment:
      MALL_POSTGRES_URL: postgres://postgres:\${SUPER:?set it}@postgres:5432/postgres
      ORDER_POSTGRES_PASSWORD: \${ORDER_POSTGRES_PASSWORD:?set it}
`;

/** The mistakes when the order service is given `url`. */
function problemsOf(url: string): readonly string[] {
  const order = `  order: { image: "mall:local", environment: { ORDER_POSTGRES_URL: "${url}" } }`;
  return databaseProblems(readCompose(`services:${provision}${order}\n`));
}

Deno.test("databaseProblems() compares what a service is given with what provision makes", () => {
  const sentence = "order: ORDER_POSTGRES_URL is not what provision makes: " +
    "postgres://mall_order:sample@postgres:5432/mall_order";
  const password = "${ORDER_POSTGRES_PASSWORD:?set it}";
  const cases = [
    [`postgres://mall_order:${password}@postgres:5432/mall_order`, []],
    [`postgres://mall_order:${password}@postgres:5432/mall_pay`, [sentence]],
    [`postgres://order:${password}@postgres:5432/mall_order`, [sentence]],
    ["postgres://mall_order:${PAY_POSTGRES_PASSWORD:?set it}@postgres:5432/mall_order", [sentence]],
  ] as const;
  for (const [url, problems] of cases) assert.deepEqual(problemsOf(url), problems);
});

Deno.test("unreadable() tells what --allow-env leaves out", () => {
  const variables = ["ORDER_PORT", "NATS_URL", "REDIS_URL", "OTEL_DENO"];
  const cases = [
    ["deno run --allow-env=ORDER_*,NATS_URL main.ts", ["REDIS_URL"]],
    ["deno run --allow-env main.ts", []],
    ["deno run main.ts", ["ORDER_PORT", "NATS_URL", "REDIS_URL"]],
  ] as const;
  for (const [command, expected] of cases) {
    assert.deepEqual(unreadable(command, variables), expected);
  }
});
