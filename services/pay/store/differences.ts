/** All SQL of what platforms and the mall do not agree on. */
import type { Cursor } from "../../../shared/paging.ts";
import { type NewAuditEntry, writeAuditEntry } from "../../../shared/postgres/audit_trail.ts";
import { keysetAfter } from "../../../shared/postgres/keyset.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import type { Platform } from "../provider.ts";

export type DifferenceReason =
  | "AMOUNT"
  | "STATUS"
  | "CURRENCY"
  | "UNKNOWN_TO_PLATFORM"
  | "UNKNOWN_TO_MALL";

export interface NewDifference {
  /** Empty when the mall does not know it. */
  readonly paymentId: string;
  readonly platform: Platform;
  readonly platformNumber: string;
  readonly reason: DifferenceReason;
  readonly mallFen: bigint;
  readonly platformFen: bigint;
}

/** One difference; times are Unix milliseconds, 0 for "not yet". */
export interface Difference extends NewDifference {
  readonly id: bigint;
  readonly foundTime: bigint;
  readonly settledTime: bigint;
}

export interface DifferenceStore {
  /** Up to `limit` after `after`, newest first. One query. */
  list(
    filter: { readonly openOnly: boolean },
    after: Cursor<bigint> | undefined,
    limit: number,
  ): Promise<Difference[]>;
  /** Open ones of these payments. One query. */
  listOpen(paymentIds: readonly string[]): Promise<Difference[]>;
  /** Records that an operator has differences looked for. */
  noteReconciliation(audit: NewAuditEntry): Promise<void>;
}

/** Notes a difference; one that is open already stays one. */
export async function noteDifference(tx: Tx, difference: NewDifference): Promise<void> {
  const { paymentId, platform, platformNumber, reason, mallFen, platformFen } = difference;
  await tx`
    INSERT INTO difference (payment_id, platform, platform_number, reason, mall_fen, platform_fen)
    VALUES (${paymentId}, ${platform}, ${platformNumber}, ${reason}, ${mallFen}, ${platformFen})
    ON CONFLICT DO NOTHING`;
}

/** The books of this payment agree again in these ways. */
export async function settleDifferences(
  tx: Tx,
  paymentId: string,
  reasons: readonly DifferenceReason[],
): Promise<void> {
  await tx`
    UPDATE difference SET settled_time = now()
    WHERE payment_id = ${paymentId} AND reason = ANY (${[...reasons]}::text[])
      AND settled_time IS NULL`;
}

/** Creates the store on the pay service's own database. */
export function createDifferenceStore(sql: Sql): DifferenceStore {
  return {
    async list({ openOnly }, after, limit) {
      const keyset = { value: sql`found_time`, id: sql`id`, kind: "time" } as const;
      const rows = await sql<DifferenceRow[]>`
        SELECT * FROM difference
        WHERE true ${openOnly ? sql`AND settled_time IS NULL` : sql``}
          ${keysetAfter(sql, keyset, after)}
        ORDER BY found_time DESC, id DESC LIMIT ${limit}`;
      return rows.map(toDifference);
    },
    async listOpen(paymentIds) {
      const rows = await sql<DifferenceRow[]>`
        SELECT * FROM difference
        WHERE settled_time IS NULL AND payment_id = ANY (${[...paymentIds]}::text[])
        ORDER BY id`;
      return rows.map(toDifference);
    },
    noteReconciliation: (audit) => inTransaction(sql, (tx) => writeAuditEntry(tx, audit)),
  };
}

interface DifferenceRow {
  readonly id: bigint;
  readonly payment_id: string;
  readonly platform: Platform;
  readonly platform_number: string;
  readonly reason: DifferenceReason;
  readonly mall_fen: bigint;
  readonly platform_fen: bigint;
  readonly found_time: Date;
  readonly settled_time: Date | null;
}

function toDifference(row: DifferenceRow): Difference {
  return {
    id: row.id,
    paymentId: row.payment_id,
    platform: row.platform,
    platformNumber: row.platform_number,
    reason: row.reason,
    mallFen: row.mall_fen,
    platformFen: row.platform_fen,
    foundTime: BigInt(row.found_time.getTime()),
    settledTime: BigInt(row.settled_time?.getTime() ?? 0),
  };
}
