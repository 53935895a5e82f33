/** The table that makes an effect happen once, however often its event comes. */
import { crashPoint } from "../crash_point.ts";
import type { Sql, Tx } from "../postgres/pool.ts";
import { inTransaction } from "../postgres/transaction.ts";

/** An event as one consumer sees it. */
export interface InboxKey {
  readonly consumer: string;
  readonly eventId: string;
}

/** Whether the effect has happened. */
export async function isConsumed(sql: Sql, key: InboxKey): Promise<boolean> {
  const rows = await sql`
    SELECT FROM inbox WHERE consumer = ${key.consumer} AND event_id = ${key.eventId}`;
  return rows.length > 0;
}

/**
 * Runs `effect` in the transaction that records the event, unless it is recorded already; says
 * whether it ran. A second delivery at the same time waits for the first one's commit.
 */
export async function consumeOnce(
  sql: Sql,
  key: InboxKey,
  effect: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  const ran = await inTransaction(sql, async (tx) => {
    const { count } = await tx`
      INSERT INTO inbox (consumer, event_id) VALUES (${key.consumer}, ${key.eventId})
      ON CONFLICT DO NOTHING`;
    if (count === 0) return false;
    await effect(tx);
    crashPoint("consumer.before_commit");
    return true;
  });
  crashPoint("consumer.after_commit");
  return ran;
}
