/** What a checkout costs the databases: a number that does not grow with the cart. */
import assert from "node:assert/strict";
import { createShop } from "../support/checkout.ts";
import { eventually } from "../support/eventually.ts";
import { type HeardStatement, startHeardPostgres } from "../support/heard_postgres.ts";
import { serviceNames, startMall } from "../support/mall.ts";
import { insertProducts } from "../support/product_rows.ts";
import { testServers } from "../support/servers.ts";

const statementsMax = 15;
const productIds = Array.from({ length: 20 }, (_, n) => BigInt(n + 1));

/** What goes on without any call: the database is asked whether it is there, and who was revoked. */
const background = /^(select 1$|select .* from session where revoke_time is not null)/is;

/** All but that; statements that differ only in how many rows they have are the same. */
function workOf(heard: readonly HeardStatement[]): readonly string[] {
  return heard.filter(({ text }) => !background.test(text)).map(({ database, text }) => {
    const [service] = database.split("_");
    const shape = text.replaceAll(/\s+/g, " ").replace(/values ?(\([^)]*\),?)+/, "values")
      .replaceAll(/\$\d+/g, "$");
    return `${service}: ${shape}`;
  });
}

Deno.test(`a checkout makes at most ${statementsMax} statements, of one item as of twenty`, async () => {
  await using postgres = startHeardPostgres(testServers().postgresUrl);
  await using mall = await startMall({ without: serviceNames, postgresUrl: postgres.url });
  await using processes = new AsyncDisposableStack();
  const spawned = serviceNames.map((name) => mall.spawn(name, { env: { ROLE: "rpc" } }));
  for (const process of await Promise.all(spawned)) processes.use(process);
  await insertProducts(mall.sql.product, productIds.map((id) => ({ id, stock: 100n })));
  const shop = createShop(mall);
  const [buyer] = await shop.buyers(1);
  assert.ok(buyer);
  await eventually("all services are found", async () => {
    return (await shop.order(buyer, { 1: 1 })).status === 201;
  });

  const order = async (items: Record<string, number>) => {
    const heard = await postgres.during(async () => {
      const { status, body } = await shop.order(buyer, items);
      assert.equal(status, 201, JSON.stringify(body));
    });
    return workOf(heard);
  };
  const one = await order({ 1: 1 });
  const twenty = await order(Object.fromEntries(productIds.map((id) => [String(id), 2])));
  assert.ok(one.length > 5, `nothing was heard: ${one}`);
  assert.ok(one.length <= statementsMax, `${one.length}:\n${one.join("\n")}`);
  assert.deepEqual(twenty, one);
});
