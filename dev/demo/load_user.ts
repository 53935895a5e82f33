/** The user service's part of the demo data. */
import type { Sql } from "../../shared/postgres/pool.ts";
import { load, type LoadOptions, type LoadResult } from "./load.ts";
import type { UserTables } from "./rows.ts";

export interface LoadUserOptions extends Pick<LoadOptions, "mark" | "onRows"> {
  readonly tables: UserTables;
}

/** Loads accounts with their address books and favourites, once. */
export function loadUser(
  sql: Sql,
  { mark, tables, onRows }: LoadUserOptions,
): Promise<LoadResult> {
  return load(sql, { mark, tables: { ...tables }, identities: ["users", "address"], onRows });
}
