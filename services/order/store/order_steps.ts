/** Making orders and moving them on: each is one transaction with its history and its events. */
import { Code } from "@connectrpc/connect";
import {
  OrderCancelledSchema,
  OrderClosedSchema,
  OrderCompletedSchema,
  OrderCreatedSchema,
  OrderReadyToShipSchema,
  OrderShippedSchema,
} from "../../../proto/gen/order/v1/order_event_pb.ts";
import { crashPoint } from "../../../shared/crash_point.ts";
import { Refusal } from "../../../shared/errors.ts";
import { isHeld, type Lease } from "../../../shared/idempotency/claims.ts";
import { keyInFlight } from "../../../shared/idempotency/refusals.ts";
import { type NewEvent, newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox, outboxChannel } from "../../../shared/messaging/outbox.ts";
import { type NewAuditEntry, writeAuditEntry } from "../../../shared/postgres/audit_trail.ts";
import { constraintOf } from "../../../shared/postgres/errors.ts";
import type { Fragment } from "../../../shared/postgres/keyset.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import type { OrderPrice } from "../new_order.ts";
import type { Order, OrderItem, Receiver } from "../order.ts";
import { type OrderStep, orderSteps } from "../order_life.ts";
import { type OrderStatus, orderStatus } from "../order_status.ts";
import { orderColumns, type OrderRow, toOrder } from "./order_rows.ts";

/** An order to make, its stock reserved. */
export interface NewOrder {
  readonly orderId: string;
  readonly userId: bigint;
  readonly items: readonly OrderItem[];
  readonly price: OrderPrice;
  readonly currency: string;
  readonly receiver: Receiver;
  readonly remark: string;
  readonly fromCart: boolean;
  /** How long it may stay unpaid, in milliseconds. */
  readonly payWithinMs: number;
  /** Unpaid orders that the buyer may have, this one included. */
  readonly unpaidMax: number;
  /** Of the key that asks for it. */
  readonly lease: Lease;
  /** The first answer of the key, made of the order as it stands. */
  readonly answerOf: (order: Order) => Uint8Array;
  readonly traceparent: string;
}

export interface StepOptions {
  /** "user:<id>", "operator:<id>" or "job:<name>". */
  readonly actor: string;
  readonly traceparent?: string | undefined;
  /** An operator's entry in the audit trail, written if the step is taken. */
  readonly audit?: NewAuditEntry;
}

/** What came of a step. */
export type Stepped =
  | { readonly kind: "done"; readonly order: Order }
  /** It cannot be taken from where the order is. */
  | { readonly kind: "elsewhere"; readonly order: Order }
  | { readonly kind: "unknown" };

export interface OrderStepStore {
  /**
   * The order with items, receiver, history, answer and OrderCreated, in one transaction. Refuses
   * with ResourceExhausted TOO_MANY_UNPAID_ORDERS, and with Aborted IN_FLIGHT when its lease is
   * over, so that what it had reserved may be given back.
   */
  create(order: NewOrder): Promise<Order>;
  cancel(orderId: string, words: string, options: StepOptions): Promise<Stepped>;
  receive(orderId: string, options: StepOptions): Promise<Stepped>;
  ship(
    orderId: string,
    parcel: { readonly carrier: string; readonly trackingNumber: string },
    options: StepOptions & { readonly confirmWithinMs: number },
  ): Promise<Stepped>;
  close(orderId: string, words: string, options: StepOptions): Promise<Stepped>;
  /** Closes orders that were not paid in time, at most `limit`; answers how many. */
  expire(limit: number): Promise<number>;
  /** Confirms orders that were sent longer ago than `ageMs`, at most `limit`; answers how many. */
  confirmOld(ageMs: number, limit: number): Promise<number>;
}

