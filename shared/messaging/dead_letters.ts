/** Events that could not be consumed: kept, listed, and settled when they were after all. */
import type { Cursor } from "../paging.ts";
import { type Fragment, keysetAfter } from "../postgres/keyset.ts";
import type { Sql, Tx } from "../postgres/pool.ts";
import { payloadMax } from "./event.ts";
import type { InboxKey } from "./inbox.ts";
import { newUuid } from "./uuid.ts";

/** What became of a letter, as the database and `ops.v1.DeadLetterState` have it. */
export const deadLetterState = { waiting: 1, replayed: 2, discarded: 3 } as const;

/** One of `deadLetterState`. */
export type DeadLetterState = typeof deadLetterState[keyof typeof deadLetterState];

/** A letter as an operator sees it. */
export interface DeadLetter {
  /** Its number in this service, positive. */
  readonly number: bigint;
  readonly consumer: string;
  /** A UUID, or where it lay in its stream if that could not be read. */
  readonly eventId: string;
  readonly subject: string;
  readonly type: string;
  /** Null when it is larger than an event of ours can be. */
  readonly payload: Uint8Array | null;
  readonly traceparent: string | null;
  readonly occurredAt: Date;
  readonly error: string;
  /** How often it was delivered, replays included. */
  readonly deliveries: number;
  readonly state: DeadLetterState;
  /** It was sent again, and neither handled nor given up since. */
  readonly isUnderWay: boolean;
  readonly failedAt: Date;
  /** When it was handled after all or put aside. */
  readonly settledAt: Date | null;
}

/** A letter to be written. */
export interface NewDeadLetter {
  readonly consumer: string;
  readonly eventId: string;
  readonly subject: string;
  readonly type: string;
  readonly source: string;
  readonly traceparent: string | null;
  readonly payload: Uint8Array;
  readonly occurredAt: Date;
  readonly error: string;
  readonly deliveries: number;
}

const errorLengthMax = 500;

/**
 * Writes the letter; one that exists for this event and consumer waits again with the new failure,
 * unless it was put aside: then it stays so. Its deliveries count on when it was sent again, and
 * not when a crash makes it be written twice.
 */
export async function writeDeadLetter(sql: Sql | Tx, letter: NewDeadLetter): Promise<void> {
  const { discarded, waiting } = deadLetterState;
  await sql`
    INSERT INTO dead_letter AS known
      (id, consumer, event_id, subject, type, source, traceparent, payload, occurred_at, error,
       deliveries)
    VALUES
      (${newUuid()}, ${letter.consumer}, ${letter.eventId}, ${letter.subject}, ${letter.type},
       ${letter.source}, ${letter.traceparent}, ${letter.payload}, ${letter.occurredAt},
       ${letter.error.slice(0, errorLengthMax)}, ${letter.deliveries})
    ON CONFLICT ON CONSTRAINT dead_letter_once DO UPDATE
    SET error = excluded.error, failed_at = now(), replayed_at = NULL,
        deliveries = CASE WHEN known.replayed_at IS NULL
                          THEN greatest(known.deliveries, excluded.deliveries)
                          ELSE known.deliveries + excluded.deliveries END,
        state = CASE known.state WHEN ${discarded} THEN known.state ELSE ${waiting} END,
        settled_at = CASE known.state WHEN ${discarded} THEN known.settled_at END`;
}

/** Which letters; absent members mean all. */
export interface DeadLetterFilter {
  readonly consumer?: string;
  readonly state?: number;
}

/** Up to `limit` letters after `after`, newest first by (`failedAt`, `number`). One query. */
export async function listDeadLetters(
  sql: Sql,
  { consumer, state }: DeadLetterFilter,
  after: Cursor<bigint> | undefined,
  limit: number,
): Promise<DeadLetter[]> {
  const keyset = { value: sql`failed_at`, id: sql`number`, kind: "time" } as const;
  return await sql<DeadLetter[]>`
    SELECT ${columns(sql)} FROM dead_letter
    WHERE true
      ${consumer === undefined ? sql`` : sql`AND consumer = ${consumer}`}
      ${state === undefined ? sql`` : sql`AND state = ${state}::int`}
      ${keysetAfter(sql, keyset, after)}
    ORDER BY failed_at DESC, number DESC
    LIMIT ${limit}`;
}

/** The letter of this number. */
export async function findDeadLetter(
  sql: Sql | Tx,
  number: bigint,
): Promise<DeadLetter | undefined> {
  const [letter] = await sql<DeadLetter[]>`
    SELECT ${columns(sql)} FROM dead_letter WHERE number = ${number}`;
  return letter;
}

function columns(sql: Sql | Tx): Fragment {
  return sql`
    number, consumer, event_id AS "eventId", subject, type, traceparent,
    CASE WHEN octet_length(payload) <= ${payloadMax} THEN payload END AS payload,
    occurred_at AS "occurredAt", error, deliveries, state,
    state = 1 AND replayed_at IS NOT NULL AS "isUnderWay",
    failed_at AS "failedAt", settled_at AS "settledAt"`;
}

/** How many letters wait for an operator or on their way: more than none deserves a look. */
export async function countDeadLetters(sql: Sql): Promise<number> {
  const [row] = await sql<[{ waiting: bigint }]>`
    SELECT count(*) AS waiting FROM dead_letter WHERE state = 1`;
  return Number(row.waiting);
}

/** Notes that a replay was handled, whatever was thought of its letter meanwhile. */
export async function settleReplay(sql: Sql, { consumer, eventId }: InboxKey): Promise<void> {
  const { replayed } = deadLetterState;
  await sql`
    UPDATE dead_letter SET state = ${replayed}, settled_at = now()
    WHERE consumer = ${consumer} AND event_id = ${eventId} AND state <> ${replayed}`;
}
