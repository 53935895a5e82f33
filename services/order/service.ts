import type { ServiceImpl } from "@connectrpc/connect";
import type { Order as OrderMessage } from "../../proto/gen/order/v1/order_pb.ts";
import type { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import { callerId } from "../../shared/auth/caller.ts";
import { cutPage } from "../../shared/paging.ts";
import { callOf } from "../../shared/rpc/call.ts";
import { narrowListOrders } from "./list_orders.ts";
import { lineTotalFen, type Order, quantityOf } from "./order.ts";
import type { OrderStore } from "./store.ts";

/** The rpcs of `order.v1.OrderService` that are built; the router answers the rest Unimplemented. */
export function createOrderService(store: OrderStore): Partial<ServiceImpl<typeof OrderService>> {
  return {
    async listOrders(request, context) {
      const userId = callerId(callOf(context).principal, request.userId);
      const { ps, after, status } = narrowListOrders(request);
      const found = await store.listOrders({ userId, status }, after, ps + 1);
      const page = cutPage(found, ps, (order) => ({ value: order.createTime, id: order.orderId }));
      return {
        orders: page.items.map(toMessage),
        isEnd: page.isEnd,
        orderTime: page.last?.value ?? 0n,
        lastId: page.last?.id ?? "",
      };
    },
  };
}

/**
 * A finished message, not an init object: turning a page of those into messages costs more than
 * encoding it.
 */
function toMessage(order: Order): OrderMessage {
  const { totalFen, items, ...same } = order;
  return {
    $typeName: "order.v1.Order",
    ...same,
    quantity: quantityOf(items),
    totalPriceFen: totalFen,
    items: items.map((item) => ({
      $typeName: "order.v1.OrderItem",
      ...item,
      totalPriceFen: lineTotalFen(item),
    })),
  };
}
