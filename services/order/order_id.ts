/**
 * Order ids: 28 decimal digits that sort by time, are unique without coordination, and end in
 * the user's shard, so that reading one order and listing a user's orders meet the same shard.
 *
 *   20220609123456789 0482913 0123
 *   UTC time in ms    random  user id modulo 10,000
 */

/** Shards that the last four digits tell apart. */
const shardCount = 10_000n;
/** Two orders of one shard in one millisecond collide once in this many. */
const randomCount = 10_000_000;

export interface OrderIdParts {
  readonly userId: bigint;
  /** Unix milliseconds. */
  readonly nowMs: number;
  /** From 0 up to, not including, 1. */
  readonly random: number;
}

/** Makes an id; a collision is refused by the table's primary key and the caller tries again. */
export function newOrderId({ userId, nowMs, random }: OrderIdParts): string {
  const time = new Date(nowMs).toISOString().replaceAll(/\D/g, "");
  const noise = String(Math.floor(random * randomCount)).padStart(7, "0");
  const shard = String(userId % shardCount).padStart(4, "0");
  return `${time}${noise}${shard}`;
}

/** Whether `text` has the shape of an order id. */
export function isOrderId(text: string): boolean {
  return /^\d{24,32}$/.test(text);
}
