/** Events: each was published, each was consumed once, and none was given up. */
import {
  type BookName,
  bookNames,
  type Books,
  breachesMax,
  type Grace,
  type Invariant,
} from "./books.ts";

/** Who consumes what: the consumer's name, whose event it is, and the subject. */
const consumers: readonly (readonly [name: string, owner: BookName, subject: string])[] = [
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

async function unpublished(books: Books, grace: Grace): Promise<string[]> {
  const found = await Promise.all(bookNames.map(async (name) => {
    const rows = await books[name]<{ id: string; subject: string }[]>`
      SELECT id, subject FROM outbox
      WHERE published_at IS NULL AND occurred_at < now() - ${grace.ms} * interval '1 ms'
      LIMIT ${breachesMax}`;
    return rows.map(({ id, subject }) => `${name}: ${subject} ${id} is not published`);
  }));
  return found.flat().slice(0, breachesMax);
}

/** The inbox has one row an event by its key, so what is there was consumed once. */
async function unconsumed(books: Books, grace: Grace): Promise<string[]> {
  const found = await Promise.all(consumers.map(async ([consumer, owner, subject]) => {
    const name = bookNames.find((book) => consumer.startsWith(`${book}-`)) ?? owner;
    const events = await books[owner]<{ id: string }[]>`
      SELECT id FROM outbox
      WHERE subject = ${subject} AND event_id IS NULL
        AND occurred_at BETWEEN now() - interval '1 hour'
                            AND now() - ${grace.ms} * interval '1 ms'
      LIMIT 20000`;
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
      SELECT consumer, event_id, error FROM dead_letter WHERE replayed_at IS NULL
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
