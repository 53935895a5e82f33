/**
 * Making an order: address and cart → stock → one transaction. At each line a crash leaves a claim
 * that the next call with the same key takes over, and at most a reservation that it finds again or
 * that the product service gives back when nobody comes.
 */
import { type Client, Code, ConnectError } from "@connectrpc/connect";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { CartInternalService } from "../../../proto/gen/cart/v1/cart_internal_service_pb.ts";
import { ErrorDetailSchema } from "../../../proto/gen/error/v1/error_pb.ts";
import {
  type CreateOrderResponse,
  CreateOrderResponseSchema,
} from "../../../proto/gen/order/v1/order_service_pb.ts";
import { type Reservation, ReservationState } from "../../../proto/gen/product/v1/stock_pb.ts";
import type { StockService } from "../../../proto/gen/product/v1/stock_service_pb.ts";
import type { UserInternalService } from "../../../proto/gen/user/v1/user_internal_service_pb.ts";
import { crashPoint } from "../../../shared/crash_point.ts";
import { Refusal } from "../../../shared/errors.ts";
import { type ClaimStore, type Lease, requestHash } from "../../../shared/idempotency/claims.ts";
import { isFinal, keyInFlight, keyReused } from "../../../shared/idempotency/refusals.ts";
import { refuseWhenAway } from "../../../shared/rpc/away.ts";
import { type Call, onBehalfOf } from "../../../shared/rpc/call.ts";
import { type OrderWish, type PostageRule, priceOf, type WantedItem } from "../new_order.ts";
import type { Receiver } from "../order.ts";
import { newOrderId } from "../order_id.ts";
import type { OrderStepStore } from "../store/order_steps.ts";
import { toMessage } from "./order_message.ts";

export interface CheckoutOptions {
  readonly steps: OrderStepStore;
  readonly claims: ClaimStore;
  readonly cart: Pick<Client<typeof CartInternalService>, "listCheckedItems">;
  readonly stock: Pick<Client<typeof StockService>, "reserveStock" | "releaseStock">;
  readonly users: Pick<Client<typeof UserInternalService>, "getUserAddress">;
  readonly postage: PostageRule;
  readonly payWithinMs: number;
  readonly unpaidMax: number;
}

/** Who orders what. */
export interface Checkout {
  readonly userId: bigint;
  readonly wish: OrderWish;
  readonly call: Call;
}

/** A checkout whose key is claimed. */
interface ClaimedCheckout extends Checkout {
  readonly lease: Lease;
}

/** Makes the order, or answers what was answered to the same key before. */
export async function createOrder(
  options: CheckoutOptions,
  checkout: Checkout,
): Promise<CreateOrderResponse> {
  const { userId, wish } = checkout;
  const { key, ...asked } = wish;
  const claim = await options.claims.claim({
    userId,
    key,
    requestHash: requestHash(asked),
    subjectId: freshOrderId(userId),
  });
  switch (claim.kind) {
    case "answered":
      return { ...fromBinary(CreateOrderResponseSchema, claim.answer), replayed: true };
    case "reused":
      throw keyReused();
    case "in_flight":
      throw keyInFlight();
    case "mine":
      return await makeOrder(options, { ...checkout, lease: claim.lease }, claim.subjectId);
  }
}

async function makeOrder(
  options: CheckoutOptions,
  checkout: ClaimedCheckout,
  orderId: string,
): Promise<CreateOrderResponse> {
  const { lease } = checkout;
  crashPoint("order.after_claim");
  try {
    return await reserveAndCreate(options, checkout, orderId);
  } catch (error) {
    // A refusal says that there is no order; after anything else nobody knows.
    if (isFinal(error)) await options.claims.drop(lease).catch(() => {});
    else await options.claims.leave(lease).catch(() => {});
    throw error;
  }
}

async function reserveAndCreate(
  options: CheckoutOptions,
  checkout: ClaimedCheckout,
  orderId: string,
): Promise<CreateOrderResponse> {
  const { wish, lease } = checkout;
  const [receiver, wanted] = await Promise.all([
    receiverOf(options, checkout),
    wish.fromCart ? checkedItems(options, checkout) : wish.items,
  ]);
  const reservation = await reserve(options, checkout, orderId, wanted);
  crashPoint("order.after_reserve");
  try {
    return await writeOrder(options, checkout, { reservation, receiver });
  } catch (error) {
    // If somebody else has taken the key over, the pieces are theirs.
    if (isFinal(error) && await options.claims.drop(lease).catch(() => false)) {
      await giveBack(options, checkout, reservation.orderId);
    }
    throw error;
  }
}

