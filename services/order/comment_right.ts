/** Who may comment on what was bought: the buyer of an item, once the order is received. */
import type { GetCommentRightRequest } from "../../proto/gen/order/v1/order_internal_service_pb.ts";
import { type FieldViolation, invalidArgument } from "../../shared/errors.ts";
import { isOrderId } from "./order_id.ts";
import { type OrderStatus, orderStatus } from "./order_status.ts";

/** A question that makes sense. */
export interface CommentRightQuery {
  readonly userId: bigint;
  readonly orderId: string;
  readonly productId: bigint;
}

/** What there is to know of an order when somebody wants to comment on a product of it. */
export interface Purchase {
  readonly buyerId: bigint;
  readonly status: OrderStatus;
  /** Whether the product is a line of the order. */
  readonly hasItem: boolean;
}

export type CommentRefusal = "ORDER_NOT_FOUND" | "ITEM_NOT_IN_ORDER" | "ORDER_NOT_RECEIVED";

/**
 * Why `userId` may not comment; undefined when they may. Somebody else's order is answered like
 * one that does not exist, so that nobody learns which orders there are.
 */
export function commentRefusal(
  purchase: Purchase | undefined,
  userId: bigint,
): CommentRefusal | undefined {
  if (purchase === undefined || purchase.buyerId !== userId) return "ORDER_NOT_FOUND";
  if (!purchase.hasItem) return "ITEM_NOT_IN_ORDER";
  return purchase.status === orderStatus.done ? undefined : "ORDER_NOT_RECEIVED";
}

/** Narrows the request; refuses with InvalidArgument naming each wrong field. */
export function narrowGetCommentRight(request: GetCommentRightRequest): CommentRightQuery {
  const { userId, orderId, productId } = request;
  const violations: FieldViolation[] = [];
  if (userId < 1n) {
    violations.push({ pointer: "/user_id", reason: "REQUIRED", message: "must be a user's id" });
  }
  if (!isOrderId(orderId)) {
    violations.push({
      pointer: "/order_id",
      reason: "MALFORMED",
      message: "must be an order's id",
    });
  }
  if (productId < 1n) {
    violations.push({
      pointer: "/product_id",
      reason: "REQUIRED",
      message: "must be a product's id",
    });
  }
  if (violations.length > 0) throw invalidArgument(violations);
  return { userId, orderId, productId };
}
