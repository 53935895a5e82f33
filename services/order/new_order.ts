/** An order that somebody wants to make: what may be asked, and what it costs. */
import type { CreateOrderRequest } from "../../proto/gen/order/v1/order_service_pb.ts";
import { type FieldViolation, invalidArgument } from "../../shared/errors.ts";
import { keyViolation } from "../../shared/idempotency/refusals.ts";

/** Pieces of one product that are asked for. */
export interface WantedItem {
  readonly productId: bigint;
  readonly quantity: number;
}

/** A wish that makes sense. */
export interface OrderWish {
  readonly addressId: bigint;
  /** Empty when they are taken from the cart; else by product id, ascending. */
  readonly items: readonly WantedItem[];
  readonly fromCart: boolean;
  readonly remark: string;
  readonly key: string;
}

export const itemsMax = 200;
export const quantityMax = 999;
const remarkMax = 200;
const violationsMax = 20;

/** Narrows the wish; refuses with InvalidArgument naming each wrong field. */
export function narrowCreateOrder(request: CreateOrderRequest): OrderWish {
  const { addressId, items, fromCart, idempotencyKey: key } = request;
  const remark = request.remark.normalize("NFC").trim();
  const violations: FieldViolation[] = [];
  if (addressId < 1n) {
    violations.push(violation("/address_id", "REQUIRED", "must be one of your addresses"));
  }
  const wrongKey = keyViolation(key);
  if (wrongKey !== undefined) violations.push(wrongKey);
  if ([...remark].length > remarkMax || remark.includes("\0")) {
    violations.push(violation("/remark", "TOO_LONG", `must have at most ${remarkMax} characters`));
  }
  violations.push(...itemViolations(items, fromCart));
  if (violations.length > 0) throw invalidArgument(violations.slice(0, violationsMax));
  const sorted = items.map(({ productId, quantity }) => ({ productId, quantity }))
    .toSorted((a, b) => a.productId < b.productId ? -1 : 1);
  return { addressId, items: sorted, fromCart, remark, key };
}

function itemViolations(items: readonly WantedItem[], fromCart: boolean): FieldViolation[] {
  if (fromCart) {
    if (items.length === 0) return [];
    return [violation("/items", "CONFLICT", "must be empty when the cart's items are taken")];
  }
  const found: FieldViolation[] = [];
  if (items.length === 0 || items.length > itemsMax) {
    found.push(violation("/items", "OUT_OF_RANGE", `must be 1 to ${itemsMax} items`));
  }
  items.forEach(({ productId, quantity }, index) => {
    if (productId < 1n) {
      found.push(violation(`/items/${index}/product_id`, "REQUIRED", "must be a product's id"));
    }
    if (quantity < 1 || quantity > quantityMax) {
      const message = `must be 1 to ${quantityMax}`;
      found.push(violation(`/items/${index}/quantity`, "OUT_OF_RANGE", message));
    }
  });
  if (new Set(items.map(({ productId }) => productId)).size < items.length) {
    found.push(violation("/items", "DUPLICATE", "must be different products"));
  }
  return found;
}

function violation(pointer: string, reason: string, message: string): FieldViolation {
  return { pointer, reason, message };
}

/** What a delivery costs. Money is in fen. */
export interface PostageRule {
  readonly postageFen: bigint;
  /** Items for so much are sent for nothing. */
  readonly freeFromFen: bigint;
}

/** The price of an order, in fen. */
export interface OrderPrice {
  readonly totalFen: bigint;
  readonly postageFen: bigint;
  readonly paymentFen: bigint;
}

/** Sums above this would not be exact in every client: 2^53 - 1, in fen. */
const paymentMaxFen = 9_007_199_254_740_991n;

/** Adds the lines up; refuses with InvalidArgument TOTAL_TOO_HIGH. */
export function priceOf(
  lines: readonly { readonly unitPriceFen: bigint; readonly quantity: number }[],
  rule: PostageRule,
): OrderPrice {
  const totalFen = lines.reduce((sum, line) => sum + line.unitPriceFen * BigInt(line.quantity), 0n);
  const postageFen = totalFen >= rule.freeFromFen ? 0n : rule.postageFen;
  const paymentFen = totalFen + postageFen;
  if (paymentFen > paymentMaxFen) {
    throw invalidArgument([violation("/items", "TOTAL_TOO_HIGH", "cost more than can be paid")]);
  }
  return { totalFen, postageFen, paymentFen };
}
