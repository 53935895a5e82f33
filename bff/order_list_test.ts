import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { type Order } from "../proto/gen/order/v1/order_pb.ts";
import { OrderService } from "../proto/gen/order/v1/order_service_pb.ts";
import { ProductService } from "../proto/gen/product/v1/product_service_pb.ts";
import { createLogger } from "../shared/log.ts";
import { newCall } from "../shared/rpc/call.ts";
import { listOrders } from "./order_list.ts";
import { clientsOver } from "./testing/clients.ts";

type Init<T> = Partial<Omit<T, "$typeName" | "$unknown" | "items">>;

/** Neighbours that answer from memory and remember what they were asked. */
function neighbours(orders: (Init<Order> & { productIds: bigint[] })[], productAway = false) {
  const asked: bigint[][] = [];
  const transport = createRouterTransport((router) => {
    router.service(OrderService, {
      listOrders: () => ({
        orders: orders.map(({ productIds, ...order }) => ({
          ...order,
          items: productIds.map((productId) => ({
            productId,
            productName: `kept ${productId}`,
            productImage: `/kept/${productId}.svg`,
            productDescription: `kept subtitle ${productId}`,
            unitPriceFen: 1_999n,
            totalPriceFen: 1_999n,
            quantity: 1,
          })),
        })),
        isEnd: true,
        orderTime: 5n,
        lastId: "9",
      }),
    });
    router.service(ProductService, {
      batchGetProducts({ productIds }) {
        asked.push(productIds);
        if (productAway) throw new ConnectError("away", Code.Unavailable);
        const living = productIds.filter((id) => id < 900n);
        return {
          products: living.map((id) => ({ id, name: `live ${id}`, subtitle: `now ${id}` })),
        };
      },
    });
  });
  const deps = { clients: clientsOver(transport), log: createLogger({ write: () => {} }) };
  return { asked, list: () => listOrders(deps, newCall(new Headers()), { userId: 123n }) };
}

Deno.test("listOrders() asks once for the products of all orders, each named once", async () => {
  const { asked, list } = neighbours([{ productIds: [3n, 1n] }, { productIds: [1n, 2n] }]);
  await list();
  assert.deepEqual(asked, [[3n, 1n, 2n]]);
});

Deno.test("listOrders() asks nothing when there are no orders", async () => {
  const { asked, list } = neighbours([]);
  assert.deepEqual(await list(), { orders: [], is_end: true, order_time: 5, last_id: "9" });
  assert.deepEqual(asked, []);
});

Deno.test("listOrders() splits what one call does not take", async () => {
  const ids = (from: number) => Array.from({ length: 150 }, (_, n) => BigInt(from + n));
  const { asked, list } = neighbours([{ productIds: ids(1) }, { productIds: ids(151) }]);
  await list();
  assert.deepEqual(asked.map((productIds) => productIds.length), [200, 100]);
});

Deno.test("listOrders() shows the product as it is, or as it was if it has gone", async () => {
  const { list } = neighbours([{
    orderId: "7",
    status: 20,
    quantity: 2,
    paymentFen: 4_798n,
    totalPriceFen: 3_998n,
    createTime: 5n,
    productIds: [901n, 2n],
  }]);
  const { orders } = await list();
  assert.deepEqual(orders, [{
    order_id: "7",
    status: 20,
    quantity: 2,
    payment: 47.98,
    total_price: 39.98,
    create_time: 5,
    product_id: 901,
    product_name: "kept 901",
    product_image: "/kept/901.svg",
    product_description: "kept subtitle 901",
    items: [
      {
        product_id: 901,
        product_name: "kept 901",
        product_image: "/kept/901.svg",
        unit_price: 19.99,
        quantity: 1,
        total_price: 19.99,
      },
      {
        product_id: 2,
        product_name: "live 2",
        product_image: "/kept/2.svg",
        unit_price: 19.99,
        quantity: 1,
        total_price: 19.99,
      },
    ],
  }]);
});

Deno.test("listOrders() answers from the orders alone while product is away", async () => {
  const { list } = neighbours([{ productIds: [2n] }], true);
  const { orders } = await list();
  assert.deepEqual(orders.map((order) => order.product_name), ["kept 2"]);
});
