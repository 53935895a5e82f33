/** All SQL of comments. */
import { Code } from "@connectrpc/connect";
import { CommentPostedSchema } from "../../../proto/gen/product/v1/product_event_pb.ts";
import { crashPoint } from "../../../shared/crash_point.ts";
import { Refusal } from "../../../shared/errors.ts";
import { type NewEvent, newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox } from "../../../shared/messaging/outbox.ts";
import type { Cursor } from "../../../shared/paging.ts";
import { constraintOf } from "../../../shared/postgres/errors.ts";
import { keysetAfter } from "../../../shared/postgres/keyset.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import type { Comment, CommentDraft } from "../comment.ts";
import { noteRating } from "./counts.ts";

/** A comment to post, with its author. */
export interface NewComment extends CommentDraft {
  readonly userId: bigint;
}

/** An item of an order that has a comment. */
export interface CommentedItem {
  readonly orderId: string;
  readonly productId: bigint;
  readonly commentId: bigint;
}

export interface CommentStore {
  /** Up to `limit` comments on a product after `after`, newest first. One query. */
  listComments(
    productId: bigint,
    after: Cursor<bigint> | undefined,
    limit: number,
  ): Promise<Comment[]>;
  /**
   * Posts a comment: the row, what it adds to the product's rating, and CommentPosted, in one
   * transaction. Refuses with AlreadyExists COMMENT_EXISTS when the item has a comment, and with
   * NotFound PRODUCT_NOT_FOUND. The event belongs to the trace `traceparent`.
   */
  createComment(comment: NewComment, options?: { traceparent?: string }): Promise<Comment>;
  /** Which items of these orders have a comment of the user's, in no order. One query. */
  commentedProducts(userId: bigint, orderIds: readonly string[]): Promise<CommentedItem[]>;
}

/** Creates the store on the product service's own database. */
export function createCommentStore(sql: Sql): CommentStore {
  return {
    async listComments(productId, after, limit) {
      const keyset = { value: sql`create_time`, id: sql`id`, kind: "time" } as const;
      const rows = await sql<CommentRow[]>`
        SELECT id, product_id, order_id, user_id, rating, content, images, create_time, update_time
        FROM comment
        WHERE product_id = ${productId} ${keysetAfter(sql, keyset, after)}
        ORDER BY create_time DESC, id DESC
        LIMIT ${limit}`;
      return rows.map(toComment);
    },
    async createComment(draft, { traceparent } = {}) {
      try {
        const posted = await inTransaction(sql, async (tx) => {
          const comment = await insertComment(tx, draft);
          await noteRating(tx, comment.productId, comment.rating);
          await appendOutbox(tx, [commentPosted(comment, traceparent)]);
          return comment;
        });
        crashPoint("comment.after_commit");
        return posted;
      } catch (error) {
        throw brokenRule(error) ?? error;
      }
    },
    async commentedProducts(userId, orderIds) {
      if (orderIds.length === 0) return [];
      const rows = await sql<Pick<CommentRow, "order_id" | "product_id" | "id">[]>`
        SELECT order_id, product_id, id FROM comment
        WHERE order_id = ANY (${[...orderIds]}::text[]) AND user_id = ${userId}`;
      return rows.map(({ order_id: orderId, product_id: productId, id: commentId }) => {
        return { orderId, productId, commentId };
      });
    },
  };
}

async function insertComment(tx: Tx, draft: NewComment): Promise<Comment> {
  const { productId, orderId, userId, rating, content, images } = draft;
  const [row] = await tx<[CommentRow]>`
    INSERT INTO comment (product_id, order_id, user_id, rating, content, images)
    VALUES (${productId}, ${orderId}, ${userId}, ${rating}, ${content}, ${[...images]}::text[])
    RETURNING id, product_id, order_id, user_id, rating, content, images, create_time, update_time`;
  return toComment(row);
}

function commentPosted(comment: Comment, traceparent: string | undefined): NewEvent {
  const { id: commentId, productId, orderId, userId, rating, createTime } = comment;
  const posted = { commentId, productId, orderId, userId, rating, createTime };
  return newEvent(CommentPostedSchema, posted, { subject: "product.comment_posted", traceparent });
}

/** What a broken constraint means; undefined for those that no caller can break. */
function brokenRule(error: unknown): Refusal | undefined {
  switch (constraintOf(error)?.name) {
    case "comment_order_id_product_id_key":
      return new Refusal(Code.AlreadyExists, "COMMENT_EXISTS", "the item has a comment already", {
        cause: error,
      });
    case "comment_product_id_fkey":
      return new Refusal(Code.NotFound, "PRODUCT_NOT_FOUND", "there is no such product", {
        cause: error,
      });
    default:
      return undefined;
  }
}

interface CommentRow {
  readonly id: bigint;
  readonly product_id: bigint;
  readonly order_id: string;
  readonly user_id: bigint;
  readonly rating: number;
  readonly content: string;
  readonly images: readonly string[];
  readonly create_time: Date;
  readonly update_time: Date;
}

function toComment(row: CommentRow): Comment {
  return {
    id: row.id,
    productId: row.product_id,
    orderId: row.order_id,
    userId: row.user_id,
    rating: row.rating,
    content: row.content,
    images: row.images,
    createTime: BigInt(row.create_time.getTime()),
    updateTime: BigInt(row.update_time.getTime()),
  };
}
