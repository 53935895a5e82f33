/** What a caller may ask of the order list. */
import type { ListOrdersRequest } from "../../proto/gen/order/v1/order_service_pb.ts";
import { type FieldViolation, invalidArgument } from "../../shared/errors.ts";
import { type Cursor, pageSize, readCursor } from "../../shared/paging.ts";
import { isOrderId } from "./order_id.ts";
import { isOrderStatus, type OrderStatus, orderStatuses } from "./order_status.ts";

/** What lists of orders are asked with, whoever asks. */
type OrderListRequest = Pick<ListOrdersRequest, "status" | "cursor" | "lastId" | "ps">;

/** A request that makes sense. */
export interface OrderListQuery {
  readonly status: OrderStatus | undefined;
  readonly after: Cursor<string> | undefined;
  /** Page size. */
  readonly ps: number;
}

/** Narrows the request; refuses with InvalidArgument naming each wrong field. */
export function narrowListOrders(request: OrderListRequest): OrderListQuery {
  const { status, cursor, lastId } = request;
  const violations: FieldViolation[] = [];
  if (status !== undefined && !isOrderStatus(status)) {
    const message = `must be one of ${orderStatuses.join(", ")}`;
    violations.push({ pointer: "/status", reason: "UNKNOWN_STATUS", message });
  }
  if (lastId !== "" && !isOrderId(lastId)) {
    violations.push({ pointer: "/last_id", reason: "MALFORMED", message: "must be an order's id" });
  }
  if (violations.length > 0) throw invalidArgument(violations);
  const known = status !== undefined && isOrderStatus(status) ? status : undefined;
  return { status: known, after: readCursor(cursor, lastId), ps: pageSize(request.ps) };
}
