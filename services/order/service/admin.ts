import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type {
  CloseOrderRequest,
  OrderAdminService,
  SearchOrdersRequest,
  ShipOrderRequest,
} from "../../../proto/gen/order/v1/order_admin_service_pb.ts";
import { callerId } from "../../../shared/auth/caller.ts";
import { invalidArgument } from "../../../shared/errors.ts";
import { auditEntryOf } from "../../../shared/operators/audit.ts";
import { cutPage } from "../../../shared/paging.ts";
import { callOf } from "../../../shared/rpc/call.ts";
import { narrowListOrders } from "../list_orders.ts";
import { isOrderId } from "../order_id.ts";
import { orderStatus } from "../order_status.ts";
import { orderNotFound, requireWords, wrongStatus } from "../service.ts";
import type { OrderSearch, OrderStore } from "../store.ts";
import type { OrderStepStore } from "../store/order_steps.ts";
import { toMessage } from "./order_message.ts";

export interface OrderAdminOptions {
  readonly store: OrderStore;
  readonly steps: OrderStepStore;
  /** How long a shipped order waits for its buyer's word, in milliseconds. */
  readonly confirmWithinMs: number;
}

const carrierMax = 50;
const trackingPattern = /^[\x21-\x7e]{1,50}$/;

/** The rpcs of `order.v1.OrderAdminService`. */
export function createOrderAdminService(
  { store, steps, confirmWithinMs }: OrderAdminOptions,
): ServiceImpl<typeof OrderAdminService> {
  return {
    async searchOrders(request) {
      const { ps, after, status } = narrowListOrders(request);
      const found = await store.searchOrders({ ...filterOf(request), status }, after, ps + 1);
      const page = cutPage(found, ps, ({ order }) => {
        return { value: order.createTime, id: order.orderId };
      });
      return {
        orders: page.items.map(({ order, receiver }) => toMessage(order, receiver)),
        isEnd: page.isEnd,
        orderTime: page.last?.value ?? 0n,
        lastId: page.last?.id ?? "",
      };
    },
    async shipOrder(request, context) {
      const { orderId, carrier, trackingNumber } = request;
      const parcel = narrowParcel(carrier, trackingNumber);
      if (!isOrderId(orderId)) throw orderNotFound();
      const options = { ...stepOf(context, request), confirmWithinMs };
      const stepped = await steps.ship(orderId, parcel, options);
      if (stepped.kind === "unknown") throw orderNotFound();
      const { order } = stepped;
      const same = order.carrier === parcel.carrier &&
        order.trackingNumber === parcel.trackingNumber;
      if (stepped.kind === "done" || same) return { order: toMessage(order) };
      throw wrongStatus("ORDER_NOT_SHIPPABLE", "shipped", order);
    },
    async closeOrder(request, context) {
      const { orderId, reason } = request;
      const words = requireWords(reason, { min: 1 });
      if (!isOrderId(orderId)) throw orderNotFound();
      const stepped = await steps.close(orderId, words, stepOf(context, request));
      if (stepped.kind === "unknown") throw orderNotFound();
      const { order } = stepped;
      if (stepped.kind === "done" || order.status === orderStatus.closed) {
        return { order: toMessage(order) };
      }
      throw wrongStatus("ORDER_NOT_CLOSABLE", "closed", order);
    },
  };
}

function stepOf(context: HandlerContext, request: ShipOrderRequest | CloseOrderRequest) {
  const { principal, traceparent } = callOf(context);
  const audit = auditEntryOf(context, request, `order:${request.orderId}`);
  return { actor: `operator:${callerId(principal)}`, traceparent, audit };
}

function filterOf(request: SearchOrdersRequest): Omit<OrderSearch, "status"> {
  const { userId, productId, createTimeFrom, createTimeTo } = request;
  return {
    userId: userId > 0n ? userId : undefined,
    productId: productId > 0n ? productId : undefined,
    from: createTimeFrom > 0n ? timeOf(createTimeFrom) : undefined,
    to: createTimeTo > 0n ? timeOf(createTimeTo) : undefined,
  };
}

/** The year 9999, in Unix milliseconds: later times make no other filter. */
const timeMax = 253_402_300_799_999n;

function timeOf(milliseconds: bigint): Date {
  return new Date(Number(milliseconds > timeMax ? timeMax : milliseconds));
}

function narrowParcel(carrier: string, trackingNumber: string) {
  const name = carrier.normalize("NFC").trim();
  const violations = [];
  if (name === "" || [...name].length > carrierMax || /\p{Cc}/u.test(name)) {
    const message = `must have 1 to ${carrierMax} characters`;
    violations.push({ pointer: "/carrier", reason: "MALFORMED", message });
  }
  if (!trackingPattern.test(trackingNumber)) {
    const message = "must be 1 to 50 visible ASCII characters";
    violations.push({ pointer: "/tracking_number", reason: "MALFORMED", message });
  }
  if (violations.length > 0) throw invalidArgument(violations);
  return { carrier: name, trackingNumber };
}