/** If this fails the sweep does it later. */
async function giveBack(
  { stock }: CheckoutOptions,
  { call }: Checkout,
  orderId: string,
): Promise<void> {
  await stock.releaseStock({ orderId, reason: "ORDER_REFUSED" }, onBehalfOf(call)).catch(() => {});
}

async function receiverOf(
  { users }: CheckoutOptions,
  { userId, wish: { addressId }, call }: Checkout,
): Promise<Receiver> {
  const { address } = await users.getUserAddress({ userId, addressId }, onBehalfOf(call))
    .catch(refuseAs("user", ["ADDRESS_NOT_FOUND"]));
  if (address === undefined) throw new Error("no address came back");
  const { name, phone, province, city, district, detail, postCode } = address;
  return { name, phone, province, city, district, detail, postCode };
}

async function checkedItems(
  { cart }: CheckoutOptions,
  { userId, call }: Checkout,
): Promise<readonly WantedItem[]> {
  const { items } = await cart.listCheckedItems({ userId }, onBehalfOf(call))
    .catch(refuseWhenAway("cart"));
  if (items.length > 0) return items;
  const message = "nothing in the cart is checked";
  throw new Refusal(Code.FailedPrecondition, "CART_EMPTY", message);
}

const mismatch = "RESERVATION_MISMATCH";
const stockReasons = ["PRODUCT_NOT_FOUND", "PRODUCT_OFF_SHELF", "OUT_OF_STOCK", mismatch] as const;

/**
 * Reserves under the claim's order id; under a new one if that was given back meanwhile, or holds
 * what was in the cart when an earlier call died.
 */
async function reserve(
  options: CheckoutOptions,
  checkout: ClaimedCheckout,
  orderId: string,
  wanted: readonly WantedItem[],
): Promise<Reservation> {
  const { userId, lease, call } = checkout;
  const lines = wanted.map(({ productId, quantity }) => ({ productId, quantity }));
  const ask = async (id: string) => {
    const { reservation } = await options.stock
      .reserveStock({ orderId: id, userId, lines }, onBehalfOf(call))
      .catch(refuseAs("product", stockReasons));
    if (reservation === undefined) throw new Error("no reservation came back");
    return reservation;
  };
  const first = await ask(orderId).catch(unlessMismatch);
  if (first?.state === ReservationState.RESERVED) return first;
  const another = freshOrderId(userId);
  await options.claims.renew(lease, another);
  if (first === undefined) await giveBack(options, checkout, orderId);
  return await ask(another);
}

async function writeOrder(
  { steps, postage, payWithinMs, unpaidMax }: CheckoutOptions,
  { userId, wish: { remark, fromCart }, lease, call }: ClaimedCheckout,
  { reservation, receiver }: { readonly reservation: Reservation; readonly receiver: Receiver },
): Promise<CreateOrderResponse> {
  const { orderId, lines } = reservation;
  const answerOf = (order: Parameters<typeof toMessage>[0]) => {
    return create(CreateOrderResponseSchema, { order: toMessage(order, receiver) });
  };
  const order = await steps.create({
    orderId,
    userId,
    items: lines.map((line) => ({
      productId: line.productId,
      productName: line.productName,
      productImage: line.productImage,
      productDescription: [...line.productSubtitle].slice(0, 200).join(""),
      unitPriceFen: line.unitPriceFen,
      quantity: line.quantity,
    })),
    price: priceOf(lines, postage),
    currency: lines[0]?.currency ?? "CNY",
    receiver,
    remark,
    fromCart,
    payWithinMs,
    unpaidMax,
    lease,
    answerOf: (made) => toBinary(CreateOrderResponseSchema, answerOf(made)),
    traceparent: call.traceparent,
  });
  return answerOf(order);
}

/** Undefined for a reservation that holds something else. */
function unlessMismatch(error: unknown): undefined {
  if (error instanceof Refusal && error.reason === mismatch) return undefined;
  throw error;
}

/** Passes on what another service refuses of these; anything else as `refuseWhenAway()`. */
function refuseAs(service: string, reasons: readonly string[]): (error: unknown) => never {
  return (error) => {
    const told = ConnectError.from(error);
    const detail = told.findDetails(ErrorDetailSchema)[0];
    if (detail === undefined || !reasons.includes(detail.reason)) {
      return refuseWhenAway(service)(error);
    }
    const violations = detail.violations.map(({ pointer, reason, message }) => {
      return { pointer, reason, message };
    });
    throw new Refusal(told.code, detail.reason, told.rawMessage, { violations, cause: error });
  };
}

function freshOrderId(userId: bigint): string {
  return newOrderId({ userId, nowMs: Date.now(), random: Math.random() });
}
