/** How an order came to its status: the steps, with their times. */
import { before, dayMs, hourMs, minuteMs } from "./anchor.ts";
import { type OrderStatus, orderStatus } from "../../services/order/order_status.ts";
import { operatorId } from "./people.ts";
import type { Random } from "./random.ts";

/** One step of an order's history. */
export interface OrderStep {
  readonly from: OrderStatus | null;
  readonly to: OrderStatus;
  readonly reason: string;
  readonly actor: string;
  readonly at: Date;
}

export interface OrderLifeParts {
  readonly userId: bigint;
  readonly status: OrderStatus;
  readonly createTime: Date;
  readonly random: Random;
}

/** The time that an order has to be paid in. */
export const payWithinMs = 30 * minuteMs;
/** The least age that an order needs to have gone through all steps of its status. */
export const leastAgeMs: Readonly<Record<OrderStatus, number>> = {
  [orderStatus.cancelled]: hourMs,
  [orderStatus.unpaid]: 0,
  [orderStatus.paid]: hourMs,
  [orderStatus.toBeShipped]: 2 * hourMs,
  [orderStatus.toBeReceived]: 2 * dayMs,
  [orderStatus.done]: 8 * dayMs,
  [orderStatus.closed]: hourMs,
};

/** The steps from the creation to the status, in order, each later than the one before. */
export function orderSteps({ userId, status, createTime, random }: OrderLifeParts): OrderStep[] {
  const { cancelled, unpaid, paid, toBeShipped, toBeReceived, done, closed } = orderStatus;
  const buyer = `user:${userId}`;
  const payMs = random.int(minuteMs, payWithinMs - minuteMs);
  const readyMs = payMs + random.int(500, 20 * minuteMs);
  const sendMs = readyMs + random.int(3 * hourMs, 40 * hourMs);
  const endMs = sendMs + random.int(dayMs, 5 * dayMs);
  function step(
    from: OrderStatus | null,
    to: OrderStatus,
    reason: string,
    actor: string,
    afterMs: number,
  ): OrderStep {
    return { from, to, reason, actor, at: before(createTime, -afterMs) };
  }
  const created = step(null, unpaid, "CREATED", buyer, 0);
  if (status === cancelled) {
    return [created, step(unpaid, cancelled, "CANCELLED_BY_BUYER", buyer, payMs)];
  }
  if (status === closed) {
    return [created, step(unpaid, closed, "UNPAID_TIMEOUT", "job:close_unpaid", payWithinMs)];
  }
  const way = [
    created,
    step(unpaid, paid, "PAID", "job:payment", payMs),
    step(paid, toBeShipped, "READY_TO_SHIP", "job:payment", readyMs),
    step(toBeShipped, toBeReceived, "SHIPPED", `operator:${operatorId}`, sendMs),
    step(toBeReceived, done, "RECEIVED", buyer, endMs),
  ];
  return way.slice(0, way.findIndex((each) => each.to === status) + 1);
}
