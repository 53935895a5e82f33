/** Orders as messages. */
import type { Order as OrderMessage } from "../../../proto/gen/order/v1/order_pb.ts";
import { lineTotalFen, type Order, quantityOf, type Receiver } from "../order.ts";

/**
 * A finished message, not an init object: turning a page of those into messages costs more than
 * encoding it.
 */
export function toMessage(order: Order, receiver?: Receiver): OrderMessage {
  const { totalFen, items, ...same } = order;
  const message: OrderMessage = {
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
  if (receiver !== undefined) message.receiver = { $typeName: "order.v1.Receiver", ...receiver };
  return message;
}
