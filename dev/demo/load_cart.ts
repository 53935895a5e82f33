/** The cart service's part of the demo data. */
import type { Sql } from "../../shared/postgres/pool.ts";
import { load, type LoadOptions, type LoadResult } from "./load.ts";
import type { CartTables } from "./rows.ts";

export interface LoadCartOptions extends Pick<LoadOptions, "mark" | "onRows"> {
  readonly tables: CartTables;
}

/** Loads the demo user's cart, once. */
export function loadCart(sql: Sql, { mark, tables, onRows }: LoadCartOptions): Promise<LoadResult> {
  return load(sql, { mark, tables: { ...tables }, identities: ["cart"], onRows });
}
