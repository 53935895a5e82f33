/** The event that every write of a product leaves, in the write's own transaction. */
import { ProductChangedSchema } from "../../../proto/gen/product/v1/product_event_pb.ts";
import { type NewEvent, newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox } from "../../../shared/messaging/outbox.ts";
import type { Tx } from "../../../shared/postgres/pool.ts";
import { productStatus } from "../product.ts";

/** What a write of a product returns. */
export interface ChangedRow {
  readonly id: bigint;
  readonly version: bigint;
  readonly status: number;
  /** Its category and all above it. */
  readonly category_path: readonly bigint[];
}

export interface AnnounceOptions {
  /** The categories that it was in before, with all above them. */
  readonly before?: readonly bigint[];
  /** Only the stock changed: no list is another than before. */
  readonly stockOnly?: boolean;
}

/** Tells caches of each changed product, at most 1,000. */
export async function announceChanges(
  tx: Tx,
  changed: readonly ChangedRow[],
  options: AnnounceOptions = {},
): Promise<void> {
  await appendOutbox(tx, productChanges(changed, options));
}

/** The event of each changed product. */
export function productChanges(
  changed: readonly ChangedRow[],
  { before = [], stockOnly = false }: AnnounceOptions = {},
): NewEvent[] {
  return changed.map(({ id, version, status, category_path }) => {
    const change = {
      productId: id,
      version,
      categoryIds: [...new Set([...category_path, ...before])],
      deleted: status === productStatus.deleted,
      stockOnly,
    };
    return newEvent(ProductChangedSchema, change, { subject: "product.changed" });
  });
}
