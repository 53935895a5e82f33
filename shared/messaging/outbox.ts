/** The table of events that must be published, and everything that is asked of it. */
import type { Sql, Tx } from "../postgres/pool.ts";
import type { NewEvent } from "./event.ts";
import type { StreamPlace } from "./stream.ts";

/** The channel on which a commit wakes the relays. */
export const outboxChannel = "outbox";

/** One call takes this many events at most: one row of parameters each. */
const appendMax = 1_000;

/**
 * Writes events into the caller's transaction: they are published if, and only if, it commits.
 * Throws `RangeError` for more than 1,000.
 */
export async function appendOutbox(tx: Tx, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return;
  if (events.length > appendMax) throw new RangeError(`more than ${appendMax} events at once`);
  const rows = events.map((event) => ({
    id: event.id,
    subject: event.subject,
    type: event.type,
    traceparent: event.traceparent,
    payload: event.payload,
    occurred_at: event.occurredAt,
  }));
  // One statement: an order's checkout is a handful of them.
  await tx`
    WITH written AS (INSERT INTO outbox ${tx(rows)} RETURNING 1)
    SELECT pg_notify(${outboxChannel}, '') FROM (SELECT count(*) FROM written) AS done`;
}

/** Wakes the relays when the transaction commits. */
export async function notifyOutbox(tx: Tx): Promise<void> {
  await tx`SELECT pg_notify(${outboxChannel}, '')`;
}

/** A row that a relay has taken. */
export interface OutboxRow {
  readonly id: string;
  readonly event_id: string | null;
  readonly subject: string;
  readonly type: string;
  readonly source: string | null;
  readonly target: string | null;
  readonly traceparent: string | null;
  readonly payload: Uint8Array;
  readonly occurred_at: Date;
  readonly attempts: number;
}

/**
 * Takes up to `limit` rows for `leaseMs`. The transaction ends here: nothing is locked while NATS
 * is asked, and a relay that dies gives its rows back by the clock.
 */
export async function claimOutbox(
  sql: Sql,
  { limit, leaseMs }: { readonly limit: number; readonly leaseMs: number },
): Promise<readonly OutboxRow[]> {
  const rows = await sql<(OutboxRow & { republished: number })[]>`
    UPDATE outbox
    SET available_at = now() + ${leaseMs} * interval '1 ms', attempts = attempts + 1
    WHERE id = ANY (ARRAY(
      SELECT id FROM outbox
      WHERE published_at IS NULL AND available_at <= now()
      ORDER BY republished, id
      LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    ))
    RETURNING id, event_id, subject, type, source, target, traceparent, payload, occurred_at,
              attempts, republished`;
  // RETURNING has no order of its own.
  return rows.toSorted((a, b) => a.republished - b.republished || (a.id < b.id ? -1 : 1));
}

/** Where the stream keeps a published row. The epoch is null for another service's stream. */
export interface PublishedRow {
  readonly id: string;
  readonly stream: string;
  readonly epoch: string | null;
  readonly seq: number;
}

/** Notes what the stream has acknowledged. */
export async function markPublished(sql: Sql, rows: readonly PublishedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    UPDATE outbox SET published_at = now(), stream = done.stream, stream_epoch = done.epoch,
                      stream_seq = done.seq
    FROM unnest(
      ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.stream)}::text[],
      ${rows.map((row) => row.epoch)}::text[], ${rows.map((row) => row.seq)}::bigint[]
    ) AS done (id, stream, epoch, seq)
    WHERE outbox.id = done.id AND published_at IS NULL`;
}

/** Gives rows back that were not published, each after its own pause. */
export async function postponeOutbox(
  sql: Sql,
  rows: readonly { readonly id: string; readonly pauseMs: number }[],
): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    UPDATE outbox SET available_at = now() + late.pause_ms * interval '1 ms'
    FROM unnest(
      ${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.pauseMs)}::float8[]
    ) AS late (id, pause_ms)
    WHERE outbox.id = late.id AND published_at IS NULL`;
}

/** Rows that one statement of a sweep touches. */
const sweepBatch = 1_000;
const sweepBatchesMax = 100_000;

/**
 * Puts rows of the last `windowMs` back that the stream no longer has, and counts them. JetStream
 * acknowledges before it has synced, so it may come back without its end, or without anything.
 * A row is lost when
 *  - it lies in an earlier incarnation of the stream;
 *  - its place is beyond the stream's end;
 *  - a row published later has the same place: the stream lost its end and has grown again.
 * What was consumed before it was lost is published again too: nobody here can know. The
 * consumers' inboxes make that harmless. The window is how far a consumer may lag and still lose
 * nothing when a stream is wiped.
 */
export async function requeueLost(
  sql: Sql,
  place: StreamPlace,
  { windowMs }: { readonly windowMs: number },
): Promise<number> {
  let total = 0;
  for (let batch = 0; batch < sweepBatchesMax; batch++) {
    const { count } = await sql`
      UPDATE outbox
      SET published_at = NULL, republished = republished + 1, attempts = 0, available_at = now(),
          stream = NULL, stream_epoch = NULL, stream_seq = NULL
      WHERE id = ANY (ARRAY(
        SELECT id FROM outbox AS row
        WHERE published_at > now() - ${windowMs} * interval '1 ms'
          AND stream = ${place.name}
          AND stream_epoch IS NOT NULL
          AND (
            stream_epoch <> ${place.epoch}
            OR stream_seq > ${place.lastSeq}
            OR EXISTS (
              SELECT FROM outbox AS later
              WHERE later.stream = row.stream
                AND later.stream_epoch = row.stream_epoch
                AND later.stream_seq = row.stream_seq
                AND later.published_at > row.published_at
            )
          )
        LIMIT ${sweepBatch}
        FOR UPDATE SKIP LOCKED
      ))`;
    total += count;
    if (count < sweepBatch) break;
  }
  return total;
}

/** What waits to be published. */
export interface OutboxBacklog {
  readonly waiting: number;
  /** The age of the oldest event that waits, in milliseconds; 0 if none does. */
  readonly oldestMs: number;
}

/** For metrics and audits: a backlog that grows or ages means that NATS or the relays are away. */
export async function outboxBacklog(sql: Sql): Promise<OutboxBacklog> {
  const [row] = await sql<[{ waiting: bigint; oldest_ms: number }]>`
    SELECT count(*) AS waiting,
           coalesce(extract(epoch FROM now() - min(occurred_at)) * 1000, 0)::float8 AS oldest_ms
    FROM outbox WHERE published_at IS NULL`;
  return { waiting: Number(row.waiting), oldestMs: Math.max(0, row.oldest_ms) };
}
