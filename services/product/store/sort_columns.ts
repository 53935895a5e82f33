/** The columns behind each sort, as fragments of SQL. */
import type { Cursor, Position } from "../../../shared/paging.ts";
import { keysetAfter } from "../../../shared/postgres/keyset.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { productSorts, type SortName } from "../product_sort.ts";

/** The value's column, its order with ties, and the same order of (value, id) of a subquery. */
export function sortColumns(sql: Sql, sort: SortName) {
  const value = valueColumn(sql, sort);
  return productSorts[sort].direction === "desc"
    ? { value, order: sql`${value} DESC, id DESC`, merged: sql`value DESC, id DESC` }
    : { value, order: sql`${value}, id`, merged: sql`value, id` };
}

/** `AND …`: what comes after the cursor in this sort; nothing for the first page. */
export function afterInSort(sql: Sql, sort: SortName, after: Cursor<bigint> | undefined) {
  const { direction } = productSorts[sort];
  const kind = sort === "new" ? "time" : sort === "rating" ? "int4" : "int8";
  return keysetAfter(sql, { value: valueColumn(sql, sort), id: sql`id`, direction, kind }, after);
}

function valueColumn(sql: Sql, sort: SortName) {
  switch (sort) {
    case "new":
      return sql`create_time`;
    case "sales":
      return sql`sales`;
    case "price_asc":
    case "price_desc":
      return sql`price_fen`;
    case "rating":
      return sql`rating_hundredths`;
  }
}

/** A row of any sort as a position: times become Unix milliseconds. */
export function toPosition(
  { id, value }: { readonly id: bigint; readonly value: bigint | number | Date },
): Position<bigint> {
  return { id, value: value instanceof Date ? BigInt(value.getTime()) : BigInt(value) };
}
