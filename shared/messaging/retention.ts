/** Keeps the messaging tables small. */
import type { Sql } from "../postgres/pool.ts";
import { streamMaxAgeMs } from "./stream.ts";

export interface RetentionOptions {
  /** Published events are kept so long, in milliseconds. */
  readonly outboxKeepMs?: number;
  /**
   * What was consumed is remembered so long, in milliseconds: longer than the outbox can publish
   * again and the stream then deliver, or an effect could happen twice.
   */
  readonly inboxKeepMs?: number;
  /** Letters are kept so long after they were settled, in milliseconds. Those that wait stay. */
  readonly deadLetterKeepMs?: number;
}

const dayMs = 86_400_000;
const batchRows = 1_000;
/** A run ends after so many batches of each table; the next one goes on. */
const batchesMax = 1_000;

/** Deletes what is old, in small transactions; returns how many rows. */
export async function sweepMessaging(
  sql: Sql,
  signal: AbortSignal,
  options: RetentionOptions = {},
): Promise<number> {
  const { outboxKeepMs = 7 * dayMs, inboxKeepMs = 30 * dayMs } = options;
  const { deadLetterKeepMs = 30 * dayMs } = options;
  if (inboxKeepMs < outboxKeepMs + streamMaxAgeMs) {
    throw new RangeError("the inbox must remember longer than outbox and stream together");
  }
  const old = (ms: number) => sql`now() - ${ms} * interval '1 ms'`;
  const outbox = () =>
    sql`
    DELETE FROM outbox WHERE id = ANY (ARRAY(
      SELECT id FROM outbox WHERE published_at < ${old(outboxKeepMs)} LIMIT ${batchRows}))`;
  const inbox = () =>
    sql`
    DELETE FROM inbox WHERE ctid = ANY (ARRAY(
      SELECT ctid FROM inbox WHERE consumed_at < ${old(inboxKeepMs)} LIMIT ${batchRows}))`;
  const letters = () =>
    sql`
    DELETE FROM dead_letter WHERE id = ANY (ARRAY(
      SELECT id FROM dead_letter WHERE settled_at < ${old(deadLetterKeepMs)} LIMIT ${batchRows}))`;
  let total = 0;
  for (const deleteBatch of [outbox, inbox, letters]) {
    for (let batch = 0; batch < batchesMax && !signal.aborted; batch++) {
      const { count } = await deleteBatch();
      total += count;
      if (count < batchRows) break;
    }
  }
  return total;
}
