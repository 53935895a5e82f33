/** Stock that an order holds, and what may be asked about it. */
import type { ReserveStockRequest } from "../../proto/gen/product/v1/stock_service_pb.ts";
import { type FieldViolation, invalidArgument } from "../../shared/errors.ts";

/** 1 reserved, 2 committed, 3 released, 4 returned. */
export const reservationState = { reserved: 1, committed: 2, released: 3, returned: 4 } as const;
export type ReservationState = (typeof reservationState)[keyof typeof reservationState];

/** One product of a reservation, as it was at that moment. Money is in fen. */
export interface ReservationLine {
  readonly productId: bigint;
  readonly quantity: number;
  readonly unitPriceFen: bigint;
  readonly productName: string;
  readonly productImage: string;
  readonly productSubtitle: string;
}

/** What one order holds. Times are Unix milliseconds. */
export interface Reservation {
  readonly orderId: string;
  readonly userId: bigint;
  readonly state: ReservationState;
  readonly flashSaleId: bigint;
  readonly lines: readonly ReservationLine[];
  readonly createTime: bigint;
  readonly updateTime: bigint;
}

/** Pieces that are asked for. */
export interface WantedLine {
  readonly productId: bigint;
  readonly quantity: number;
}

/** A wish that makes sense. */
export interface ReservationWish {
  readonly orderId: string;
  readonly userId: bigint;
  /** By product id, ascending: whoever locks several products locks them in this order. */
  readonly lines: readonly WantedLine[];
}

export const linesMax = 200;
export const quantityMax = 999;
const orderIdPattern = /^\d{24,32}$/;

/** Narrows the wish; refuses with InvalidArgument naming each wrong field. */
export function narrowReserveStock(request: ReserveStockRequest): ReservationWish {
  const { orderId, userId, lines } = request;
  const violations: FieldViolation[] = [];
  if (!orderIdPattern.test(orderId)) violations.push(malformedOrder);
  if (userId < 1n) {
    violations.push({ pointer: "/user_id", reason: "REQUIRED", message: "must be a user's id" });
  }
  if (lines.length === 0 || lines.length > linesMax) {
    const message = `must be 1 to ${linesMax} lines`;
    violations.push({ pointer: "/lines", reason: "OUT_OF_RANGE", message });
  }
  violations.push(...lines.flatMap(({ productId, quantity }, index) => {
    const found: FieldViolation[] = [];
    if (productId < 1n) {
      const message = "must be a product's id";
      found.push({ pointer: `/lines/${index}/product_id`, reason: "REQUIRED", message });
    }
    if (quantity < 1 || quantity > quantityMax) {
      const message = `must be 1 to ${quantityMax}`;
      found.push({ pointer: `/lines/${index}/quantity`, reason: "OUT_OF_RANGE", message });
    }
    return found;
  }));
  if (new Set(lines.map(({ productId }) => productId)).size < lines.length) {
    const message = "must be different products";
    violations.push({ pointer: "/lines", reason: "DUPLICATE", message });
  }
  if (violations.length > 0) throw invalidArgument(violations.slice(0, 20));
  const sorted = lines.map(({ productId, quantity }) => ({ productId, quantity }))
    .toSorted((a, b) => a.productId < b.productId ? -1 : 1);
  return { orderId, userId, lines: sorted };
}

const malformedOrder: FieldViolation = {
  pointer: "/order_id",
  reason: "MALFORMED",
  message: "must be an order's id",
};

/** Refuses with InvalidArgument what is no order's id. */
export function requireOrderId(orderId: string): void {
  if (!orderIdPattern.test(orderId)) throw invalidArgument([malformedOrder]);
}

/** Whether a reservation holds exactly these pieces. */
export function isSameWish(reservation: Reservation, wish: ReservationWish): boolean {
  const { lines, userId } = reservation;
  return userId === wish.userId && lines.length === wish.lines.length &&
    lines.every(({ productId, quantity }, index) => {
      const wanted = wish.lines[index];
      return wanted?.productId === productId && wanted.quantity === quantity;
    });
}

/** Why a line cannot be had. */
export type LineRefusal = "PRODUCT_NOT_FOUND" | "PRODUCT_OFF_SHELF" | "OUT_OF_STOCK";
