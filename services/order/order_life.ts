/** The life of an order: which step leads from where to where, and nothing else does. */
import { type OrderStatus, orderStatus } from "./order_status.ts";

const { cancelled, unpaid, paid, toBeShipped, toBeReceived, done, closed } = orderStatus;

/** What may happen to an order. */
export const orderSteps = {
  pay: { from: [unpaid], to: paid, reason: "PAID" },
  cancel: { from: [unpaid], to: cancelled, reason: "CANCELLED_BY_BUYER" },
  expire: { from: [unpaid], to: closed, reason: "UNPAID_TIMEOUT" },
  makeReady: { from: [paid], to: toBeShipped, reason: "READY_TO_SHIP" },
  ship: { from: [toBeShipped], to: toBeReceived, reason: "SHIPPED" },
  receive: { from: [toBeReceived], to: done, reason: "RECEIVED" },
  confirm: { from: [toBeReceived], to: done, reason: "CONFIRMED_BY_TIME" },
  close: { from: [unpaid, paid, toBeShipped], to: closed, reason: "CLOSED_BY_OPERATOR" },
} as const satisfies Readonly<Record<string, OrderStep>>;

/** One step: the statuses that it may begin in, and the one that it ends in. */
export interface OrderStep {
  readonly from: readonly OrderStatus[];
  readonly to: OrderStatus;
  /** A stable word for the history. */
  readonly reason: string;
}

/** Whether the step may be taken from there. */
export function isAllowed(step: OrderStep, from: OrderStatus): boolean {
  return step.from.includes(from);
}
