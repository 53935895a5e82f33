/** Comments, and what buyers may ask of them. */
import type {
  CreateCommentRequest,
  ListCommentedProductsRequest,
  ListCommentsRequest,
} from "../../proto/gen/product/v1/comment_service_pb.ts";
import { type FieldViolation, invalidArgument } from "../../shared/errors.ts";
import { readPublicUrl } from "../../shared/http/public_url.ts";
import { narrowPage, type PageQuery } from "./list_products.ts";

/** A comment as it is kept. Times are Unix milliseconds. */
export interface Comment {
  readonly id: bigint;
  readonly productId: bigint;
  readonly orderId: string;
  readonly userId: bigint;
  /** 1 (bad) to 5 (good). */
  readonly rating: number;
  /** Plain text, exactly as it was written. */
  readonly content: string;
  /** Addresses of at most 9 pictures. */
  readonly images: readonly string[];
  readonly createTime: bigint;
  readonly updateTime: bigint;
}

/** What a buyer wants to post. */
export type CommentDraft = Pick<
  Comment,
  "orderId" | "productId" | "rating" | "content" | "images"
>;

/** A request for a page of comments that makes sense. */
export interface CommentListQuery extends PageQuery {
  readonly productId: bigint;
}

/** Characters of a comment, counted as code points, as Postgres counts them. */
const contentMax = 1_000;
const imagesMax = 9;
/** Orders of one question at most. */
const ordersMax = 50;

/**
 * The number of the picture at `index` (from 0): the comment's id × 10 + 1 to 9. So it is
 * positive, unique among all pictures, and stays the same as long as the comment does.
 */
export function commentImageId(commentId: bigint, index: number): bigint {
  return commentId * 10n + BigInt(index + 1);
}

/** Narrows the request; refuses with InvalidArgument naming each wrong field. */
export function narrowCreateComment(request: CreateCommentRequest): CommentDraft {
  const { orderId, productId, rating, content, imageUrls } = request;
  const images = imageUrls.slice(0, imagesMax).map(readPublicUrl);
  const violations = [
    orderIdViolation(orderId, "/order_id"),
    productIdViolation(productId),
    rating >= 1 && rating <= 5
      ? undefined
      : { pointer: "/rating", reason: "OUT_OF_RANGE", message: "must be 1 to 5" },
    contentViolation(content),
    tooMany(imageUrls, imagesMax, "/image_urls"),
    ...images.map((image, index) => {
      return typeof image === "string" ? undefined : { pointer: `/image_urls/${index}`, ...image };
    }),
  ];
  refuse(violations);
  const urls = images.filter((image) => typeof image === "string");
  return { orderId, productId, rating, content, images: urls };
}

/** Narrows the request; refuses one without a product. */
export function narrowListComments(request: ListCommentsRequest): CommentListQuery {
  refuse([productIdViolation(request.productId)]);
  return { productId: request.productId, ...narrowPage(request, { zeroBased: false }) };
}

/** The orders that are asked about, each once; refuses more than 50, and what is no order's id. */
export function narrowListCommentedProducts(
  { orderIds }: ListCommentedProductsRequest,
): readonly string[] {
  refuse([
    tooMany(orderIds, ordersMax, "/order_ids"),
    ...orderIds.slice(0, ordersMax).map((id, n) => orderIdViolation(id, `/order_ids/${n}`)),
  ]);
  return [...new Set(orderIds)];
}

function refuse(found: readonly (FieldViolation | undefined)[]): void {
  const violations = found.filter((violation) => violation !== undefined);
  if (violations.length > 0) throw invalidArgument(violations);
}

function orderIdViolation(id: string, pointer: string): FieldViolation | undefined {
  if (/^\d{24,32}$/.test(id)) return undefined;
  return { pointer, reason: "MALFORMED", message: "must be an order's id" };
}

function productIdViolation(id: bigint): FieldViolation | undefined {
  if (id > 0n) return undefined;
  return { pointer: "/product_id", reason: "REQUIRED", message: "must be a product's id" };
}

function tooMany(
  values: readonly unknown[],
  max: number,
  pointer: string,
): FieldViolation | undefined {
  if (values.length <= max) return undefined;
  return { pointer, reason: "TOO_MANY", message: `at most ${max}, not ${values.length}` };
}

/** Nothing that can be seen: white space, and characters without a width of their own. */
const invisible = /^[\s\p{Default_Ignorable_Code_Point}]*$/u;
/** Control characters, but for line feed and tab. */
// deno-lint-ignore no-control-regex
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/;

function contentViolation(content: string): FieldViolation | undefined {
  const problem = contentProblem(content);
  return problem && { pointer: "/content", reason: problem[0], message: problem[1] };
}

function contentProblem(content: string): readonly [reason: string, message: string] | undefined {
  // A code point has at most two code units: what is longer need not be counted.
  if (content.length > contentMax * 2 || [...content].length > contentMax) {
    return ["TOO_LONG", `must have at most ${contentMax} characters`];
  }
  if (!content.isWellFormed()) return ["MALFORMED", "must not hold half a character"];
  if (control.test(content)) return ["CONTROL_CHARACTER", "must not hold control characters"];
  return invisible.test(content) ? ["EMPTY", "must not be blank"] : undefined;
}
