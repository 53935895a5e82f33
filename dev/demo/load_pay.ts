/** The pay service's part of the demo data. */
import type { Sql } from "../../shared/postgres/pool.ts";
import { load, type LoadOptions, type LoadResult } from "./load.ts";
import type { PaymentTables } from "./rows.ts";

export interface LoadPayOptions extends Pick<LoadOptions, "mark" | "onRows"> {
  readonly tables: PaymentTables;
}

/** Loads payments, once. */
export function loadPay(sql: Sql, { mark, tables, onRows }: LoadPayOptions): Promise<LoadResult> {
  return load(sql, { mark, tables: { ...tables }, identities: [], onRows });
}
