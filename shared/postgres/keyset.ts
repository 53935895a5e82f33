/** The condition of keyset paging in SQL: what comes after a cursor. See shared/paging.ts. */
import type postgres from "postgres";
import type { Cursor, SortDirection } from "../paging.ts";
import type { Sql, Tx } from "./pool.ts";

/** What a sort column holds; `time` is a timestamptz(3), whose cursors are Unix milliseconds. */
export type KeysetKind = "int4" | "int8" | "time";

/** A part of a statement. */
export type Fragment = postgres.PendingQuery<postgres.Row[]>;

/** The columns that a list is sorted by, as fragments. Both go in one direction. */
export interface Keyset {
  readonly value: Fragment;
  readonly id: Fragment;
  readonly kind: KeysetKind;
  /** "desc" by default. */
  readonly direction?: SortDirection;
}

interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

/** What a column of each kind can hold; of times the years 1 to 9999, which both sides can write. */
const ranges: Readonly<Record<KeysetKind, Range>> = {
  int4: { min: -(2n ** 31n), max: 2n ** 31n - 1n },
  int8: { min: -(2n ** 63n), max: 2n ** 63n - 1n },
  time: { min: -62_135_596_800_000n, max: 253_402_300_799_999n },
};

/**
 * `AND (value, id) < (…, …)`, without a last id `AND value < …`, and nothing for the first page;
 * ascending the same with `>`. Any value is taken: of one beyond what the column can hold, all rows
 * are after it or none is.
 */
export function keysetAfter<Id extends bigint | string>(
  sql: Sql | Tx,
  keyset: Keyset,
  after: Cursor<Id> | undefined,
): Fragment {
  if (after === undefined) return sql``;
  const { kind, direction = "desc" } = keyset;
  const { min, max } = ranges[kind];
  if (after.value < min) return direction === "desc" ? sql`AND false` : sql``;
  if (after.value > max) return direction === "desc" ? sql`` : sql`AND false`;
  return within(sql, keyset, after);
}

/** The condition for a value that the column can hold. */
function within<Id extends bigint | string>(
  sql: Sql | Tx,
  { value: column, id, kind, direction = "desc" }: Keyset,
  { value, lastId }: Cursor<Id>,
): Fragment {
  const bound = kind === "time" ? new Date(Number(value)) : value;
  const order = direction === "desc" ? sql`<` : sql`>`;
  if (lastId === undefined) return sql`AND ${column} ${order} ${bound}`;
  return sql`AND (${column}, ${id}) ${order} (${bound}, ${lastId})`;
}
