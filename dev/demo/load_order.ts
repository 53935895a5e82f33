/** The order service's part of the demo data. */
import type { Sql } from "../../shared/postgres/pool.ts";
import { load, type LoadOptions, type LoadResult } from "./load.ts";
import type { OrderTables } from "./rows.ts";

export interface LoadOrderOptions extends Pick<LoadOptions, "mark" | "onRows"> {
  readonly tables: OrderTables;
}

/** Loads orders with their lines, receivers and histories, once. */
export function loadOrder(
  sql: Sql,
  { mark, tables, onRows }: LoadOrderOptions,
): Promise<LoadResult> {
  return load(sql, { mark, tables: { ...tables }, identities: [], onRows });
}
