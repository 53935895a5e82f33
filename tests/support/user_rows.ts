/** Rows of the user service for tests. */
import type { Sql } from "../../shared/postgres/pool.ts";

export interface UserRow {
  readonly id: bigint;
  readonly name?: string;
  /** 1 active, 2 disabled. */
  readonly status?: number;
}

/** Inserts accounts that are called `user<id>` and cannot log in. */
export async function insertUsers(sql: Sql, users: readonly UserRow[]): Promise<void> {
  const rows = users.map(({ id, name = `name ${id}`, status = 1 }) => ({
    id,
    username: `user${id}`,
    username_key: `user${id}`,
    password_hash: "",
    name,
    avatar: `/images/avatar/${id}.svg`,
    status,
  }));
  await sql`INSERT INTO users ${sql(rows)}`;
}
