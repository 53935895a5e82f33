/** Two instances of the product service, each with rows in its own memory: a write shows in both. */
import assert from "node:assert/strict";
import { createProductStore } from "../../services/product/store.ts";
import { eventually } from "../support/eventually.ts";
import { startMall } from "../support/mall.ts";
import { insertCategories, insertProducts } from "../support/product_rows.ts";

/** A write must show everywhere within this. */
const shownWithinMs = 3_000;
const firstFen = 1_000n;
const changes = 8;

/** Asks one instance directly, as a Connect client with JSON does. */
async function ask<T>(url: string, method: string, message: object): Promise<T> {
  const response = await fetch(`${url}/product.v1.ProductService/${method}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(message),
  });
  const body = await response.json();
  assert.equal(response.status, 200, JSON.stringify(body));
  return body;
}

async function priceFen(url: string): Promise<bigint> {
  type Answer = { readonly product: { readonly priceFen: string } };
  return BigInt((await ask<Answer>(url, "GetProduct", { productId: "1" })).product.priceFen);
}

async function cheapest(url: string): Promise<string> {
  type Answer = {
    readonly products: readonly { readonly id: string; readonly priceFen: string }[];
  };
  const asked = { categoryId: "10", sort: "PRODUCT_SORT_PRICE_ASC", ps: 1 };
  const [first] = (await ask<Answer>(url, "ListProducts", asked)).products;
  return `${first?.id} at ${first?.priceFen}`;
}

/** Reads on until told to stop; every price that was seen, in the order of the reads. */
async function readOn(url: string, stop: AbortSignal): Promise<bigint[]> {
  const seen: bigint[] = [];
  for (let reads = 0; reads < 100_000 && !stop.aborted; reads++) seen.push(await priceFen(url));
  return seen;
}

/** How many rows an instance has answered from its own memory, by its own count. */
async function localHits(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^product_row_cache\{.*"localHits".*\} (\d+)/m.exec(text)?.[1] ?? 0);
}

Deno.test("a write shows in two instances of the product service within three seconds", async (t) => {
  await using mall = await startMall();
  await insertCategories(mall.sql.product, [{ id: 10n }]);
  await insertProducts(
    mall.sql.product,
    [1n, 2n, 3n].map((id) => ({ id, categoryId: 10n, priceFen: firstFen + id - 1n })),
  );
  await using other = await mall.spawn("product");
  const urls = [mall.services.product.url, other.url];
  const store = createProductStore(mall.sql.product);
  const stop = new AbortController();
  const readers = urls.flatMap((url) => [1, 2, 3].map(() => readOn(url, stop.signal)));

  await t.step("while both answer from memory", async () => {
    await eventually("warm memories", async () => {
      return (await Promise.all(urls.map(localHits))).every((hits) => hits > 50);
    });
    for (let change = 1n; change <= changes; change++) {
      const price = firstFen - change;
      assert.ok(typeof await store.updateProduct(1n, change, { priceFen: price }) === "object");
      for (const url of urls) {
        const shows = async () => {
          return await priceFen(url) === price && await cheapest(url) === `1 at ${price}`;
        };
        await eventually(`${price} at ${url}`, shows, { timeoutMs: shownWithinMs });
      }
    }
  });

  await t.step("and no reader saw a price from before the one that it had seen", async () => {
    stop.abort();
    for (const seen of await Promise.all(readers)) {
      const falling = seen.toSorted((a, b) => (a > b ? -1 : a < b ? 1 : 0));
      assert.deepEqual(seen, falling);
      assert.equal(seen.at(-1), firstFen - BigInt(changes));
    }
  });
});
