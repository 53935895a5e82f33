import { type Client, Code, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { OrderView } from "../../proto/gen/order/v1/order_pb.ts";
import type { OrderService } from "../../proto/gen/order/v1/order_service_pb.ts";
import type { CommentService } from "../../proto/gen/product/v1/comment_service_pb.ts";
import { callerId } from "../../shared/auth/caller.ts";
import { invalidArgument, Refusal } from "../../shared/errors.ts";
import { cutPage } from "../../shared/paging.ts";
import { callOf, onBehalfOf } from "../../shared/rpc/call.ts";
import type { Principal } from "../../shared/rpc/principal.ts";
import { narrowListOrders } from "./list_orders.ts";
import { narrowCreateOrder } from "./new_order.ts";
import type { Order } from "./order.ts";
import { isOrderId } from "./order_id.ts";
import { orderStatus, orderStatuses } from "./order_status.ts";
import { type CheckoutOptions, createOrder } from "./service/create_order.ts";
import { toCardMessage, toMessage } from "./service/order_message.ts";
import type { FoundOrder, OrderStore } from "./store.ts";
import type { OrderStepStore, Stepped } from "./store/order_steps.ts";

export interface OrderServiceOptions {
  readonly store: OrderStore;
  readonly steps: OrderStepStore;
  readonly checkout: CheckoutOptions;
  /** Who knows which items have a comment. */
  readonly comments: Pick<Client<typeof CommentService>, "listCommentedProducts">;
}

/** Received orders that are looked at for missing comments: the newest ones. */
const receivedMax = 200;
const wordsMax = 200;

/** The rpcs of `order.v1.OrderService`. */
export function createOrderService(
  { store, steps, checkout, comments }: OrderServiceOptions,
): ServiceImpl<typeof OrderService> {
  /** An order that the caller may read: the own one, or any for who runs the shop. */
  async function readable(context: HandlerContext, orderId: string): Promise<FoundOrder> {
    const { principal } = callOf(context);
    const userId = callerId(principal);
    const found = isOrderId(orderId) ? await store.findOrder(orderId) : undefined;
    if (found === undefined) throw orderNotFound();
    if (found.order.userId !== userId && !isOperator(principal)) throw orderNotFound();
    return found;
  }
  /** Takes a step of the caller's own order. */
  async function step(
    context: HandlerContext,
    orderId: string,
    take: (actor: string, traceparent: string) => Promise<Stepped>,
  ): Promise<{ stepped: Exclude<Stepped, { kind: "unknown" }>; found: FoundOrder }> {
    const { principal, traceparent } = callOf(context);
    const userId = callerId(principal);
    const found = isOrderId(orderId) ? await store.findOrder(orderId) : undefined;
    if (found === undefined || found.order.userId !== userId) throw orderNotFound();
    const stepped = await take(`user:${userId}`, traceparent);
    if (stepped.kind === "unknown") throw orderNotFound();
    return { stepped, found };
  }

  return {
    async createOrder(request, context) {
      const call = callOf(context);
      const userId = callerId(call.principal, request.userId);
      return await createOrder(checkout, { userId, wish: narrowCreateOrder(request), call });
    },
    async listOrders(request, context) {
      const userId = callerId(callOf(context).principal, request.userId);
      const { ps, after, status } = narrowListOrders(request);
      const messages = request.view === OrderView.CARD
        ? (await store.listCards({ userId, status }, after, ps + 1)).map(toCardMessage)
        : (await store.listOrders({ userId, status }, after, ps + 1)).map((o) => toMessage(o));
      const page = cutPage(messages, ps, (order) => {
        return { value: order.createTime, id: order.orderId };
      });
      return {
        orders: [...page.items],
        isEnd: page.isEnd,
        orderTime: page.last?.value ?? 0n,
        lastId: page.last?.id ?? "",
      };
    },
    async getOrder({ orderId }, context) {
      const { order, receiver } = await readable(context, orderId);
      return { order: toMessage(order, receiver) };
    },
    async getOrderCounts(request, context) {
      const call = callOf(context);
      const userId = callerId(call.principal, request.userId);
      const [counts, received] = await Promise.all([
        store.countOrders(userId),
        store.listReceived(userId, receivedMax),
      ]);
      const orderIds = [...new Set(received.map(({ orderId }) => orderId))];
      const commented = orderIds.length === 0
        ? 0
        : (await comments.listCommentedProducts({ orderIds }, onBehalfOf(call))).items.length;
      return {
        counts: orderStatuses.map((status) => ({ status, orders: counts.get(status) ?? 0n })),
        toComment: BigInt(Math.max(0, received.length - commented)),
      };
    },
    async listOrderStatusChanges({ orderId }, context) {
      await readable(context, orderId);
      const history = await store.listSteps(orderId);
      return {
        changes: history.map(({ fromStatus, ...same }) => {
          return fromStatus === undefined ? same : { ...same, fromStatus };
        }),
      };
    },
    async cancelOrder({ orderId, reason }, context) {
      const words = requireWords(reason);
      const { stepped, found } = await step(context, orderId, (actor, traceparent) => {
        return steps.cancel(orderId, words, { actor, traceparent });
      });
      if (stepped.kind === "done" || stepped.order.status === orderStatus.cancelled) {
        return { order: toMessage(stepped.order, found.receiver) };
      }
      throw wrongStatus("ORDER_NOT_CANCELLABLE", "cancelled", stepped.order);
    },
    async confirmOrder({ orderId }, context) {
      const { stepped, found } = await step(context, orderId, (actor, traceparent) => {
        return steps.receive(orderId, { actor, traceparent });
      });
      if (stepped.kind === "done" || stepped.order.status === orderStatus.done) {
        return { order: toMessage(stepped.order, found.receiver) };
      }
      throw wrongStatus("ORDER_NOT_SHIPPED", "confirmed", stepped.order);
    },
  };
}

function isOperator(principal: Principal): boolean {
  return principal.kind === "user" &&
    principal.roles.some((role) => role === "operator" || role === "admin");
}

/** Somebody's own words for the history; none will do. */
export function requireWords(text: string, { min = 0 } = {}): string {
  const words = text.normalize("NFC").trim();
  const length = [...words].length;
  if (length >= min && length <= wordsMax && !/\p{Cc}/u.test(words)) return words;
  const message = `must have ${min} to ${wordsMax} characters, and no control characters`;
  throw invalidArgument([{ pointer: "/reason", reason: "MALFORMED", message }]);
}

/** Somebody else's order is told from one that does not exist by nobody. */
export function orderNotFound(): Refusal {
  return new Refusal(Code.NotFound, "ORDER_NOT_FOUND", "there is no such order");
}

/** The refusal of a step that cannot be taken from there. */
export function wrongStatus(reason: string, done: string, { status }: Order): Refusal {
  const message = `an order of status ${status} cannot be ${done}`;
  return new Refusal(Code.FailedPrecondition, reason, message);
}
