/**
 * The series' example of the whole chain: ask order, gather the product ids, ask product once for
 * all of them, join.
 */
import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Order, type OrderItem, OrderView } from "../proto/gen/order/v1/order_pb.ts";
import type { ListOrdersRequestSchema } from "../proto/gen/order/v1/order_service_pb.ts";
import { type Product, ProductView } from "../proto/gen/product/v1/product_pb.ts";
import type { Logger } from "../shared/log.ts";
import { type Call, onBehalfOf } from "../shared/rpc/call.ts";
import type { Clients } from "./clients.ts";
import { yuan } from "./money.ts";

/** Product ids that one call to the product service takes. */
const batchMax = 200;

type Products = ReadonlyMap<bigint, Product>;

/** One page of orders, each joined with its products as they are now. */
export async function listOrders(
  { clients, log }: { clients: Clients; log: Logger },
  call: Call,
  query: Omit<MessageInitShape<typeof ListOrdersRequestSchema>, "$typeName" | "view">,
) {
  const asked = { ...query, view: OrderView.CARD };
  const page = await clients.order.listOrders(asked, onBehalfOf(call));
  const products = await productsOf(page.orders, clients, call).catch((error) => {
    // The orders keep a name and an image of their own: a page without live products is right.
    log.warn("order list without live products", { request_id: call.requestId, error });
    return new Map<bigint, Product>();
  });
  return {
    orders: page.orders.map((order) => orderJson(order, products)),
    is_end: page.isEnd,
    order_time: Number(page.orderTime),
    last_id: page.lastId,
  };
}

/** One call for all products of a page; more only when a page has more ids than a call takes. */
async function productsOf(
  orders: readonly Order[],
  clients: Clients,
  call: Call,
): Promise<Products> {
  const ids = [...new Set(orders.flatMap(({ items }) => items.map((item) => item.productId)))];
  const batches = Array.from(
    { length: Math.ceil(ids.length / batchMax) },
    (_, at) => ids.slice(at * batchMax, (at + 1) * batchMax),
  );
  const answers = await Promise.all(
    batches.map((productIds) => {
      const view = ProductView.CARD;
      return clients.product.batchGetProducts({ productIds, view }, onBehalfOf(call));
    }),
  );
  return new Map(answers.flatMap(({ products }) => products).map((p) => [p.id, p]));
}

function orderJson(order: Order, products: Products) {
  const items = order.items.map((item) => itemJson(item, products.get(item.productId)));
  const [first] = order.items;
  return {
    order_id: order.orderId,
    status: order.status,
    quantity: order.quantity,
    payment: yuan(order.paymentFen),
    total_price: yuan(order.totalPriceFen),
    create_time: Number(order.createTime),
    product_id: Number(first?.productId ?? 0n),
    product_name: items[0]?.product_name ?? "",
    product_image: items[0]?.product_image ?? "",
    product_description: descriptionOf(first, products),
    items,
  };
}

function itemJson(item: OrderItem, live: Product | undefined) {
  return {
    product_id: Number(item.productId),
    product_name: live?.name ?? item.productName,
    product_image: live?.images[0] ?? item.productImage,
    unit_price: yuan(item.unitPriceFen),
    quantity: item.quantity,
    total_price: yuan(item.totalPriceFen),
  };
}

function descriptionOf(item: OrderItem | undefined, products: Products): string {
  if (item === undefined) return "";
  return products.get(item.productId)?.subtitle || item.productDescription;
}