/** Creates the store on the order service's own database. */
export function createOrderStepStore(sql: Sql): OrderStepStore {
  return {
    async create(order) {
      const created = await create(sql, order);
      crashPoint("order.after_commit");
      return created;
    },
    cancel: (orderId, words, options) => {
      return inTransaction(sql, async (tx) => {
        const set = tx`close_reason = ${orderSteps.cancel.reason}, close_time = now()`;
        return await take(tx, orderId, orderSteps.cancel, { ...options, set, words }, cancelled);
      });
    },
    receive: (orderId, options) => {
      return inTransaction(sql, async (tx) => {
        const set = tx`end_time = now()`;
        return await take(tx, orderId, orderSteps.receive, { ...options, set }, completed(false));
      });
    },
    ship: (orderId, { carrier, trackingNumber }, { confirmWithinMs, ...options }) => {
      return inTransaction(sql, async (tx) => {
        const set = tx`
          send_time = now(), carrier = ${carrier}, tracking_number = ${trackingNumber}`;
        const event = shipped(confirmWithinMs);
        return await take(tx, orderId, orderSteps.ship, { ...options, set }, event);
      });
    },
    close: (orderId, words, options) => {
      return inTransaction(sql, async (tx) => {
        const set = tx`close_reason = ${orderSteps.close.reason}, close_time = now()`;
        return await take(tx, orderId, orderSteps.close, { ...options, set, words }, closed);
      });
    },
    expire(limit) {
      return inTransaction(sql, async (tx) => {
        const rows = await tx<{ id: string }[]>`
          SELECT id FROM orders WHERE status = ${orderStatus.unpaid} AND pay_before <= now()
          ORDER BY pay_before LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
        const set = tx`close_reason = ${orderSteps.expire.reason}, close_time = now()`;
        const options = { actor: "job:close_unpaid", set };
        for (const { id } of rows) await take(tx, id, orderSteps.expire, options, closed);
        return rows.length;
      });
    },
    confirmOld(ageMs, limit) {
      return inTransaction(sql, async (tx) => {
        const rows = await tx<{ id: string }[]>`
          SELECT id FROM orders
          WHERE status = ${orderStatus.toBeReceived}
            AND send_time <= now() - ${ageMs} * interval '1 ms'
          ORDER BY send_time LIMIT ${limit} FOR UPDATE SKIP LOCKED`;
        const options = { actor: "job:confirm_received", set: tx`end_time = now()` };
        for (const { id } of rows) {
          await take(tx, id, orderSteps.confirm, options, completed(true));
        }
        return rows.length;
      });
    },
  };
}

async function create(sql: Sql, order: NewOrder): Promise<Order> {
  const made = newOrder(order);
  const [row] = await insertOrder(sql, order, made).catch(unlessMade);
  if (row.made) return made;
  throw row.has_room ? keyInFlight() : tooManyUnpaid(order.unpaidMax);
}

/** The order as it will stand. It begins when its key was claimed. */
function newOrder(order: NewOrder): Order {
  const { orderId, userId, items, price, currency, remark, lease, payWithinMs } = order;
  const createTime = BigInt(lease.from.getTime());
  return {
    ...{ orderId, userId, items, currency, remark, ...price },
    status: orderStatus.unpaid,
    paymentType: 0,
    paymentId: "",
    flashSaleId: 0n,
    closeReason: "",
    carrier: "",
    trackingNumber: "",
    createTime,
    updateTime: createTime,
    payBefore: createTime + BigInt(payWithinMs),
    paymentTime: 0n,
    sendTime: 0n,
    endTime: 0n,
    closeTime: 0n,
  };
}

function created({ fromCart, traceparent }: NewOrder, made: Order): NewEvent {
  const { orderId, userId, paymentFen, currency, createTime, payBefore } = made;
  const items = made.items.map(({ productId, quantity }) => ({ productId, quantity }));
  const message = { orderId, userId, items, fromCart, paymentFen, currency, createTime, payBefore };
  return newEvent(OrderCreatedSchema, message, { subject: "order.created", traceparent });
}

interface InsertedRow {
  readonly made: boolean;
  /** Whether the buyer may have one more. */
  readonly has_room: boolean;
}

/**
 * Answer, order, items, receiver, history and event in one statement: all of them, or nothing when
 * the cap is reached or the lease is over. A transaction of its own: there is nothing that it could
 * wait for while others wait for it, so none is ever repeated.
 */
function insertOrder(sql: Sql, order: NewOrder, made: Order) {
  const { orderId, userId, price, currency, receiver, remark, unpaidMax } = order;
  const createTime = new Date(Number(made.createTime));
  const event = created(order, made);
  const items = itemsJson(order.items);
  const column = (index: number) => items.map((item) => String(item[index]));
  return sql<[InsertedRow]>`
    WITH room AS (SELECT 1 WHERE count_unpaid(${userId}) < ${unpaidMax}),
    answered AS (
      UPDATE idempotency_key SET answer = ${order.answerOf(made)} FROM room
      WHERE ${isHeld(sql, order.lease)}
      RETURNING 1),
    made AS (
      INSERT INTO orders (id, user_id, status, currency, total_fen, postage_fen, payment_fen,
                          remark, create_time, update_time, pay_before)
      SELECT ${orderId}, ${userId}::bigint, ${orderStatus.unpaid}::smallint, ${currency},
             ${price.totalFen}::bigint, ${price.postageFen}::bigint, ${price.paymentFen}::bigint,
             ${remark}, ${createTime}::timestamptz, ${createTime}::timestamptz,
             ${new Date(Number(made.payBefore))}::timestamptz
      FROM answered
      RETURNING *),
    lines AS (
      INSERT INTO order_item (order_id, line, product_id, product_name, product_image,
                              product_description, unit_price_fen, quantity)
      SELECT made.id, item.line, item.product_id, item.name, item.image, item.description,
             item.price, item.quantity
      FROM made, unnest(${column(0)}::bigint[], ${column(1)}::text[], ${column(2)}::text[],
                        ${column(3)}::text[], ${column(4)}::bigint[], ${column(5)}::int[])
                 WITH ORDINALITY AS item (product_id, name, image, description, price, quantity,
                                          line)),
    goes AS (
      INSERT INTO order_receiver (order_id, name, phone, province, city, district, detail,
                                  post_code)
      SELECT made.id, ${receiver.name}, ${receiver.phone}, ${receiver.province}, ${receiver.city},
             ${receiver.district}, ${receiver.detail}, ${receiver.postCode}
      FROM made),
    history AS (
      INSERT INTO order_status_history (order_id, step, to_status, reason, actor, at)
      SELECT made.id, 1, made.status, 'CREATED', ${`user:${userId}`}, made.create_time FROM made),
    told AS (
      INSERT INTO outbox (id, subject, type, traceparent, payload, occurred_at)
      SELECT ${event.id}::uuid, ${event.subject}, ${event.type}, ${event.traceparent ?? null}::text,
             ${event.payload}::bytea, ${event.occurredAt}::timestamptz FROM made)
    SELECT EXISTS (SELECT FROM made) AS made, EXISTS (SELECT FROM room) AS has_room,
           pg_notify(${outboxChannel}, '')`;
}

/** The same order was made by a later call of its key. */
function unlessMade(error: unknown): never {
  throw constraintOf(error)?.name === "orders_pkey" ? keyInFlight() : error;
}

function itemsJson(items: readonly OrderItem[]): NonNullable<OrderRow["items"]> {
  return items.map((item) => [
    String(item.productId),
    item.productName,
    item.productImage,
    item.productDescription,
    String(item.unitPriceFen),
    item.quantity,
  ]);
}

function tooManyUnpaid(unpaidMax: number): Refusal {
  const message = `you have ${unpaidMax} unpaid orders: pay or cancel one first`;
  return new Refusal(Code.ResourceExhausted, "TOO_MANY_UNPAID_ORDERS", message);
}

interface TakeOptions extends StepOptions {
  /** What else changes. */
  readonly set: Fragment;
  /** What somebody said about it, for the history. */
  readonly words?: string;
}

type EventOf = (order: Order, traceparent: string | undefined) => NewEvent;

/** Takes a step if the order is where it begins, with its history and its event. */
export async function take(
  tx: Tx,
  orderId: string,
  step: OrderStep,
  { actor, traceparent, audit, set, words = "" }: TakeOptions,
  eventOf: EventOf,
): Promise<Stepped> {
  const [before] = await tx<{ status: OrderStatus }[]>`
    SELECT status FROM orders WHERE id = ${orderId} FOR UPDATE`;
  if (before === undefined) return { kind: "unknown" };
  if (!step.from.includes(before.status)) {
    const [row] = await tx<[OrderRow]>`
      SELECT ${orderColumns(tx)} FROM orders WHERE id = ${orderId}`;
    return { kind: "elsewhere", order: toOrder(row) };
  }
  const [row] = await tx<[OrderRow]>`
    UPDATE orders SET status = ${step.to}, update_time = now(), ${set}
    WHERE id = ${orderId} AND status = ${before.status}
    RETURNING ${orderColumns(tx)}`;
  await tx`
    INSERT INTO order_status_history (order_id, step, from_status, to_status, reason, actor)
    SELECT ${orderId}, coalesce(max(step), 0) + 1, ${before.status}::smallint,
           ${step.to}::smallint, ${
    words === "" ? step.reason : `${step.reason}: ${words}`
  }, ${actor}
    FROM order_status_history WHERE order_id = ${orderId}`;
  const order = toOrder(row);
  await appendOutbox(tx, [eventOf(order, traceparent)]);
  if (audit !== undefined) await writeAuditEntry(tx, audit);
  return { kind: "done", order };
}

function cancelled({ orderId, userId, closeTime }: Order, traceparent?: string): NewEvent {
  const message = { orderId, userId, cancelTime: closeTime };
  return newEvent(OrderCancelledSchema, message, { subject: "order.cancelled", traceparent });
}

function closed(
  { orderId, userId, closeReason: reason, closeTime, paymentId }: Order,
  traceparent?: string,
): NewEvent {
  const message = { orderId, userId, reason, paymentId, closeTime };
  return newEvent(OrderClosedSchema, message, { subject: "order.closed", traceparent });
}

function completed(automatic: boolean): EventOf {
  return ({ orderId, userId, endTime }, traceparent) => {
    const message = { orderId, userId, automatic, endTime };
    return newEvent(OrderCompletedSchema, message, { subject: "order.completed", traceparent });
  };
}

function shipped(confirmWithinMs: number): EventOf {
  return ({ orderId, userId, sendTime }, traceparent) => {
    const confirmBefore = sendTime + BigInt(confirmWithinMs);
    const message = { orderId, userId, sendTime, confirmBefore };
    return newEvent(OrderShippedSchema, message, { subject: "order.shipped", traceparent });
  };
}

/** A paid order whose stock is sold. In the transaction of an event. */
export async function makeReady(tx: Tx, orderId: string, options: StepOptions): Promise<Stepped> {
  const set = tx`remark = remark`;
  return await take(
    tx,
    orderId,
    orderSteps.makeReady,
    { ...options, set },
    (order, traceparent) => {
      const message = { orderId: order.orderId, userId: order.userId };
      return newEvent(OrderReadyToShipSchema, message, {
        subject: "order.ready_to_ship",
        traceparent,
      });
    },
  );
}
