import type { ServiceImpl } from "@connectrpc/connect";
import type { OrderInternalService } from "../../../proto/gen/order/v1/order_internal_service_pb.ts";
import { invalidArgument } from "../../../shared/errors.ts";
import { commentRefusal, narrowGetCommentRight } from "../comment_right.ts";
import { type Order, quantityOf } from "../order.ts";
import { isOrderId } from "../order_id.ts";
import { orderNotFound } from "../service.ts";
import type { OrderStore } from "../store.ts";
import type { CommentRightStore } from "../store/comment_right.ts";

export interface OrderInternalOptions {
  readonly orders: Pick<OrderStore, "batchGetStates" | "findOrder">;
  readonly commentRights: CommentRightStore;
}

const batchMax = 500;
const subjectMax = 100;

/** The rpcs of `order.v1.OrderInternalService`. */
export function createOrderInternalService(
  { orders, commentRights }: OrderInternalOptions,
): ServiceImpl<typeof OrderInternalService> {
  return {
    async batchGetOrderStates({ orderIds }) {
      if (orderIds.length > batchMax) throw tooMany(orderIds.length);
      const states = await orders.batchGetStates(orderIds.filter(isOrderId));
      return {
        states: orderIds.map((orderId) => {
          const status = states.get(orderId);
          return { orderId, exists: status !== undefined, status: status ?? 0 };
        }),
      };
    },
    async getPayableOrder({ orderId }) {
      const found = isOrderId(orderId) ? await orders.findOrder(orderId) : undefined;
      if (found === undefined) throw orderNotFound();
      const { userId, status, paymentFen, currency, payBefore } = found.order;
      const subject = subjectOf(found.order);
      return { orderId, userId, status, paymentFen, currency, payBefore, subject };
    },
    async getCommentRight(request) {
      const { userId, orderId, productId } = narrowGetCommentRight(request);
      const purchase = await commentRights.findPurchase(orderId, productId);
      const reason = commentRefusal(purchase, userId);
      return { allowed: reason === undefined, reason: reason ?? "" };
    },
  };
}

/** What a pay page calls the order. */
function subjectOf({ items }: Order): string {
  const name = [...items[0]?.productName ?? ""].slice(0, subjectMax).join("");
  const pieces = quantityOf(items);
  return pieces > 1 ? `${name} (${pieces} pieces)` : name;
}

function tooMany(length: number) {
  const message = `at most ${batchMax} ids, not ${length}`;
  return invalidArgument([{ pointer: "/order_ids", reason: "TOO_MANY", message }]);
}
