/** All SQL of what operators and administrators do with accounts. */
import { Code } from "@connectrpc/connect";
import { UserChangedSchema } from "../../../proto/gen/user/v1/user_event_pb.ts";
import { Refusal } from "../../../shared/errors.ts";
import { newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox } from "../../../shared/messaging/outbox.ts";
import type { Cursor } from "../../../shared/paging.ts";
import { type Fragment, keysetAfter } from "../../../shared/postgres/keyset.ts";
import type { Sql, Tx } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import type { Role } from "../../../shared/rpc/principal.ts";
import type { Account } from "../account.ts";
import { accountColumns, type AccountRow, accountStatus, toAccount } from "./account_rows.ts";
import { endSessions } from "./session_rows.ts";

/** Which accounts; empty members mean all. */
export interface AccountFilter {
  /** The start of a username's key. */
  readonly usernameStart: string;
  readonly id: bigint | undefined;
  readonly role: Role | undefined;
}

export interface AccountAdminStore {
  /** Up to `limit` accounts after `after`, newest first, without erased ones. One query. */
  search(
    filter: AccountFilter,
    after: Cursor<bigint> | undefined,
    limit: number,
  ): Promise<Account[]>;
  /**
   * Sets the roles and ends every session, whose tokens bear the old ones; undefined if unknown.
   * Refuses with FailedPrecondition LAST_ADMIN if no administrator could log in any more.
   */
  setRoles(id: bigint, roles: readonly Role[]): Promise<Account | undefined>;
  /**
   * Disables the account and ends every session, or enables it; undefined if unknown. Refuses like
   * `setRoles`.
   */
  setDisabled(id: bigint, disabled: boolean): Promise<Account | undefined>;
}

/** Creates the store on the user service's own database. */
export function createAccountAdminStore(sql: Sql): AccountAdminStore {
  return {
    async search({ usernameStart, id, role }, after, limit) {
      const keyset = { value: sql`create_time`, id: sql`id`, kind: "time" } as const;
      const start = `${usernameStart.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
      const named = usernameStart === "" ? sql`` : sql`AND username_key LIKE ${start}`;
      const either = id === undefined ? named : sql`AND (id = ${id} OR username_key LIKE ${start})`;
      const rows = await sql<AccountRow[]>`
        SELECT ${accountColumns(sql)} FROM users
        WHERE status <> ${accountStatus.erased} ${either} ${
        role === undefined ? sql`` : sql`AND ${role} = ANY (roles)`
      }
          ${keysetAfter(sql, keyset, after)}
        ORDER BY create_time DESC, id DESC
        LIMIT ${limit}`;
      return rows.map(toAccount);
    },
    setRoles(id, roles) {
      return inTransaction(sql, (tx) => change(tx, id, tx`roles = ${[...roles]}::text[]`, true));
    },
    setDisabled(id, disabled) {
      const status = disabled ? accountStatus.disabled : accountStatus.active;
      return inTransaction(sql, (tx) => change(tx, id, tx`status = ${status}`, disabled));
    },
  };
}

/** Two administrators who take each other away must not both see the other one stay. */
const adminsLock = { space: 0x75736572, number: 1 } as const;

async function change(
  tx: Tx,
  id: bigint,
  assignment: Fragment,
  ends: boolean,
): Promise<Account | undefined> {
  await tx`SELECT pg_advisory_xact_lock(${adminsLock.space}, ${adminsLock.number})`;
  const wasAdmin = await isThereAdmin(tx, tx`id = ${id}`);
  const [row] = await tx<AccountRow[]>`
    UPDATE users SET ${assignment} WHERE id = ${id} AND status <> ${accountStatus.erased}
    RETURNING ${accountColumns(tx)}`;
  if (row === undefined) return undefined;
  if (wasAdmin && !await isThereAdmin(tx, tx`true`)) throw lastAdmin();
  if (ends) await endSessions(tx, tx`user_id = ${id}`);
  const changed = { userId: id, version: row.version };
  await appendOutbox(tx, [newEvent(UserChangedSchema, changed, { subject: "user.changed" })]);
  return toAccount(row);
}

/** Whether one of these accounts is an administrator who can log in. */
async function isThereAdmin(tx: Tx, which: Fragment): Promise<boolean> {
  const [row] = await tx`
    SELECT 1 FROM users
    WHERE ${which} AND status = ${accountStatus.active} AND 'admin' = ANY (roles)
    LIMIT 1`;
  return row !== undefined;
}

function lastAdmin(): Refusal {
  const message = "this is the last administrator: make another one first";
  return new Refusal(Code.FailedPrecondition, "LAST_ADMIN", message);
}
