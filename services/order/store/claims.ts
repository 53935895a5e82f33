/** All SQL of idempotency keys, but the part that is in an order's own transaction. */
import type { Sql } from "../../../shared/postgres/pool.ts";

/** What a key is claimed for. */
export interface ClaimWish {
  readonly userId: bigint;
  readonly key: string;
  readonly requestHash: Uint8Array;
  /** For a key that is new. */
  readonly orderId: string;
}

/** What became of a claim. */
export type Claim =
  /** Go on, with this order id: one of an earlier call that died, or the new one. */
  | { readonly kind: "mine"; readonly orderId: string }
  | { readonly kind: "answered"; readonly answer: Uint8Array }
  | { readonly kind: "in_flight" }
  | { readonly kind: "reused" };

export interface ClaimStore {
  /** Claims a key for a while. One query, two when the key is known. */
  claim(wish: ClaimWish): Promise<Claim>;
  /** Another order id for a claim whose first one cannot be used any more. */
  renew(wish: Pick<ClaimWish, "userId" | "key">, orderId: string): Promise<void>;
  /** Nothing was done and nothing may have been: the key is as if it had never come. */
  drop(wish: Pick<ClaimWish, "userId" | "key">): Promise<void>;
  /** It is not known what was done: whoever repeats may go on at once. */
  leave(wish: Pick<ClaimWish, "userId" | "key">): Promise<void>;
  /** Deletes keys that are older than a day, at most `limit`; answers how many. */
  sweep(limit: number): Promise<number>;
}

/** Longer than any call may take, in milliseconds. */
const leaseMs = 30_000;

/** Creates the store on the order service's own database. */
export function createClaimStore(sql: Sql): ClaimStore {
  return {
    async claim({ userId, key, requestHash, orderId }) {
      const [mine] = await sql<{ order_id: string }[]>`
        INSERT INTO idempotency_key AS known (user_id, key, request_hash, order_id, lease_until)
        VALUES (${userId}, ${key}, ${requestHash}, ${orderId},
                now() + ${leaseMs} * interval '1 ms')
        ON CONFLICT (user_id, key) DO UPDATE SET lease_until = excluded.lease_until
        WHERE known.answer IS NULL AND known.lease_until <= now()
          AND known.request_hash = excluded.request_hash
        RETURNING order_id`;
      if (mine !== undefined) return { kind: "mine", orderId: mine.order_id };
      const [row] = await sql<{ same: boolean; answer: Uint8Array | null }[]>`
        SELECT request_hash = ${requestHash} AS same, answer FROM idempotency_key
        WHERE user_id = ${userId} AND key = ${key}`;
      if (row === undefined) return { kind: "in_flight" };
      if (!row.same) return { kind: "reused" };
      return row.answer === null ? { kind: "in_flight" } : { kind: "answered", answer: row.answer };
    },
    async renew({ userId, key }, orderId) {
      await sql`
        UPDATE idempotency_key SET order_id = ${orderId}
        WHERE user_id = ${userId} AND key = ${key} AND answer IS NULL`;
    },
    async drop({ userId, key }) {
      await sql`
        DELETE FROM idempotency_key
        WHERE user_id = ${userId} AND key = ${key} AND answer IS NULL`;
    },
    async leave({ userId, key }) {
      await sql`
        UPDATE idempotency_key SET lease_until = now()
        WHERE user_id = ${userId} AND key = ${key} AND answer IS NULL`;
    },
    async sweep(limit) {
      const { count } = await sql`
        DELETE FROM idempotency_key WHERE (user_id, key) IN (
          SELECT user_id, key FROM idempotency_key
          WHERE create_time < now() - interval '1 day' LIMIT ${limit})`;
      return count;
    },
  };
}
