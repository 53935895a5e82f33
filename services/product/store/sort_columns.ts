/** The columns behind each sort, as fragments of SQL. */
import type { Cursor, Position } from "../../../shared/paging.ts";
import { type Fragment, keysetAfter } from "../../../shared/postgres/keyset.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { productSorts, type SortName } from "../product_sort.ts";

/**
 * The value's column and its order with ties; of a subquery of (value, id) the same order, and the
 * value as a position has it.
 */
export function sortColumns(sql: Sql, sort: SortName) {
  const value = valueColumn(sql, sort);
  const position = sort === "new" ? timePosition(sql) : sql`value::bigint`;
  return productSorts[sort].direction === "desc"
    ? { value, position, order: sql`${value} DESC, id DESC`, merged: sql`value DESC, id DESC` }
    : { value, position, order: sql`${value}, id`, merged: sql`value, id` };
}

/** A time that is called value, in Unix milliseconds. */
export function timePosition(sql: Sql): Fragment {
  return sql`(extract(epoch FROM value) * 1000)::bigint`;
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
