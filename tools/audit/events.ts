/** Events: each was published, each was consumed once, and none was given up. */
import { OrderCreatedSchema } from "../../proto/gen/order/v1/order_event_pb.ts";
import { eventMessage } from "../../shared/messaging/event.ts";
import {
  type BookName,
  bookNames,
  type Books,
  breachesMax,
  type Grace,
  type Invariant,
} from "./books.ts";

/** Who consumes what: the consumer's name, whose event it is, and the subject. */
export const consumers: readonly (readonly [name: string, owner: BookName, subject: string])[] = [
  ["product-product-changed", "product", "product.changed"],
  ["product-order-paid", "order", "order.paid"],
  ["product-order-cancelled", "order", "order.cancelled"],
  ["product-order-closed", "order", "order.closed"],
  ["order-pay-succeeded", "pay", "pay.succeeded"],
  ["order-stock-committed", "product", "product.stock_committed"],
  ["pay-order-payment-rejected", "order", "order.payment_rejected"],
  ["pay-order-closed", "order", "order.closed"],
  ["cart-order-created", "order", "order.created"],
];

/** What they do may be done again: NATS alone knows whether they did it. */
const forgetful: readonly string[] = ["product-product-changed"];

async function unpublished(books: Books, grace: Grace): Promise<string[]> {
  const untold = await books.product<{ product_id: bigint }[]>`
    SELECT product_id FROM stock_change
    WHERE create_time < now() - ${grace.ms} * interval '1 ms' LIMIT ${breachesMax}`;
  const found = await Promise.all(bookNames.map(async (name) => {
    const rows = await books[name]<{ id: string; subject: string }[]>`
      SELECT id, subject FROM outbox
      WHERE published_at IS NULL AND occurred_at < now() - ${grace.ms} * interval '1 ms'
      LIMIT ${breachesMax}`;
    return rows.map(({ id, subject }) => `${name}: ${subject} ${id} is not published`);
  }));
  const changes = untold.map((row) => `the stock of product ${row.product_id} is not told of`);
  return [...changes, ...found.flat()].slice(0, breachesMax);
}

/** Events that are a consumer's business; what is not leaves nothing in its inbox. */
const concerns: Readonly<Record<string, (payload: Uint8Array) => boolean>> = {
  "cart-order-created": (payload) => eventMessage(OrderCreatedSchema, payload).fromCart,
};

/** The inbox has one row an event by its key, so what is there was consumed once. */
async function unconsumed(books: Books, grace: Grace): Promise<string[]> {
  const remembering = consumers.filter(([consumer]) => !forgetful.includes(consumer));
  const found = await Promise.all(remembering.map(async ([consumer, owner, subject]) => {
    const name = bookNames.find((book) => consumer.startsWith(`${book}-`)) ?? owner;
    const published = await books[owner]<{ id: string; payload: Uint8Array }[]>`
      SELECT id, payload FROM outbox
      WHERE subject = ${subject} AND event_id IS NULL
        AND occurred_at BETWEEN now() - interval '1 hour'
                            AND now() - ${grace.ms} * interval '1 ms'
      LIMIT 20000`;
    const events = published.filter(({ payload }) => concerns[consumer]?.(payload) ?? true);
    const seen = await books[name]<{ event_id: string }[]>`
      SELECT event_id FROM inbox
      WHERE consumer = ${consumer} AND event_id = ANY (${events.map(({ id }) => id)}::uuid[])`;
    const known = new Set(seen.map((row) => row.event_id));
    return events.filter(({ id }) => !known.has(id))
      .map(({ id }) => `${consumer} has not consumed ${id}`);
  }));
  return found.flat().slice(0, breachesMax);
}

async function deadLetters(books: Books): Promise<string[]> {
  const found = await Promise.all(bookNames.map(async (name) => {
    const rows = await books[name]<{ consumer: string; event_id: string; error: string }[]>`
      SELECT consumer, event_id, error FROM dead_letter WHERE state = 1
      LIMIT ${breachesMax}`;
    return rows.map(({ consumer, event_id, error }) => `${consumer} gave ${event_id} up: ${error}`);
  }));
  return found.flat().slice(0, breachesMax);
}

export const eventInvariants: readonly Invariant[] = [
  { rule: "events: all are published", check: unpublished },
  { rule: "events: all are consumed, once", check: unconsumed },
  { rule: "events: none was given up", check: deadLetters },
];
