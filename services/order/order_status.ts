/** The statuses of an order, with the numbers of the public contract. */
export const orderStatus = {
  cancelled: 0,
  unpaid: 10,
  paid: 20,
  toBeShipped: 30,
  toBeReceived: 40,
  done: 50,
  closed: 60,
} as const;

export type OrderStatus = (typeof orderStatus)[keyof typeof orderStatus];

/** Every status, ascending. */
export const orderStatuses: readonly OrderStatus[] = Object.values(orderStatus);

/** Narrows a number to a status. */
export function isOrderStatus(value: number): value is OrderStatus {
  return orderStatuses.some((status) => status === value);
}
