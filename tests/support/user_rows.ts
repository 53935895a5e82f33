/** Rows of the user service for tests. */
import type { Sql } from "../../shared/postgres/pool.ts";

export interface UserRow {
  readonly id: bigint;
  readonly name?: string;
  /** 1 active, 2 disabled. */
  readonly status?: number;
  /** Empty by default: nobody can log in. */
  readonly passwordHash?: string;
  readonly roles?: readonly string[];
}

/** Inserts accounts that are called `user<id>`. */
export async function insertUsers(sql: Sql, users: readonly UserRow[]): Promise<void> {
  const rows = users.map(({ id, name = `name ${id}`, status = 1, ...row }) => ({
    id,
    username: `user${id}`,
    username_key: `user${id}`,
    password_hash: row.passwordHash ?? "",
    name,
    avatar: `/images/avatar/${id}.svg`,
    status,
    roles: row.roles ?? ["user"],
  }));
  await sql`INSERT INTO users ${sql(rows)}`;
}
