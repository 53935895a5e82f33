import { type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ReservationSchema } from "../../../proto/gen/product/v1/stock_pb.ts";
import type { StockService } from "../../../proto/gen/product/v1/stock_service_pb.ts";
import { Code } from "@connectrpc/connect";
import { invalidArgument, Refusal } from "../../../shared/errors.ts";
import { callOf } from "../../../shared/rpc/call.ts";
import { narrowReserveStock, requireOrderId, type Reservation } from "../reservation.ts";
import type { ReservationStore } from "../store/reservations.ts";

/** The currency of every price in the catalogue. */
const currency = "CNY";
const reasonPattern = /^[A-Z][A-Z_]{0,63}$/;

/** The rpcs of `product.v1.StockService`. Flash sales have stock of their own. */
export function createStockService(store: ReservationStore): ServiceImpl<typeof StockService> {
  const traceOf = (context: HandlerContext) => ({ traceparent: callOf(context).traceparent });
  return {
    async reserveStock(request) {
      if (request.flashSaleId !== 0n) throw flashSaleUnknown();
      const reservation = await store.reserve(narrowReserveStock(request));
      return { reservation: toMessage(reservation) };
    },
    async commitStock({ orderId }, context) {
      requireOrderId(orderId);
      return { reservation: toMessage(await store.commit(orderId, traceOf(context))) };
    },
    async releaseStock({ orderId, reason }, context) {
      requireOrderId(orderId);
      requireReason(reason);
      return { reservation: toMessage(await store.release(orderId, reason, traceOf(context))) };
    },
    async returnStock({ orderId, reason }, context) {
      requireOrderId(orderId);
      requireReason(reason);
      return { reservation: toMessage(await store.takeBack(orderId, reason, traceOf(context))) };
    },
    async getReservation({ orderId }) {
      requireOrderId(orderId);
      const reservation = await store.find(orderId);
      if (reservation === undefined) throw notFound();
      return { reservation: toMessage(reservation) };
    },
  };
}

function toMessage(reservation: Reservation): MessageInitShape<typeof ReservationSchema> {
  const lines = reservation.lines.map((line) => ({ ...line, currency }));
  return { ...reservation, lines };
}

function requireReason(reason: string): void {
  if (reasonPattern.test(reason)) return;
  const message = "must be a word in SCREAMING_SNAKE";
  throw invalidArgument([{ pointer: "/reason", reason: "MALFORMED", message }]);
}

function notFound(): Refusal {
  return new Refusal(Code.NotFound, "RESERVATION_NOT_FOUND", "there is no such reservation");
}

function flashSaleUnknown(): Refusal {
  const message = "this sale sells nothing yet";
  return new Refusal(Code.FailedPrecondition, "SALE_ENDED", message);
}
