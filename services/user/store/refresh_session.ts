/** The change of a refresh token for the next one. */
import type { Tx } from "../../../shared/postgres/pool.ts";
import type { Account } from "../account.ts";
import type { ClientDevice } from "../session.ts";
import { accountColumns, type AccountRow, accountStatus, toAccount } from "./account_rows.ts";
import { endSessions, insertToken } from "./session_rows.ts";

/** What became of a refresh token. */
export type Refreshed =
  | { readonly kind: "refreshed"; readonly account: Account; readonly sessionId: string }
  /** It was used before; its session has been ended. */
  | { readonly kind: "reused" }
  | { readonly kind: "disabled" }
  | { readonly kind: "invalid" };

/** The next token of a session. */
export interface Renewal {
  readonly tokenHash: Uint8Array;
  readonly device: ClientDevice;
  readonly ttlDays: number;
}

interface TokenRow {
  readonly session_id: string;
  readonly user_id: bigint;
}

/**
 * Changes a refresh token for the next one, or finds out why not. Locks the account, then the
 * session, then the token: in the order of whoever ends sessions.
 */
export async function refreshSession(
  tx: Tx,
  tokenHash: Uint8Array,
  renewal: Renewal,
): Promise<Refreshed> {
  const [token] = await tx<TokenRow[]>`
    SELECT t.session_id, s.user_id
    FROM refresh_token AS t JOIN session AS s ON s.id = t.session_id
    WHERE t.token_hash = ${tokenHash}`;
  if (token === undefined) return { kind: "invalid" };
  const { session_id: sessionId, user_id: userId } = token;
  const [account] = await tx<AccountRow[]>`
    SELECT ${accountColumns(tx)} FROM users WHERE id = ${userId} FOR SHARE`;
  const [session] = await tx<{ lives: boolean }[]>`
    SELECT revoke_time IS NULL AND expire_time > now() AS lives
    FROM session WHERE id = ${sessionId} FOR UPDATE`;
  if (account === undefined || session?.lives !== true) return { kind: "invalid" };
  const { count: fresh } = await tx`
    UPDATE refresh_token SET used_time = now()
    WHERE token_hash = ${tokenHash} AND used_time IS NULL`;
  if (fresh === 0) {
    await endSessions(tx, tx`id = ${sessionId}`);
    return { kind: "reused" };
  }
  if (account.status !== accountStatus.active) return { kind: "disabled" };
  await insertToken(tx, sessionId, renewal.tokenHash);
  const { device: { userAgent, ipAddress }, ttlDays } = renewal;
  await tx`
    UPDATE session
    SET refresh_time = now(), expire_time = now() + ${ttlDays} * interval '1 day',
        user_agent = ${userAgent}, ip_address = ${ipAddress}
    WHERE id = ${sessionId}`;
  return { kind: "refreshed", account: toAccount(account), sessionId };
}
