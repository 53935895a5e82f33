/** All SQL of sessions. */
import type { RevokedSession } from "../../../shared/auth/revoked_sessions.ts";
import type { Cursor } from "../../../shared/paging.ts";
import { keysetAfter } from "../../../shared/postgres/keyset.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { inTransaction } from "../../../shared/postgres/transaction.ts";
import type { Account } from "../account.ts";
import { keptDays, type Session, sessionsMax } from "../session.ts";
import { accountColumns, type AccountRow, accountStatus, toAccount } from "./account_rows.ts";
import { type Refreshed, refreshSession, type Renewal } from "./refresh_session.ts";
import { endSessions, insertSession, type NewSession } from "./session_rows.ts";

export interface SessionStore {
  /**
   * Opens a session of an account whose password was just checked, and answers the account as it is
   * then; undefined if it was disabled or got another hash meanwhile. One transaction.
   */
  open(userId: bigint, passwordHash: string, session: NewSession): Promise<Account | undefined>;
  /** The session that a refresh token belongs to. */
  sessionOf(tokenHash: Uint8Array): Promise<string | undefined>;
  /** Changes a refresh token for the next one, or finds out why not, in one transaction. */
  refresh(tokenHash: Uint8Array, renewal: Renewal): Promise<Refreshed>;
  /** Ends the session of a token; with `everywhere`, if the token holds, all of the account. */
  endByToken(tokenHash: Uint8Array, everywhere: boolean): Promise<void>;
  /** Ends a session of the user's. */
  end(userId: bigint, sessionId: string): Promise<void>;
  endAll(userId: bigint): Promise<void>;
  /** The living sessions of a user, last refreshed first. One query. */
  list(userId: bigint): Promise<Session[]>;
  /** Whether a living session of the account was last refreshed from there. */
  isKnownAddress(userId: bigint, ipAddress: string): Promise<boolean>;
  /** Sessions ended early that may still have valid tokens, oldest first. One query. */
  listRevoked(after: Cursor<string> | undefined, limit: number): Promise<RevokedSession[]>;
  /** Deletes sessions that ended long ago, at most `limit`; answers how many. */
  sweep(limit: number): Promise<number>;
}

/** Creates the store on the user service's own database. */
export function createSessionStore(sql: Sql): SessionStore {
  return {
    open(userId, passwordHash, session) {
      return inTransaction(sql, async (tx) => {
        // Whoever changes the account waits for this, or this for them; so does another login,
        // as two that do not see each other would leave a session too many.
        const [account] = await tx<AccountRow[]>`
          SELECT ${accountColumns(tx)} FROM users
          WHERE id = ${userId} AND password_hash = ${passwordHash}
            AND status = ${accountStatus.active}
          FOR NO KEY UPDATE`;
        if (account === undefined) return undefined;
        await insertSession(tx, userId, session);
        return toAccount(account);
      });
    },
    async sessionOf(tokenHash) {
      const [row] = await sql<{ session_id: string }[]>`
        SELECT session_id FROM refresh_token WHERE token_hash = ${tokenHash}`;
      return row?.session_id;
    },
    refresh: (tokenHash, renewal) =>
      inTransaction(sql, (tx) => refreshSession(tx, tokenHash, renewal)),
    async endByToken(tokenHash, everywhere) {
      await inTransaction(sql, async (tx) => {
        const [row] = await tx<{ session_id: string; user_id: bigint; holds: boolean }[]>`
          SELECT t.session_id, s.user_id,
                 t.used_time IS NULL AND s.revoke_time IS NULL AND s.expire_time > now() AS holds
          FROM refresh_token AS t JOIN session AS s ON s.id = t.session_id
          WHERE t.token_hash = ${tokenHash}`;
        if (row === undefined) return;
        const all = everywhere && row.holds;
        await endSessions(tx, all ? tx`user_id = ${row.user_id}` : tx`id = ${row.session_id}`);
      });
    },
    async end(userId, sessionId) {
      await inTransaction(sql, async (tx) => {
        await endSessions(tx, tx`id = ${sessionId} AND user_id = ${userId}`);
      });
    },
    async endAll(userId) {
      await inTransaction(sql, async (tx) => {
        await endSessions(tx, tx`user_id = ${userId}`);
      });
    },
    async list(userId) {
      const rows = await sql<SessionRow[]>`
        SELECT id, user_agent, ip_address, create_time, refresh_time, expire_time FROM session
        WHERE user_id = ${userId} AND revoke_time IS NULL AND expire_time > now()
        ORDER BY refresh_time DESC
        LIMIT ${sessionsMax}`;
      return rows.map(toSession);
    },
    async isKnownAddress(userId, ipAddress) {
      const [row] = await sql`
        SELECT 1 FROM session
        WHERE user_id = ${userId} AND ip_address = ${ipAddress} AND revoke_time IS NULL
          AND expire_time > now()
        LIMIT 1`;
      return row !== undefined;
    },
    async listRevoked(after, limit) {
      const keyset = {
        value: sql`revoke_time`,
        id: sql`id`,
        kind: "time",
        direction: "asc",
      } as const;
      const rows = await sql<{ id: string; revoke_time: Date; forget_time: Date }[]>`
        SELECT id, revoke_time, forget_time FROM session
        WHERE revoke_time IS NOT NULL AND forget_time > now() ${keysetAfter(sql, keyset, after)}
        ORDER BY revoke_time, id
        LIMIT ${limit}`;
      return rows.map(({ id, revoke_time, forget_time }) => ({
        sessionId: id,
        revokeTime: BigInt(revoke_time.getTime()),
        forgetTime: BigInt(forget_time.getTime()),
      }));
    },
    async sweep(limit) {
      const { count } = await sql`
        DELETE FROM session WHERE id IN (
          SELECT id FROM session
          WHERE expire_time < now() - ${keptDays} * interval '1 day'
             OR revoke_time < now() - ${keptDays} * interval '1 day'
          LIMIT ${limit})`;
      return count;
    },
  };
}

interface SessionRow {
  readonly id: string;
  readonly user_agent: string;
  readonly ip_address: string;
  readonly create_time: Date;
  readonly refresh_time: Date;
  readonly expire_time: Date;
}

function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    userAgent: row.user_agent,
    ipAddress: row.ip_address,
    createTime: BigInt(row.create_time.getTime()),
    refreshTime: BigInt(row.refresh_time.getTime()),
    expireTime: BigInt(row.expire_time.getTime()),
  };
}
