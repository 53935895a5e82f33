/** What becomes of reserved stock when its order is paid, ends, or never comes. */
import type { Client } from "@connectrpc/connect";
import {
  OrderCancelledSchema,
  OrderClosedSchema,
  OrderPaidSchema,
} from "../../../proto/gen/order/v1/order_event_pb.ts";
import type { OrderInternalService } from "../../../proto/gen/order/v1/order_internal_service_pb.ts";
import { crashPoint } from "../../../shared/crash_point.ts";
import { consumerJob, type Job } from "../../../shared/messaging/jobs.ts";
import { reservationState } from "../reservation.ts";
import { commitReservation, endReservation, type ReservationStore } from "../store/reservations.ts";

export interface StockJobsOptions {
  readonly reservations: ReservationStore;
  readonly orders: Pick<Client<typeof OrderInternalService>, "batchGetOrderStates">;
  readonly reservationAgeMs: number;
}

const sweepEveryMs = 10_000;
const sweepBatch = 200;
/** A turn asks about so many batches at most; what is left has to wait for the next. */
const batchesMax = 20;
/** Statuses of orders that ended without a sale. */
const ended: readonly number[] = [0, 60];

/** The jobs of reserved stock. */
export function stockJobs(options: StockJobsOptions): readonly Job[] {
  const { reservations, orders, reservationAgeMs } = options;
  return [
    consumerJob({
      name: "product-order-paid",
      stream: "ORDER",
      subject: "order.paid",
      schema: OrderPaidSchema,
      /** Whether the order ended meanwhile, so that there is nothing to sell any more. */
      async prepare({ orderId }) {
        const found = await reservations.find(orderId);
        if (found?.state !== reservationState.released) return false;
        const { states: [order] } = await orders.batchGetOrderStates({ orderIds: [orderId] });
        return order !== undefined && order.exists && ended.includes(order.status);
      },
      async handle(tx, { orderId }, { traceparent }, hasEnded) {
        if (!hasEnded) await commitReservation(tx, orderId, { traceparent });
        crashPoint("stock.before_commit");
      },
    }),
    consumerJob({
      name: "product-order-cancelled",
      stream: "ORDER",
      subject: "order.cancelled",
      schema: OrderCancelledSchema,
      async handle(tx, { orderId }, { traceparent }) {
        await endReservation(tx, orderId, "ORDER_CANCELLED", { traceparent });
      },
    }),
    consumerJob({
      name: "product-order-closed",
      stream: "ORDER",
      subject: "order.closed",
      schema: OrderClosedSchema,
      async handle(tx, { orderId }, { traceparent }) {
        await endReservation(tx, orderId, "ORDER_CLOSED", { traceparent });
      },
    }),
    {
      kind: "timer",
      name: "product-reservation-sweep",
      everyMs: Math.min(sweepEveryMs, reservationAgeMs),
      run: (signal) => sweep(options, signal),
    },
  ];
}

/**
 * Gives back what is held for orders that never came: a process died between the reservation and
 * the order. Whoever repeats the order touches its reservation first, and then it is not released.
 */
async function sweep(
  { reservations, orders, reservationAgeMs }: StockJobsOptions,
  signal: AbortSignal,
): Promise<void> {
  for (let batch = 0; batch < batchesMax && !signal.aborted; batch++) {
    const stale = await reservations.listStale(reservationAgeMs, sweepBatch);
    if (stale.length === 0) return;
    const orderIds = stale.map(({ orderId }) => orderId);
    const { states } = await orders.batchGetOrderStates({ orderIds }, { signal });
    const living = new Set(states.filter(({ exists }) => exists).map(({ orderId }) => orderId));
    await reservations.touch([...living]);
    for (const one of stale) {
      if (!living.has(one.orderId)) await reservations.releaseStale(one, "RESERVATION_ORPHANED");
    }
    if (stale.length < sweepBatch) return;
  }
}
