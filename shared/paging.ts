/**
 * Keyset paging: a page continues after the last row of the one before, by (sort value, id), so
 * that nothing is skipped or repeated whatever is inserted or deleted meanwhile.
 *
 * In SQL, with both columns in one direction and an index on both:
 * ```sql
 * WHERE (create_time, id) < ($value, $last_id)   -- with last_id
 * WHERE create_time < $value                     -- without
 * ORDER BY create_time DESC, id DESC LIMIT $ps + 1
 * ```
 * Ascending the same with `>` and ASC. Text ids compare as in SQL's `COLLATE "C"`.
 *
 * Without `last_id` a page starts strictly after the value, as in the series: of rows that share
 * their value with the last row of a page, those that did not fit are skipped. No row is repeated,
 * and the walk ends.
 */

/** Highest first, or lowest first. Ids go the same way. */
export type SortDirection = "desc" | "asc";

/** Where a row stands in a list. */
export interface Position<Id> {
  readonly value: bigint;
  readonly id: Id;
}

/** Where a page starts: after this. Without `lastId`, after all rows of this value. */
export interface Cursor<Id> {
  readonly value: bigint;
  readonly lastId?: Id;
}

/** Some rows of a list. */
export interface Page<T, Id> {
  readonly items: readonly T[];
  readonly isEnd: boolean;
  /** The position of the last item, for the next page; undefined if there are no items. */
  readonly last: Position<Id> | undefined;
}

export const pageSizeDefault = 20;
export const pageSizeMax = 50;

/** The page size that is meant: an illegal one (not whole, below 1, above 50) becomes 20. */
export function pageSize(ps: unknown): number {
  const size = typeof ps === "bigint" ? Number(ps) : ps;
  if (typeof size !== "number" || !Number.isInteger(size)) return pageSizeDefault;
  return size >= 1 && size <= pageSizeMax ? size : pageSizeDefault;
}

/**
 * The cursor of a request; undefined for the first page. As on the wire, 0 and "" are absent. A
 * list whose sort values may be 0 sends `wireValue()` and says so in `zeroBased`, as otherwise a
 * page that ends on 0 would be followed by the first one.
 */
export function readCursor<Id extends bigint | string>(
  cursor: bigint | undefined,
  lastId: Id | undefined,
  { zeroBased = false }: { zeroBased?: boolean } = {},
): Cursor<Id> | undefined {
  if (cursor === undefined || cursor === 0n) return undefined;
  const value = zeroBased ? cursor - 1n : cursor;
  return lastId ? { value, lastId } : { value };
}

/** The cursor on the wire for a sort value that may be 0 (sales, a rating, a price). */
export function wireValue(value: bigint): bigint {
  return value + 1n;
}

/** Makes a page of up to `ps + 1` rows: the row too many only tells that there are more. */
export function cutPage<T, Id>(
  rows: readonly T[],
  ps: number,
  positionOf: (row: T) => Position<Id>,
): Page<T, Id> {
  const items = rows.slice(0, ps);
  const last = items.at(-1);
  return {
    items,
    isEnd: rows.length <= ps,
    last: last === undefined ? undefined : positionOf(last),
  };
}

/** Whether a row comes after the cursor: the condition of the SQL above, for other stores. */
export function isAfter<Id extends bigint | string>(
  position: Position<Id>,
  cursor: Cursor<Id> | undefined,
  direction: SortDirection = "desc",
): boolean {
  if (cursor === undefined) return true;
  const { value, lastId } = cursor;
  if (position.value === value && lastId !== undefined) {
    return direction === "desc" ? position.id < lastId : position.id > lastId;
  }
  return direction === "desc" ? position.value < value : position.value > value;
}

/** The order of a list, for sorting rows in memory. */
export function comparePositions<Id extends bigint | string>(
  one: Position<Id>,
  other: Position<Id>,
  direction: SortDirection = "desc",
): number {
  const { value, id } = other;
  if (one.value === value && one.id === id) return 0;
  return isAfter(one, { value, lastId: id }, direction) ? 1 : -1;
}
