import type { Client, ServiceImpl } from "@connectrpc/connect";
import type { OrderInternalService } from "../../../proto/gen/order/v1/order_internal_service_pb.ts";
import type { Comment as CommentMessage } from "../../../proto/gen/product/v1/comment_pb.ts";
import type { CommentService } from "../../../proto/gen/product/v1/comment_service_pb.ts";
import { callerId } from "../../../shared/auth/caller.ts";
import { cutPage } from "../../../shared/paging.ts";
import { refuseWhenAway } from "../../../shared/rpc/away.ts";
import { callOf, onBehalfOf } from "../../../shared/rpc/call.ts";
import type { Principal } from "../../../shared/rpc/principal.ts";
import {
  type Comment,
  commentImageId,
  narrowCreateComment,
  narrowListCommentedProducts,
  narrowListComments,
} from "../comment.ts";
import { requireCommentRight } from "../comment_right.ts";
import type { CommentStore } from "../store/comments.ts";

export interface CommentServiceOptions {
  readonly store: CommentStore;
  /** Who knows what was bought and received. */
  readonly orders: Pick<Client<typeof OrderInternalService>, "getCommentRight">;
}

/** The rpcs of `product.v1.CommentService`. */
export function createCommentService(
  { store, orders }: CommentServiceOptions,
): ServiceImpl<typeof CommentService> {
  return {
    async listComments(request, context) {
      const { productId, after, ps } = narrowListComments(request);
      const { principal } = callOf(context);
      const found = await store.listComments(productId, after, ps + 1);
      const page = cutPage(found, ps, ({ createTime, id }) => ({ value: createTime, id }));
      return {
        comments: page.items.map((comment) => {
          return toMessage(comment, { withOrder: isAuthor(principal, comment.userId) });
        }),
        isEnd: page.isEnd,
        commentTime: page.last?.value ?? 0n,
        lastId: page.last?.id ?? 0n,
      };
    },
    async createComment(request, context) {
      const call = callOf(context);
      const userId = callerId(call.principal, request.userId);
      const draft = narrowCreateComment(request);
      const { orderId, productId } = draft;
      const right = await orders
        .getCommentRight({ userId, orderId, productId }, onBehalfOf(call))
        .catch(refuseWhenAway("order"));
      requireCommentRight(right);
      const { traceparent } = call;
      const comment = await store.createComment({ ...draft, userId }, { traceparent });
      return { comment: toMessage(comment, { withOrder: true }) };
    },
    async listCommentedProducts(request, context) {
      const userId = callerId(callOf(context).principal, request.userId);
      const orderIds = narrowListCommentedProducts(request);
      return { items: await store.commentedProducts(userId, orderIds) };
    },
  };
}

/** A finished message, as in the order list: cheaper than an init object. */
function toMessage(comment: Comment, { withOrder }: { withOrder: boolean }): CommentMessage {
  const { orderId, images, ...same } = comment;
  return {
    $typeName: "product.v1.Comment",
    ...same,
    orderId: withOrder ? orderId : "",
    images: images.map((url, index) => ({
      $typeName: "product.v1.CommentImage",
      id: commentImageId(comment.id, index),
      url,
    })),
  };
}

/** Only the author sees the order of a comment. */
function isAuthor(principal: Principal, userId: bigint): boolean {
  return principal.kind === "user" && principal.userId === userId;
}
