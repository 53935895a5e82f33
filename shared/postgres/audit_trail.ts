/** The table of what operators wrote: rows are added, never changed or removed. */
import type { Cursor } from "../paging.ts";
import { keysetAfter } from "./keyset.ts";
import type { Sql, Tx } from "./pool.ts";

/** A write of an operator, to be recorded. */
export interface NewAuditEntry {
  /** The operator's account. */
  readonly actorId: bigint;
  /** The rpc's full name, such as `shop.v1.ThingAdminService/MendThing`. */
  readonly action: string;
  /** What is written, such as `thing:7`. */
  readonly target: string;
  /** The request as JSON without secrets, at most 16 KiB. */
  readonly requestJson: string;
  readonly requestId: string;
  /** Where the operator called from, "" if it is not known. */
  readonly ipAddress: string;
}

/** A write that was recorded. */
export interface AuditEntry extends NewAuditEntry {
  readonly id: bigint;
  readonly auditTime: Date;
}

/** Which entries; empty members mean all. */
export interface AuditFilter {
  /** 0 means everybody. */
  readonly actorId: bigint;
  /** Exactly that. */
  readonly target: string;
}

/**
 * Records a write in its own transaction: whoever finds the effect finds the entry. Call it when
 * something changes; what only answers the same again is no write.
 */
export async function writeAuditEntry(tx: Tx, entry: NewAuditEntry): Promise<void> {
  await tx`
    INSERT INTO audit_entry (actor_id, action, target, request_json, request_id, ip_address)
    VALUES (${entry.actorId}, ${entry.action}, ${entry.target}, ${entry.requestJson},
            ${entry.requestId}, ${entry.ipAddress})`;
}

/** Up to `limit` entries after `after`, newest first. One query. */
export async function listAuditEntries(
  sql: Sql,
  { actorId, target }: AuditFilter,
  after: Cursor<bigint> | undefined,
  limit: number,
): Promise<AuditEntry[]> {
  const keyset = { value: sql`audit_time`, id: sql`id`, kind: "time" } as const;
  return await sql<AuditEntry[]>`
    SELECT id, actor_id AS "actorId", action, target, request_json AS "requestJson",
           request_id AS "requestId", ip_address AS "ipAddress", audit_time AS "auditTime"
    FROM audit_entry
    WHERE true
      ${actorId === 0n ? sql`` : sql`AND actor_id = ${actorId}`}
      ${target === "" ? sql`` : sql`AND target = ${target}`}
      ${keysetAfter(sql, keyset, after)}
    ORDER BY audit_time DESC, id DESC
    LIMIT ${limit}`;
}
