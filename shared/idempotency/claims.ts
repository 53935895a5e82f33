/**
 * Idempotency keys: a client's key for one intended effect is claimed, the effect is made under an
 * id that the claim keeps, and the answer is written in the effect's own transaction. A call that
 * died leaves a claim that the next one with the same key takes over, id and all; one that was
 * only slow finds its lease gone and cannot write its effect any more. The table `idempotency_key`
 * is the service's own.
 */
import { createHash } from "node:crypto";
import type { Fragment } from "../postgres/keyset.ts";
import type { Sql, Tx } from "../postgres/pool.ts";
import { keyInFlight } from "./refusals.ts";

/** A key is a person's own: others may use the same word. */
export interface ClaimKey {
  readonly userId: bigint;
  readonly key: string;
}

/** The right to go on with a key: it ends with its time, or when somebody else takes over. */
export interface Lease extends ClaimKey {
  /** When it was given, by the clock of the database. */
  readonly from: Date;
  /** No two leases of a key end at the same time, so this tells them apart. */
  readonly until: Date;
}

/** What a key is claimed for. */
export interface ClaimWish extends ClaimKey {
  readonly requestHash: Uint8Array;
  /** Of what is to be made, for a key that is new. */
  readonly subjectId: string;
}

/** What became of a claim. */
export type Claim =
  /** Go on, with this id: that of an earlier call that died, or the new one. */
  | { readonly kind: "mine"; readonly subjectId: string; readonly lease: Lease }
  | { readonly kind: "answered"; readonly answer: Uint8Array }
  | { readonly kind: "in_flight" }
  | { readonly kind: "reused" };

export interface ClaimStore {
  /** Claims a key for a while. One query, two when the key is known. */
  claim(wish: ClaimWish): Promise<Claim>;
  /** Another id for a claim whose first one cannot be used any more. Refuses as `answerClaim()`. */
  renew(lease: Lease, subjectId: string): Promise<void>;
  /**
   * Nothing was done and nothing may have been: the key is as if it had never come. Answers false
   * if somebody else has taken over: then it is theirs.
   */
  drop(lease: Lease): Promise<boolean>;
  /** It is not known what was done: whoever repeats may go on at once. */
  leave(lease: Lease): Promise<void>;
  /** Deletes keys that are older than a day, at most `limit`; answers how many. */
  sweep(limit: number): Promise<number>;
}

/** Longer than any call may take, in milliseconds. */
const leaseMs = 30_000;

/** Creates the store on a service's own database. */
export function createClaimStore(sql: Sql): ClaimStore {
  return {
    async claim({ userId, key, requestHash, subjectId }) {
      const [mine] = await sql<{ subject_id: string; lease_until: Date; lease_from: Date }[]>`
        INSERT INTO idempotency_key AS known (user_id, key, request_hash, subject_id, lease_until)
        VALUES (${userId}, ${key}, ${requestHash}, ${subjectId},
                now() + ${leaseMs} * interval '1 ms')
        ON CONFLICT (user_id, key) DO UPDATE SET lease_until = excluded.lease_until
        WHERE known.answer IS NULL AND known.lease_until <= now()
          AND known.request_hash = excluded.request_hash
        RETURNING subject_id, lease_until, now()::timestamptz(3) AS lease_from`;
      if (mine !== undefined) {
        const lease = { userId, key, from: mine.lease_from, until: mine.lease_until };
        return { kind: "mine", subjectId: mine.subject_id, lease };
      }
      const [row] = await sql<{ same: boolean; answer: Uint8Array | null }[]>`
        SELECT request_hash = ${requestHash} AS same, answer FROM idempotency_key
        WHERE user_id = ${userId} AND key = ${key}`;
      if (row === undefined) return { kind: "in_flight" };
      if (!row.same) return { kind: "reused" };
      return row.answer === null ? { kind: "in_flight" } : { kind: "answered", answer: row.answer };
    },
    async renew(lease, subjectId) {
      const { count } = await sql`
        UPDATE idempotency_key SET subject_id = ${subjectId}
        WHERE ${isHeld(sql, lease)}`;
      if (count === 0) throw keyInFlight();
    },
    async drop({ userId, key, until }) {
      const { count } = await sql`
        DELETE FROM idempotency_key
        WHERE user_id = ${userId} AND key = ${key} AND answer IS NULL AND lease_until = ${until}`;
      return count > 0;
    },
    async leave({ userId, key, until }) {
      await sql`
        UPDATE idempotency_key SET lease_until = now()
        WHERE user_id = ${userId} AND key = ${key} AND answer IS NULL AND lease_until = ${until}`;
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

/**
 * Writes the first answer, in the transaction of the effect. Refuses with Aborted IN_FLIGHT when
 * the lease is over: others may rely on it that the effect does not come any more.
 */
export async function answerClaim(tx: Tx, lease: Lease, answer: Uint8Array): Promise<void> {
  const { count } = await tx`
    UPDATE idempotency_key SET answer = ${answer} WHERE ${isHeld(tx, lease)}`;
  if (count === 0) throw keyInFlight();
}

/** The condition on the row of `idempotency_key` that this lease still holds. */
export function isHeld(sql: Sql | Tx, { userId, key, until }: Lease): Fragment {
  return sql`user_id = ${userId} AND key = ${key} AND answer IS NULL
    AND lease_until = ${until} AND lease_until > now()`;
}

/** The hash of what was asked: plain members, in their order. */
export function requestHash(wish: object): Uint8Array {
  const text = JSON.stringify(wish, (_name, value) => {
    return typeof value === "bigint" ? `${value}` : value;
  });
  return createHash("sha256").update(text).digest();
}
