/** Orders as messages. */
import type {
  Order as OrderMessage,
  OrderItem as OrderItemMessage,
} from "../../../proto/gen/order/v1/order_pb.ts";
import {
  lineTotalFen,
  type Order,
  type OrderCard,
  type OrderItem,
  quantityOf,
  type Receiver,
} from "../order.ts";

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
    items: items.map(toItemMessage),
  };
  if (receiver !== undefined) message.receiver = { $typeName: "order.v1.Receiver", ...receiver };
  return message;
}

/** What `ORDER_VIEW_CARD` has of an order; fields left at zero cost nothing on the wire. */
export function toCardMessage(card: OrderCard): OrderMessage {
  return {
    $typeName: "order.v1.Order",
    orderId: card.orderId,
    userId: card.userId,
    status: card.status,
    quantity: quantityOf(card.items),
    totalPriceFen: card.totalFen,
    postageFen: 0n,
    paymentFen: card.paymentFen,
    currency: "",
    paymentType: 0,
    paymentId: "",
    items: card.items.map(toItemMessage),
    createTime: card.createTime,
    updateTime: 0n,
    payBefore: 0n,
    paymentTime: 0n,
    sendTime: 0n,
    endTime: 0n,
    closeTime: 0n,
    closeReason: "",
    carrier: "",
    trackingNumber: "",
    flashSaleId: 0n,
    remark: "",
  };
}

function toItemMessage(item: OrderItem): OrderItemMessage {
  return {
    $typeName: "order.v1.OrderItem",
    productId: item.productId,
    productName: item.productName,
    productImage: item.productImage,
    productDescription: item.productDescription,
    unitPriceFen: item.unitPriceFen,
    quantity: item.quantity,
    totalPriceFen: lineTotalFen(item),
  };
}
