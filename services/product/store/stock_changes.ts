/**
 * Changes of stock are noted in their own transaction and told afterwards: many orders of one
 * product make one event, and none of them waits for it.
 */
import { outboxChannel } from "../../../shared/messaging/outbox.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import { announceChanges, type ChangedRow } from "./product_events.ts";

/** Notes of one event batch. */
const notesMax = 1_000;

/** Notes that the stock of these products has changed, in the transaction of the change. */
export async function noteStockChanges(tx: Tx, productIds: readonly string[]): Promise<void> {
  await tx`
    WITH noted AS (
      INSERT INTO stock_change (product_id) SELECT * FROM unnest(${[...productIds]}::bigint[])
      RETURNING 1)
    SELECT pg_notify(${outboxChannel}, '') FROM (SELECT count(*) FROM noted) AS done`;
}

/** Makes events of what was noted, one a product; says whether more may be left. */
export async function composeStockChanges(sql: Sql): Promise<boolean> {
  const [any] = await sql`SELECT 1 FROM stock_change LIMIT 1`;
  if (any === undefined) return false;
  return await inTransaction(sql, async (tx) => {
    const notes = await tx<{ product_id: bigint }[]>`
      DELETE FROM stock_change WHERE id = ANY (ARRAY(
        SELECT id FROM stock_change ORDER BY id LIMIT ${notesMax} FOR UPDATE SKIP LOCKED))
      RETURNING product_id`;
    const ids = [...new Set(notes.map((note) => String(note.product_id)))];
    // Read after the notes, so it is at least the version that they are about.
    const changed = await tx<ChangedRow[]>`
      SELECT id, version, status, '{}'::bigint[] AS category_path FROM product
      WHERE id = ANY (${ids}::bigint[])`;
    await announceChanges(tx, changed, { stockOnly: true });
    return notes.length === notesMax;
  });
}
