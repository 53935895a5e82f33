import assert from "node:assert/strict";
import { productStatus } from "../../services/product/product.ts";
import { createProductStore } from "../../services/product/store.ts";
import { eventually } from "../support/eventually.ts";
import { insertOrders, testOrderId } from "../support/order_rows.ts";
import { insertProducts } from "../support/product_rows.ts";
import { startMall } from "../support/mall.ts";

/** The JSON of one page, typed as far as the stories look at it. */
interface Page {
  readonly orders: readonly {
    readonly order_id: string;
    readonly product_name: string;
    readonly product_image: string;
    readonly items: readonly { readonly product_name: string }[];
  }[];
  readonly is_end: boolean;
  readonly order_time: number;
  readonly last_id: string;
}

Deno.test("the order list", async (t) => {
  await using mall = await startMall();
  const { bff, sql } = mall;
  const headers = await mall.tokens.headers(123n);

  async function page(query: string): Promise<Page> {
    const response = await fetch(`${bff.url}/v1/order/list?uid=123${query}`, { headers });
    assert.equal(response.status, 200);
    return await response.json();
  }

  await insertProducts(sql.product, [{ id: 1n }, { id: 2n }, { id: 3n }]);
  const orders = Array.from({ length: 45 }, (_, n) => ({
    id: testOrderId(n + 1),
    createMs: 1_000 + Math.floor(n / 4),
    status: n % 2 === 0 ? 10 : 50,
    productIds: [1n, 2n],
  }));
  await insertOrders(sql.order, orders);

  await t.step("travels the whole chain, each order with its live products", async () => {
    const { orders: [first], is_end } = await page("");
    assert.deepEqual([first?.order_id, is_end], [testOrderId(45), false]);
    assert.deepEqual(
      first?.items.map((item) => item.product_name),
      ["product 1", "product 2"],
    );
  });

  await t.step("pages through every order once, with ties in the cursor", async () => {
    const seen: string[] = [];
    let next = "";
    for (let pages = 1; pages <= 10; pages++) {
      const { orders, is_end, order_time, last_id } = await page(`&ps=7${next}`);
      seen.push(...orders.map((order) => order.order_id));
      next = `&cursor=${order_time}&last_id=${last_id}`;
      if (is_end) break;
    }
    assert.deepEqual(seen, orders.map((order) => order.id).reverse());
  });

  await t.step("keeps to one status", async () => {
    const { orders, is_end } = await page("&status=50&ps=50");
    assert.deepEqual([orders.length, is_end], [22, true]);
  });

  await t.step("still shows a product that was deleted", async () => {
    await insertOrders(sql.order, [{
      id: testOrderId(100),
      createMs: 9_000,
      productIds: [3n, 1n],
    }]);
    const live = await page("&ps=1");
    assert.equal(live.orders[0]?.product_name, "product 3");
    await createProductStore(sql.product).setStatus(3n, productStatus.deleted);
    const order = await eventually("the cached product is gone", async () => {
      const { orders: [order] } = await page("&ps=1");
      return order?.product_name === "product 3" ? undefined : order;
    });
    assert.deepEqual(
      [order.product_name, order.product_image, order.items[1]?.product_name],
      ["kept name 3", "/kept/3.svg", "product 1"],
    );
  });

  await t.step("carries one request id and one trace through every process", async () => {
    const response = await fetch(`${bff.url}/v1/order/list?uid=123&ps=1`, {
      headers: { ...headers, "x-request-id": "story-request-1" },
    });
    await response.body?.cancel();
    const lines = mall.logLines.map((line) => JSON.parse(line))
      .filter((line) => line.request_id === "story-request-1");
    assert.deepEqual(
      lines.map((line) => [line.service, line.method]).sort(),
      [
        ["bff", "GET"],
        ["order", "order.v1.OrderService/ListOrders"],
        ["product", "product.v1.ProductService/BatchGetProducts"],
      ],
    );
    assert.equal(new Set(lines.map((line) => line.trace_id)).size, 1);
  });
});
