/** The product service's part of the demo data. */
import type { Sql } from "../../shared/postgres/pool.ts";
import { load, type LoadOptions, type LoadResult } from "./load.ts";
import type { ProductTables } from "./rows.ts";

export interface LoadProductOptions extends Pick<LoadOptions, "mark" | "onRows"> {
  readonly tables: ProductTables;
}

/** Loads the catalogue, comments, flash sales and reservations, once. */
export function loadProduct(
  sql: Sql,
  { mark, tables, onRows }: LoadProductOptions,
): Promise<LoadResult> {
  return load(sql, {
    mark,
    tables: { ...tables },
    identities: ["category", "product", "banner", "comment", "flash_sale"],
    onRows,
  });
}
