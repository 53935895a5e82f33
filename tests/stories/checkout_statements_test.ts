/** What a checkout costs the databases: a number that does not grow with the cart. */
import assert from "node:assert/strict";
import { createShop } from "../support/checkout.ts";
import { eventually } from "../support/eventually.ts";
import { type HeardStatement, startHeardPostgres } from "../support/heard_postgres.ts";
import { serviceNames, startMall } from "../support/mall.ts";
import { insertProducts } from "../support/product_rows.ts";
import { testServers } from "../support/servers.ts";

const statementsMax = 15;
const tries = 5;
const productIds = Array.from({ length: 20 }, (_, n) => BigInt(n + 1));

/** Statements that differ only in how many rows they have are the same. */
function shapeOf({ database, text }: HeardStatement): string {
  const [service] = database.split("_");
  const shape = text.replaceAll(/\s+/g, " ").replace(/values ?(\([^)]*\),?)+/, "values");
  return `${service}: ${shape.replaceAll(/\$\d+/g, "$")}`;
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

  const order = async (items: Record<string, number>): Promise<readonly string[]> => {
    const heard = await postgres.during(async () => {
      const { status, body } = await shop.order(buyer, items);
      assert.equal(status, 201, JSON.stringify(body));
    });
    return heard.map(shapeOf);
  };
  /** The least of some tries: what goes on beside the calls only adds to it. */
  const quietest = async (items: Record<string, number>): Promise<readonly string[]> => {
    const heard = [];
    for (let n = 0; n < tries; n++) heard.push(await order(items));
    return heard.toSorted((a, b) => a.length - b.length)[0] ?? [];
  };
  const one = await quietest({ 1: 1 });
  const twenty = await quietest(Object.fromEntries(productIds.map((id) => [String(id), 2])));
  assert.ok(one.length > 3, `nothing was heard: ${one}`);
  assert.ok(one.length <= statementsMax, `${one.length}:\n${one.join("\n")}`);
  assert.deepEqual(twenty, one);
});
