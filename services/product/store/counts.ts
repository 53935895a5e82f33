/** Sales and ratings, which many events add to: noted by the event, added up in batches. */
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import { announceChanges, type ChangedRow } from "./product_events.ts";

/** Pieces sold, or come back if negative. */
export interface SoldLine {
  readonly productId: bigint;
  readonly pieces: bigint;
}

/** Notes what was sold, in the transaction of the sale. At most 1,000 lines. */
export async function noteSales(tx: Tx, lines: readonly SoldLine[]): Promise<void> {
  if (lines.length === 0) return;
  const rows = lines.map(({ productId, pieces }) => ({ product_id: productId, sales: pieces }));
  await tx`INSERT INTO product_count ${tx(rows)}`;
}

/** Notes a rating of 1 to 5, in the transaction of its comment. */
export async function noteRating(tx: Tx, productId: bigint, rating: number): Promise<void> {
  await tx`
    INSERT INTO product_count (product_id, rating_sum, rating_count)
    VALUES (${productId}, ${rating}, 1)`;
}

export interface CountStore {
  /** Adds what was noted to the products, at most `limit` notes; answers how many it took. */
  addUpCounts(limit: number): Promise<number>;
}

/** So many notes at most become one transaction: no more products than one call announces. */
const notesMax = 1_000;

/** Creates the store on the product service's own database. */
export function createCountStore(sql: Sql): CountStore {
  return {
    addUpCounts: (limit) => {
      return inTransaction(sql, (tx) => addUpCounts(tx, Math.min(limit, notesMax)));
    },
  };
}

/**
 * A note that cannot be true is bent to what can, so that it does not keep all others waiting.
 * What a second instance has in hand is skipped, not waited for. The products are locked in the
 * order of their ids, as every write of several products does.
 */
async function addUpCounts(tx: Tx, limit: number): Promise<number> {
  const notes = await tx<NoteRow[]>`
    DELETE FROM product_count WHERE id = ANY (ARRAY(
      SELECT id FROM product_count ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED))
    RETURNING product_id, sales, rating_sum, rating_count`;
  if (notes.length === 0) return 0;
  const sums = [...sumByProduct(notes).entries()];
  const column = (name: CountName) => sums.map(([, sum]) => String(sum[name]));
  const ids = sums.map(([id]) => String(id));
  await tx`SELECT FROM product WHERE id = ANY (${ids}::bigint[]) ORDER BY id FOR NO KEY UPDATE`;
  const changed = await tx<ChangedRow[]>`
    UPDATE product SET sales = greatest(0, product.sales + noted.sales),
                       (rating_count, rating_sum) = (
                         SELECT ratings, least(greatest(total, ratings), ratings * 5)
                         FROM (SELECT greatest(0, product.rating_count + noted.rating_count),
                                      product.rating_sum + noted.rating_sum)
                           AS counted (ratings, total))
    FROM unnest(${ids}::bigint[], ${column("sales")}::bigint[], ${column("rating_sum")}::bigint[],
                ${column("rating_count")}::bigint[])
      AS noted (id, sales, rating_sum, rating_count)
    WHERE product.id = noted.id
    RETURNING product.id, version, status, category_path(category_id) AS category_path`;
  await announceChanges(tx, changed);
  return notes.length;
}

type CountName = "sales" | "rating_sum" | "rating_count";
type Counts = Readonly<Record<CountName, bigint>>;
type NoteRow = Counts & { readonly product_id: bigint };

function sumByProduct(notes: readonly NoteRow[]): Map<bigint, Counts> {
  const sums = new Map<bigint, Counts>();
  for (const note of notes) {
    const sum = sums.get(note.product_id);
    sums.set(note.product_id, {
      sales: note.sales + (sum?.sales ?? 0n),
      rating_sum: note.rating_sum + (sum?.rating_sum ?? 0n),
      rating_count: note.rating_count + (sum?.rating_count ?? 0n),
    });
  }
  return sums;
}
