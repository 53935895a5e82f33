/** What an operator does with a dead letter, each with its entry in the audit trail. */
import { type NewAuditEntry, writeAuditEntry } from "../postgres/audit_trail.ts";
import type { Sql, Tx } from "../postgres/pool.ts";
import { inTransaction } from "../postgres/transaction.ts";
import { deadLetterState } from "./dead_letters.ts";
import { notifyOutbox } from "./outbox.ts";
import { newUuid } from "./uuid.ts";

/**
 * A replay that nobody has heard of for so long is sent again when asked for: its stream may have
 * lost it. The inbox makes a second one harmless.
 */
const replayLeaseMs = 60_000;

/**
 * Sends the event again, to the one consumer that gave it up, and says whether it did: not if it is
 * unknown, was handled, or is under way. What was put aside waits again.
 *
 * A replay is a new message about the old event: it goes through the outbox like any other, so that
 * marking the letter and sending it are one. The other consumers let it pass, even if they have
 * forgotten by now that they knew the event. The one whose effect never happened has no inbox row,
 * and takes it as at the first time, once: a replay that fails is not delivered again, its letter
 * waits with the new failure.
 */
export async function replayDeadLetter(
  sql: Sql,
  number: bigint,
  audit: NewAuditEntry,
): Promise<boolean> {
  const { waiting, replayed } = deadLetterState;
  return await inTransaction(sql, async (tx) => {
    const [letter] = await tx<ReplayedLetter[]>`
      UPDATE dead_letter SET state = ${waiting}, settled_at = NULL, replayed_at = now()
      WHERE number = ${number} AND state <> ${replayed}
        AND (state <> ${waiting} OR replayed_at IS NULL
             OR replayed_at < now() - ${replayLeaseMs} * interval '1 ms')
      RETURNING consumer, event_id, subject, type, source, traceparent, payload, occurred_at`;
    if (letter === undefined) return false;
    await sendAgain(tx, letter);
    await writeAuditEntry(tx, audit);
    return true;
  });
}

interface ReplayedLetter {
  readonly consumer: string;
  readonly event_id: string;
  readonly subject: string;
  readonly type: string;
  readonly source: string;
  readonly traceparent: string | null;
  readonly payload: Uint8Array;
  readonly occurred_at: Date;
}

async function sendAgain(tx: Tx, { consumer, ...event }: ReplayedLetter): Promise<void> {
  await tx`INSERT INTO outbox ${tx({ ...event, id: newUuid(), target: consumer })}`;
  await notifyOutbox(tx);
}

/**
 * Puts a waiting letter aside and says whether it did. If its replay is under way and is handled
 * all the same, the letter will say that.
 */
export async function discardDeadLetter(
  sql: Sql,
  number: bigint,
  audit: NewAuditEntry,
): Promise<boolean> {
  const { waiting, discarded } = deadLetterState;
  return await inTransaction(sql, async (tx) => {
    const { count } = await tx`
      UPDATE dead_letter SET state = ${discarded}, settled_at = now()
      WHERE number = ${number} AND state = ${waiting}`;
    if (count > 0) await writeAuditEntry(tx, audit);
    return count > 0;
  });
}
