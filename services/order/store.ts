/** Reading orders. */
import type { Cursor } from "../../shared/paging.ts";
import { keysetAfter } from "../../shared/postgres/keyset.ts";
import type { Sql } from "../../shared/postgres/pool.ts";
import type { Order, OrderCard, Receiver } from "./order.ts";
import { type OrderStatus, orderStatus } from "./order_status.ts";
import { listCards, type OrderFilter } from "./store/order_cards.ts";
import { orderColumns, type OrderRow, toOrder } from "./store/order_rows.ts";

export interface OrderStore {
  /** Up to `limit` orders of a user after `after`, newest first, with their items. One query. */
  listOrders(
    filter: OrderFilter,
    after: Cursor<string> | undefined,
    limit: number,
  ): Promise<Order[]>;
  /** The same orders as cards. One query. */
  listCards(
    filter: OrderFilter,
    after: Cursor<string> | undefined,
    limit: number,
  ): Promise<OrderCard[]>;
  /** One order with its items and receiver. One query. */
  findOrder(orderId: string): Promise<FoundOrder | undefined>;
  /** How many orders of a user there are by status, and their received items. One query. */
  countOrders(userId: bigint): Promise<OrderCounts>;
  /** An order's history, oldest first. One query. */
  listSteps(orderId: string): Promise<HistoryStep[]>;
  /** The received orders of a user whose items may be commented on, newest first. One query. */
  listReceived(userId: bigint, limit: number): Promise<ReceivedItem[]>;
  /** How these orders stand, in no order. One query. */
  batchGetStates(orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderStatus>>;
  /** Up to `limit` orders of anybody after `after`, newest first. One query. */
  searchOrders(
    filter: OrderSearch,
    after: Cursor<string> | undefined,
    limit: number,
  ): Promise<FoundOrder[]>;
}

/** An order with where it goes. */
export interface FoundOrder {
  readonly order: Order;
  readonly receiver: Receiver | undefined;
}

/** By status; those that are missing are 0. */
export type OrderCounts = ReadonlyMap<OrderStatus, bigint>;

/** One step of an order's life. */
export interface HistoryStep {
  readonly fromStatus: OrderStatus | undefined;
  readonly toStatus: OrderStatus;
  readonly reason: string;
  readonly actor: string;
  /** Unix milliseconds. */
  readonly changeTime: bigint;
}

/** An item that was received. */
export interface ReceivedItem {
  readonly orderId: string;
  readonly productId: bigint;
}

/** Which orders; absent members mean all. */
export interface OrderSearch {
  readonly userId: bigint | undefined;
  readonly status: OrderStatus | undefined;
  readonly productId: bigint | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
}

const historyMax = 100;

/** Creates the store on the order service's own database. */
export function createOrderStore(sql: Sql): OrderStore {
  return {
    async listOrders({ userId, status }, after, limit) {
      const byStatus = status === undefined ? sql`` : sql`AND status = ${status}`;
      const keyset = { value: sql`create_time`, id: sql`id`, kind: "time" } as const;
      const rows = await sql<OrderRow[]>`
        SELECT ${orderColumns(sql)}
        FROM orders
        WHERE user_id = ${userId} ${byStatus} ${keysetAfter(sql, keyset, after)}
        ORDER BY create_time DESC, id DESC
        LIMIT ${limit}`;
      return rows.map(toOrder);
    },
    listCards: (filter, after, limit) => listCards(sql, filter, after, limit),
    async findOrder(orderId) {
      const [row] = await sql<FoundRow[]>`
        SELECT ${orderColumns(sql)}, ${receiverColumn(sql)} FROM orders WHERE id = ${orderId}`;
      return row && toFound(row);
    },
    async countOrders(userId) {
      const rows = await sql<{ status: OrderStatus; count: bigint }[]>`
        SELECT status, count(*) FROM orders WHERE user_id = ${userId} GROUP BY status`;
      return new Map(rows.map(({ status, count }) => [status, count]));
    },
    async listSteps(orderId) {
      const rows = await sql<StepRow[]>`
        SELECT from_status, to_status, reason, actor, at FROM order_status_history
        WHERE order_id = ${orderId} ORDER BY step LIMIT ${historyMax}`;
      return rows.map(({ from_status, to_status, reason, actor, at }) => ({
        fromStatus: from_status ?? undefined,
        toStatus: to_status,
        reason,
        actor,
        changeTime: BigInt(at.getTime()),
      }));
    },
    async listReceived(userId, limit) {
      const rows = await sql<{ order_id: string; product_id: bigint }[]>`
        SELECT item.order_id, item.product_id
        FROM (SELECT id, create_time FROM orders
              WHERE user_id = ${userId} AND status = ${orderStatus.done}
              ORDER BY create_time DESC, id DESC LIMIT ${limit}) AS received
        JOIN order_item AS item ON item.order_id = received.id`;
      return rows.map((row) => ({ orderId: row.order_id, productId: row.product_id }));
    },
    async batchGetStates(orderIds) {
      const rows = await sql<{ id: string; status: OrderStatus }[]>`
        SELECT id, status FROM orders WHERE id = ANY (${[...orderIds]}::text[])`;
      return new Map(rows.map(({ id, status }) => [id, status]));
    },
    async searchOrders({ userId, status, productId, from, to }, after, limit) {
      const keyset = { value: sql`create_time`, id: sql`orders.id`, kind: "time" } as const;
      const rows = await sql<FoundRow[]>`
        SELECT ${orderColumns(sql)}, ${receiverColumn(sql)}
        FROM orders
        WHERE orders.id > '0'
          ${userId === undefined ? sql`` : sql`AND user_id = ${userId}`}
          ${status === undefined ? sql`` : sql`AND status = ${status}`}
          ${from === undefined ? sql`` : sql`AND create_time >= ${from}`}
          ${to === undefined ? sql`` : sql`AND create_time < ${to}`}
          ${
        productId === undefined ? sql`` : sql`
          AND EXISTS (SELECT 1 FROM order_item
                      WHERE order_id = orders.id AND product_id = ${productId})`
      }
          ${keysetAfter(sql, keyset, after)}
        ORDER BY create_time DESC, orders.id DESC
        LIMIT ${limit}`;
      return rows.map(toFound);
    },
  };
}

type FoundRow = OrderRow & { readonly receiver: ReceiverJson | null };

interface ReceiverJson extends Omit<Receiver, "postCode"> {
  readonly post_code: string;
}

interface StepRow {
  readonly from_status: OrderStatus | null;
  readonly to_status: OrderStatus;
  readonly reason: string;
  readonly actor: string;
  readonly at: Date;
}

function receiverColumn(sql: Sql) {
  return sql`
    (SELECT to_jsonb(r) FROM order_receiver AS r WHERE r.order_id = orders.id) AS receiver`;
}

function toFound(row: FoundRow): FoundOrder {
  const { receiver } = row;
  if (receiver === null) return { order: toOrder(row), receiver: undefined };
  const { name, phone, province, city, district, detail, post_code: postCode } = receiver;
  const where = { name, phone, province, city, district, detail, postCode };
  return { order: toOrder(row), receiver: where };
}
