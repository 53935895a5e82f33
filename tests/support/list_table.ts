/** For tests of the list cache: lists of rows with few values, so with many ties, in Postgres. */
import type { ListChange, ListKey } from "../../shared/cache/list_cache.ts";
import type { Cursor, Position } from "../../shared/paging.ts";
import { keysetAfter } from "../../shared/postgres/keyset.ts";
import type { Sql } from "../../shared/postgres/pool.ts";

/** Each group is a set of rows; "down" and "up" are its lists, in both directions. */
export const down = (group: string): ListKey => ({ group, name: "down" });
export const up = (group: string): ListKey => ({ group, name: "up", direction: "asc" });

export interface ListTable {
  load(
    list: ListKey,
    after: Cursor<bigint> | undefined,
    limit: number,
  ): Promise<Position<bigint>[]>;
  /** Inserts, updates or, without a value, deletes a row; the change to be put after the commit. */
  write(group: string, id: bigint, value: bigint | undefined): Promise<ListChange>;
}

/** Creates the table. */
export async function createListTable(sql: Sql): Promise<ListTable> {
  await sql`
    CREATE TABLE stand (
      list text, id bigint, value bigint, version bigint NOT NULL, PRIMARY KEY (list, id))`;
  await sql`CREATE INDEX stand_by_value ON stand (list, value, id)`;
  return {
    load({ group, direction = "desc" }, after, limit) {
      const keyset = { value: sql`value`, id: sql`id`, kind: "int8", direction } as const;
      const order = direction === "desc" ? sql`value DESC, id DESC` : sql`value, id`;
      return sql<Position<bigint>[]>`
        SELECT value, id FROM stand
        WHERE list = ${group} AND value IS NOT NULL ${keysetAfter(sql, keyset, after)}
        ORDER BY ${order} LIMIT ${limit}`.then((rows) => [...rows]);
    },
    async write(group, id, value) {
      // A deleted row stays without a value, so that its version goes on.
      const [row] = await sql<{ version: bigint }[]>`
        INSERT INTO stand (list, id, value, version) VALUES (${group}, ${id}, ${value ?? null}, 1)
        ON CONFLICT (list, id)
        DO UPDATE SET value = EXCLUDED.value, version = stand.version + 1
        RETURNING version`;
      return { id, version: row?.version ?? 0n, values: { down: value, up: value } };
    },
  };
}
