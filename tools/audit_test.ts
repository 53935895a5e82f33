import { connect } from "nats";
import assert from "node:assert/strict";
import { startTestNats } from "../shared/nats/test_server.ts";
import { makeConsumers } from "../tests/support/audited_nats.ts";
import { insertProducts } from "../tests/support/product_rows.ts";
import { createServiceDatabase } from "../tests/support/service_database.ts";
import { bookNames } from "./audit/books.ts";

Deno.test("deno task audit", async (t) => {
  await using stack = new AsyncDisposableStack();
  const nats = stack.use(await startTestNats());
  const env: Record<string, string> = { NATS_URL: nats.url };
  const databases = await Promise.all(bookNames.map(async (name) => {
    const database = stack.use(await createServiceDatabase(name));
    env[`${name.toUpperCase()}_POSTGRES_URL`] = database.url;
    return [name, database.sql] as const;
  }));

  async function run(): Promise<{ code: number; said: string }> {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "tools/audit.ts"],
      cwd: new URL("..", import.meta.url),
      env,
    }).output();
    const decoder = new TextDecoder();
    return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
  }

  await t.step("ends with 1 and names what NATS lacks", async () => {
    const { code, said } = await run();
    assert.equal(code, 1, said);
    assert.match(said, /^messages: each consumer is there: PAY has no consumer order-pay-succ/m);
  });

  await t.step("ends with 0 when everything holds", async () => {
    const connection = await connect({ servers: nats.url });
    await makeConsumers(await connection.jetstreamManager());
    await connection.close();
    const { code, said } = await run();
    assert.equal(code, 0, said);
    assert.match(said, /^stock: came in = there \+ held \+ sold +holds$/m);
  });

  await t.step("ends with 1 and names the row that breaks a rule", async () => {
    const [, product] = databases.find(([name]) => name === "product") ?? [];
    assert.ok(product);
    await insertProducts(product, [{ id: 1n, stock: 5n }]);
    await product`UPDATE product SET stock = 4`;
    const { code, said } = await run();
    assert.equal(code, 1, said);
    assert.match(said, /^stock: came in = there \+ held \+ sold +1 broken$/m);
    assert.match(said, /: product 1: 5 came in, 4 are there and 0 are held or sold$/m);
  });
});
