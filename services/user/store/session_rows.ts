/** What several transactions do to the tables of sessions. */
import { SessionRevokedSchema } from "../../../proto/gen/user/v1/user_event_pb.ts";
import { newEvent } from "../../../shared/messaging/event.ts";
import { appendOutbox } from "../../../shared/messaging/outbox.ts";
import type { Fragment } from "../../../shared/postgres/keyset.ts";
import type { Tx } from "../../../shared/postgres/pool.ts";
import { type ClientDevice, forgetAfterMs, sessionsMax } from "../session.ts";

/** A session to open. */
export interface NewSession {
  readonly id: string;
  readonly device: ClientDevice;
  readonly tokenHash: Uint8Array;
  readonly ttlDays: number;
}

interface EndedRow {
  readonly id: string;
  readonly user_id: bigint;
  readonly revoke_time: Date;
  readonly forget_time: Date;
}

/** Ends the living sessions that `which` selects, and says so to everybody. Answers how many. */
export async function endSessions(tx: Tx, which: Fragment): Promise<number> {
  const ended = await tx<EndedRow[]>`
    UPDATE session
    SET revoke_time = now(), forget_time = now() + ${forgetAfterMs} * interval '1 ms'
    WHERE revoke_time IS NULL AND expire_time > now() AND ${which}
    RETURNING id, user_id, revoke_time, forget_time`;
  await appendOutbox(
    tx,
    ended.map(({ id, user_id, revoke_time, forget_time }) => {
      const revoked = {
        userId: user_id,
        sessionId: id,
        revokeTime: BigInt(revoke_time.getTime()),
        forgetTime: BigInt(forget_time.getTime()),
      };
      return newEvent(SessionRevokedSchema, revoked, { subject: "user.session_revoked" });
    }),
  );
  return ended.length;
}

/** Opens a session; those beyond the most that an account may have are ended. */
export async function insertSession(
  tx: Tx,
  userId: bigint,
  { id, device, tokenHash, ttlDays }: NewSession,
): Promise<void> {
  const { userAgent, ipAddress } = device;
  await tx`
    INSERT INTO session (id, user_id, user_agent, ip_address, expire_time)
    VALUES (${id}, ${userId}, ${userAgent}, ${ipAddress}, now() + ${ttlDays} * interval '1 day')`;
  await insertToken(tx, id, tokenHash);
  await endSessions(
    tx,
    tx`id IN (
      SELECT id FROM session
      WHERE user_id = ${userId} AND revoke_time IS NULL AND expire_time > now()
      ORDER BY refresh_time DESC, id = ${id} DESC
      OFFSET ${sessionsMax})`,
  );
}

/** Adds a refresh token to a session. */
export async function insertToken(tx: Tx, sessionId: string, hash: Uint8Array): Promise<void> {
  await tx`INSERT INTO refresh_token (token_hash, session_id) VALUES (${hash}, ${sessionId})`;
}
