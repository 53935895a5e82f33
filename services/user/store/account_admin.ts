/** All SQL of what operators and administrators do with accounts. */
import { Code } from "@connectrpc/connect";
import { UserChangedSchema } from "../../../proto/gen/user/v1/user_event_pb.ts";
import { Refusal } from "../../../shared/errors.ts";
import { newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox } from "../../../shared/messaging/outbox.ts";
import type { Cursor } from "../../../shared/paging.ts";
import { type NewAuditEntry, writeAuditEntry } from "../../../shared/postgres/audit_trail.ts";
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
   * Refuses with FailedPrecondition LAST_ADMIN if no administrator could log in any more. `audit` is
   * recorded with it.
   */
  setRoles(
    id: bigint,
    roles: readonly Role[],
    audit?: NewAuditEntry,
  ): Promise<Account | undefined>;
  /**
   * Disables the account and ends every session, or enables it; undefined if unknown. Refuses like
   * `setRoles`.
   */
  setDisabled(
    id: bigint,
    disabled: boolean,
    audit?: NewAuditEntry,
  ): Promise<Account | undefined>;
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
    setRoles(id, roles, audit) {
      return inTransaction(sql, async (tx) => {
        const set = tx`roles = ${[...roles]}::text[]`;
        return await change(tx, id, { set, endsSessions: true, audit });
      });
    },
    setDisabled(id, disabled, audit) {
      const status = disabled ? accountStatus.disabled : accountStatus.active;
      return inTransaction(sql, async (tx) => {
        const set = tx`status = ${status}`;
        return await change(tx, id, { set, endsSessions: disabled, audit });
      });
    },
  };
}

/** Two administrators who take each other away must not both see the other one stay. */
const adminsLock = { space: 0x75736572, number: 1 } as const;

interface AccountChange {
  readonly set: Fragment;
  readonly endsSessions: boolean;
  readonly audit: NewAuditEntry | undefined;
}

async function change(
  tx: Tx,
  id: bigint,
  { set, endsSessions, audit }: AccountChange,
): Promise<Account | undefined> {
  await tx`SELECT pg_advisory_xact_lock(${adminsLock.space}, ${adminsLock.number})`;
  const wasAdmin = await isThereAdmin(tx, tx`id = ${id}`);
  const [row] = await tx<AccountRow[]>`
    UPDATE users SET ${set} WHERE id = ${id} AND status <> ${accountStatus.erased}
    RETURNING ${accountColumns(tx)}`;
  if (row === undefined) return undefined;
  if (wasAdmin && !await isThereAdmin(tx, tx`true`)) throw lastAdmin();
  if (endsSessions) await endSessions(tx, tx`user_id = ${id}`);
  const changed = { userId: id, version: row.version };
  await appendOutbox(tx, [newEvent(UserChangedSchema, changed, { subject: "user.changed" })]);
  if (audit !== undefined) await writeAuditEntry(tx, audit);
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
