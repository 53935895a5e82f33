import { create } from "@bufbuild/protobuf";
import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { type CartItem, CartItemSchema } from "../../proto/gen/cart/v1/cart_pb.ts";
import { type Product, ProductStatus, ProductView } from "../../proto/gen/product/v1/product_pb.ts";
import { ProductService } from "../../proto/gen/product/v1/product_service_pb.ts";
import { createLogger } from "../../shared/log.ts";
import { newCall } from "../../shared/rpc/call.ts";
import { clientsOver } from "../testing/clients.ts";
import { testProduct, testProductCardJson } from "../testing/products.ts";
import { joinCart } from "./cart.ts";

function item(productId: bigint, quantity: number, more: Partial<CartItem> = {}): CartItem {
  return create(CartItemSchema, {
    productId,
    quantity,
    checked: true,
    addedPriceFen: 1_999n,
    addedTime: 50n,
    updateTime: 60n,
    ...more,
  });
}

/** The JSON of a line of a product as it was put in, with what is told of it. */
function line(id: number, count: number, more: object = {}) {
  return {
    product_id: id,
    count,
    checked: true,
    added_time: 50,
    added_price: 19.99,
    product: testProductCardJson(id),
    price_changed: false,
    off_shelf: false,
    stock_short: false,
    ...more,
  };
}

/** A product service that knows these products, each of which has 10 pieces for 19.99. */
function neighbour(products: readonly Product[], answer: () => Promise<void> = async () => {}) {
  const asked: unknown[] = [];
  const lines: string[] = [];
  const clients = clientsOver(createRouterTransport((router) => {
    router.service(ProductService, {
      async batchGetProducts({ productIds, view }) {
        asked.push([productIds, view]);
        await answer();
        return { products: products.filter(({ id }) => productIds.includes(id)) };
      },
    });
  }));
  const log = createLogger({ write: (line) => lines.push(line) });
  const call = { ...newCall(new Headers()), deadlineMs: performance.now() + 300 };
  return { asked, lines, join: (items: CartItem[]) => joinCart({ clients, log }, call, items) };
}

Deno.test("joinCart() asks once for all products, and keeps the order of the cart", async () => {
  const { asked, join } = neighbour([2n, 5n].map(testProduct));
  assert.deepEqual(await join([item(5n, 2), item(2n, 10)]), {
    products: [line(5, 2), line(2, 10)],
    available: true,
    total: 239.88,
  });
  assert.deepEqual(asked, [[[5n, 2n], ProductView.CARD]]);
});

Deno.test("joinCart() tells what changed since", async () => {
  const { join } = neighbour([
    testProduct(1n),
    { ...testProduct(2n), status: ProductStatus.OFF_SHELF },
    { ...testProduct(3n), stock: 2n },
    { ...testProduct(4n), status: ProductStatus.OFF_SHELF, priceFen: 1n, stock: 0n },
  ]);
  const items = [
    item(1n, 1, { addedPriceFen: 2_500n }),
    item(2n, 1),
    item(3n, 3),
    item(4n, 1),
    item(9n, 1),
  ];
  const { products, total } = await join(items);
  assert.deepEqual(products, [
    line(1, 1, { added_price: 25, price_changed: true }),
    line(2, 1, { off_shelf: true, product: { ...testProductCardJson(2), status: 2 } }),
    line(3, 3, { stock_short: true, product: { ...testProductCardJson(3), stock: 2 } }),
    line(4, 1, {
      price_changed: true,
      off_shelf: true,
      product: { ...testProductCardJson(4), status: 2, price: 0.01, stock: 0 },
    }),
    line(9, 1, { product: null, off_shelf: true }),
  ]);
  assert.equal(total, 19.99);
});

Deno.test("joinCart() adds up what is checked, to the fen", async () => {
  const priced = [
    { ...testProduct(1n), priceFen: 10n, stock: 999n },
    { ...testProduct(2n), priceFen: 20n, stock: 999n },
    { ...testProduct(3n), priceFen: 99_999_999n, stock: 999n },
  ];
  const { join } = neighbour(priced);
  const total = async (...items: CartItem[]) => (await join(items)).total;
  assert.deepEqual([
    // In floating point 0.1 + 0.2 is something else.
    await total(item(1n, 1), item(2n, 1)),
    await total(item(1n, 3), item(2n, 1, { checked: false })),
    await total(item(3n, 999)),
    await total(item(1n, 1, { checked: false })),
    await total(),
  ], [0.3, 0.3, 998_999_990.01, 0, 0]);
});

Deno.test("joinCart() asks for nothing where nothing is", async () => {
  const { asked, join } = neighbour([]);
  assert.deepEqual(await join([]), { products: [], available: true, total: 0 });
  assert.deepEqual(asked, []);
});

Deno.test("joinCart() does without products that cannot be had, and says so", async () => {
  const refusing = neighbour([], () => Promise.reject(new ConnectError("away", Code.Unavailable)));
  const silent = neighbour([testProduct(1n)], () => new Promise<void>(() => {}));
  const known = { product: null, price_changed: false, off_shelf: false, stock_short: false };
  for (const { join, lines } of [refusing, silent]) {
    assert.deepEqual(await join([item(1n, 2)]), {
      products: [line(1, 2, known)],
      available: false,
      total: null,
    });
    assert.equal(lines.filter((line) => line.includes("a cart without its products")).length, 1);
  }
});
