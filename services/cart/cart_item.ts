/** Lines of a cart: how many there may be, and of how many pieces. */
import { Code } from "@connectrpc/connect";
import type {
  CheckCartItemsRequest,
  UpdateCartItemRequest,
} from "../../proto/gen/cart/v1/cart_service_pb.ts";
import { type FieldViolation, invalidArgument, Refusal } from "../../shared/errors.ts";

/** Products of one cart. */
export const itemsMax = 200;
/** Pieces of one product. */
export const quantityMax = 999;
const violationsMax = 20;

/** One product in a cart. Times are Unix milliseconds. */
export interface CartItem {
  readonly productId: bigint;
  readonly quantity: number;
  /** Whether the next order takes it. */
  readonly checked: boolean;
  /** The price when it was put in, or when its quantity changed last. */
  readonly addedPriceFen: bigint;
  readonly addedTime: bigint;
  readonly updateTime: bigint;
}

/** Pieces of a product. */
export interface Pieces {
  readonly productId: bigint;
  readonly quantity: number;
}

/** A change of one line; what is undefined stays. */
export interface ItemChange {
  readonly productId: bigint;
  readonly quantity: number | undefined;
  readonly checked: boolean | undefined;
}

/** Which lines get which mark; `productIds` is undefined for all. */
export interface ItemCheck {
  readonly productIds: readonly bigint[] | undefined;
  readonly checked: boolean;
}

/** Narrows what is to be put in; refuses with InvalidArgument naming each wrong field. */
export function narrowPieces({ productId, quantity }: Pieces): Pieces {
  refuseAny([productViolation(productId), quantityViolation(quantity)]);
  return { productId, quantity };
}

/** Narrows a change of a line; one that changes nothing is refused. */
export function narrowChange(request: UpdateCartItemRequest): ItemChange {
  const { productId, quantity, checked } = request;
  const isEmpty = quantity === undefined && checked === undefined;
  refuseAny([
    productViolation(productId),
    quantity === undefined ? undefined : quantityViolation(quantity),
    isEmpty ? violation("/quantity", "REQUIRED", "or checked must be given") : undefined,
  ]);
  return { productId, quantity, checked };
}

/** Narrows which lines are to be marked: some or all, but not both and not none. */
export function narrowCheck(request: CheckCartItemsRequest): ItemCheck {
  const { productIds, all, checked } = request;
  if (all) {
    const message = "must be empty when all is set";
    refuseAny([productIds.length > 0 ? violation("/product_ids", "CONFLICT", message) : undefined]);
    return { productIds: undefined, checked };
  }
  if (productIds.length === 0) {
    refuseAny([violation("/product_ids", "REQUIRED", "must name products unless all is set")]);
  }
  if (productIds.length > itemsMax) {
    const message = `must be at most ${itemsMax} products, not ${productIds.length}`;
    refuseAny([violation("/product_ids", "TOO_MANY", message)]);
  }
  refuseAny(productIds.map((id, index) => productViolation(id, `/product_ids/${index}`)));
  return { productIds, checked };
}

/** Narrows the id of a product. */
export function narrowProductId(productId: bigint): bigint {
  refuseAny([productViolation(productId)]);
  return productId;
}

/** What a cart holds when something is to be added. */
export interface CartLoad {
  /** Its products. */
  readonly items: number;
  /** Pieces of the product in question; 0 if it is not in it. */
  readonly quantity: number;
}

/**
 * Refuses what does not fit: InvalidArgument QUANTITY_TOO_HIGH for too many pieces of the product,
 * ResourceExhausted CART_FULL for one product more than there may be.
 */
export function requireRoom(load: CartLoad, quantity: number): void {
  if (load.quantity + quantity > quantityMax) throw quantityTooHigh(load.quantity);
  if (load.quantity === 0 && load.items >= itemsMax) {
    const message = `a cart has at most ${itemsMax} products: take one out first`;
    throw new Refusal(Code.ResourceExhausted, "CART_FULL", message);
  }
}

function quantityTooHigh(had: number): Refusal {
  const reason = "QUANTITY_TOO_HIGH";
  const message = `with the ${had} in the cart must be at most ${quantityMax}`;
  const violations = [violation("/quantity", reason, message)];
  return new Refusal(Code.InvalidArgument, reason, `/quantity: ${message}`, { violations });
}

function productViolation(
  productId: bigint,
  pointer = "/product_id",
): FieldViolation | undefined {
  return productId < 1n ? violation(pointer, "REQUIRED", "must be a product's id") : undefined;
}

function quantityViolation(quantity: number): FieldViolation | undefined {
  if (quantity >= 1 && quantity <= quantityMax) return undefined;
  return violation("/quantity", "OUT_OF_RANGE", `must be 1 to ${quantityMax}`);
}

function violation(pointer: string, reason: string, message: string): FieldViolation {
  return { pointer, reason, message };
}

function refuseAny(found: readonly (FieldViolation | undefined)[]): void {
  const violations = found.filter((each) => each !== undefined).slice(0, violationsMax);
  if (violations.length > 0) throw invalidArgument(violations);
}
