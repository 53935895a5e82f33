import assert from "node:assert/strict";
import { eventually } from "../support/eventually.ts";
import { insertOrders, testOrderId } from "../support/order_rows.ts";
import { type Mall, startMall } from "../support/mall.ts";
import { insertProducts } from "../support/product_rows.ts";

async function putOrder(mall: Mall): Promise<void> {
  await insertProducts(mall.sql.product, [{ id: 1n }]);
  await insertOrders(mall.sql.order, [{ id: testOrderId(1), productIds: [1n] }]);
}

/** The status and the number of orders of one read. */
async function read(mall: Mall): Promise<string> {
  const headers = await mall.tokens.headers(123n);
  const response = await fetch(`${mall.bff.url}/v1/order/list?uid=123`, { headers });
  const body = await response.json();
  return `${response.status} ${body.orders?.length ?? body.reason}`;
}

Deno.test("a service that is killed and started again is found again", async () => {
  await using mall = await startMall({ without: ["order"] });
  {
    await using first = await mall.spawn("order");
    await putOrder(mall);
    await eventually("the first instance is found", async () => await read(mall) === "200 1");
    await first.kill("SIGKILL");
    assert.match(await read(mall), /^503 /);
  }
  await using _second = await mall.spawn("order");
  await eventually("the second instance is found", async () => await read(mall) === "200 1");
});

Deno.test("two instances share the calls, and one may be killed without a failed read", async () => {
  await using mall = await startMall({ without: ["order"] });
  await using one = await mall.spawn("order");
  await using other = await mall.spawn("order");
  await putOrder(mall);
  await eventually("both are found", async () => {
    await read(mall);
    return await callsServed(one.url) > 0 && await callsServed(other.url) > 0;
  });

  const results = new Map<string, number>();
  let reads = 0;
  const load = Array.from({ length: 8 }, async () => {
    while (reads < 1_200) {
      reads++;
      const result = await read(mall);
      results.set(result, (results.get(result) ?? 0) + 1);
    }
  });
  await eventually("the load is under way", () => reads > 300);
  assert.ok(await callsServed(one.url) > 50 && await callsServed(other.url) > 50);
  await other.kill("SIGKILL");
  await Promise.all(load);
  assert.deepEqual([...results], [["200 1", reads]]);
});

Deno.test("a rolling restart loses no read", async () => {
  await using mall = await startMall({ without: ["product"] });
  const first = await mall.spawn("product");
  await putOrder(mall);
  await eventually("product is found", async () => await read(mall) === "200 1");
  const results = new Map<string, number>();
  let stop = false;
  const load = Array.from({ length: 4 }, async () => {
    for (let n = 0; n < 5_000 && !stop; n++) {
      const result = await read(mall);
      results.set(result, (results.get(result) ?? 0) + 1);
    }
  });
  await using _second = await mall.spawn("product");
  await first.kill("SIGTERM");
  stop = true;
  await Promise.all(load);
  assert.deepEqual([...results.keys()], ["200 1"]);
  const degraded = mall.logLines.filter((line) => line.includes("without live products"));
  assert.deepEqual(degraded, []);
});

/** How many list or batch calls the instance has served, by its own count. */
async function callsServed(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = [...text.matchAll(/rpc_server_duration_ms_count\{.*\} (\d+)/g)];
  return counts.reduce((sum, match) => sum + Number(match[1]), 0);
}
