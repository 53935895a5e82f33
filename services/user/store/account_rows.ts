/** Rows of accounts, as every store of the user service reads them. */
import type { Fragment } from "../../../shared/postgres/keyset.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import type { Role } from "../../../shared/rpc/principal.ts";
import type { Account } from "../account.ts";

export interface AccountRow {
  readonly id: bigint;
  readonly username: string;
  readonly password_hash: string;
  readonly name: string;
  readonly avatar: string;
  readonly phone: string;
  readonly question: string;
  readonly answer_hash: string;
  readonly roles: readonly Role[];
  readonly status: number;
  readonly create_time: Date;
  readonly update_time: Date;
  readonly version: bigint;
}

/** An erased account keeps its number only. */
export const accountStatus = { active: 1, disabled: 2, erased: 3 } as const;

/** The columns of an account, to follow SELECT or RETURNING. */
export function accountColumns(sql: Sql | Tx): Fragment {
  return sql`id, username, password_hash, name, avatar, phone, question, answer_hash, roles, status,
             create_time, update_time, version`;
}

export function toAccount(row: AccountRow): Account {
  const { id, username, name, avatar, phone, question, roles, version } = row;
  return {
    id,
    username,
    passwordHash: row.password_hash,
    name,
    avatar,
    phone,
    question,
    answerHash: row.answer_hash,
    roles,
    disabled: row.status !== accountStatus.active,
    createTime: BigInt(row.create_time.getTime()),
    updateTime: BigInt(row.update_time.getTime()),
    version,
  };
}
