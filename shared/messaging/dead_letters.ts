/** Events that could not be consumed: kept, listed, replayed. */
import { inTransaction } from "../postgres/transaction.ts";
import type { Sql, Tx } from "../postgres/pool.ts";
import { notifyOutbox } from "./outbox.ts";
import { newUuid } from "./uuid.ts";

export interface DeadLetter {
  readonly id: string;
  readonly consumer: string;
  readonly eventId: string;
  readonly subject: string;
  readonly type: string;
  readonly source: string;
  readonly occurredAt: Date;
  readonly error: string;
  readonly deliveries: number;
  readonly failedAt: Date;
}

/** A letter to be written. */
export interface NewDeadLetter extends Omit<DeadLetter, "id" | "failedAt"> {
  readonly traceparent: string | null;
  readonly payload: Uint8Array;
}

const errorLengthMax = 500;

/** Writes the letter; one that exists for this event and consumer is opened again. */
export async function writeDeadLetter(sql: Sql | Tx, letter: NewDeadLetter): Promise<void> {
  await sql`
    INSERT INTO dead_letter
      (id, consumer, event_id, subject, type, source, traceparent, payload, occurred_at, error,
       deliveries)
    VALUES
      (${newUuid()}, ${letter.consumer}, ${letter.eventId}, ${letter.subject}, ${letter.type},
       ${letter.source}, ${letter.traceparent}, ${letter.payload}, ${letter.occurredAt},
       ${letter.error.slice(0, errorLengthMax)}, ${letter.deliveries})
    ON CONFLICT ON CONSTRAINT dead_letter_once DO UPDATE
    SET error = excluded.error, deliveries = excluded.deliveries, failed_at = now(),
        replayed_at = NULL`;
}

/** The last letter of a page: pass it to get the next one. */
export interface DeadLetterCursor {
  readonly failedAt: Date;
  readonly id: string;
}

const pageMax = 100;

/**
 * Open letters, the newest first, `limit` (100 at most) after `cursor`. Keyset paging: none is
 * skipped or repeated, whatever is added meanwhile.
 */
export async function listDeadLetters(
  sql: Sql,
  { limit = 20, cursor }: { readonly limit?: number; readonly cursor?: DeadLetterCursor } = {},
): Promise<DeadLetter[]> {
  const after = cursor === undefined
    ? sql``
    : sql`AND (failed_at, id) < (${cursor.failedAt}, ${cursor.id})`;
  return await sql<DeadLetter[]>`
    SELECT id, consumer, event_id AS "eventId", subject, type, source,
           occurred_at AS "occurredAt", error, deliveries, failed_at AS "failedAt"
    FROM dead_letter
    WHERE replayed_at IS NULL ${after}
    ORDER BY failed_at DESC, id DESC
    LIMIT ${Math.min(limit, pageMax)}`;
}

/** How many letters are open: more than none deserves somebody's look. */
export async function countDeadLetters(sql: Sql): Promise<number> {
  const [row] = await sql<[{ open: bigint }]>`
    SELECT count(*) AS open FROM dead_letter WHERE replayed_at IS NULL`;
  return Number(row.open);
}

/**
 * Sends open letters again, 100 at most at once, and returns the ids of those that were open.
 *
 * A replay is a new message about the old event: it goes through the outbox like any other, so
 * that marking the letter and sending it are one, and it names the one consumer that failed. The
 * others let it pass, even if they have forgotten by now that they knew the event. The one whose
 * effect never happened has no inbox row, and takes it as at the first time. If it fails again,
 * the same letter is open again.
 */
export async function replayDeadLetters(sql: Sql, ids: readonly string[]): Promise<string[]> {
  if (ids.length > pageMax) throw new RangeError(`more than ${pageMax} letters at once`);
  return await inTransaction(sql, async (tx) => {
    const letters = await tx<ReplayedLetter[]>`
      UPDATE dead_letter SET replayed_at = now()
      WHERE id = ANY (${[...ids]}::uuid[]) AND replayed_at IS NULL
      RETURNING id, consumer, event_id, subject, type, source, traceparent, payload, occurred_at`;
    if (letters.length === 0) return [];
    const rows = letters.map(({ consumer, id: _letter, ...event }) => {
      return { ...event, id: newUuid(), target: consumer };
    });
    await tx`INSERT INTO outbox ${tx(rows)}`;
    await notifyOutbox(tx);
    return letters.map((letter) => letter.id);
  });
}

interface ReplayedLetter {
  readonly id: string;
  readonly consumer: string;
  readonly event_id: string;
  readonly subject: string;
  readonly type: string;
  readonly source: string;
  readonly traceparent: string | null;
  readonly payload: Uint8Array;
  readonly occurred_at: Date;
}
