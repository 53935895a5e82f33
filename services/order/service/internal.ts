import type { ServiceImpl } from "@connectrpc/connect";
import type { OrderInternalService } from "../../../proto/gen/order/v1/order_internal_service_pb.ts";
import { commentRefusal, narrowGetCommentRight } from "../comment_right.ts";
import type { CommentRightStore } from "../store/comment_right.ts";

/** The rpcs of `order.v1.OrderInternalService` that are built; the rest answers Unimplemented. */
export function createOrderInternalService(
  store: CommentRightStore,
): Partial<ServiceImpl<typeof OrderInternalService>> {
  return {
    async getCommentRight(request) {
      const { userId, orderId, productId } = narrowGetCommentRight(request);
      const purchase = await store.findPurchase(orderId, productId);
      const reason = commentRefusal(purchase, userId);
      return { allowed: reason === undefined, reason: reason ?? "" };
    },
  };
}
