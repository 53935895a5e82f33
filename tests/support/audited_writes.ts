/** What is in the audit trail of a service, as tests want to see it. */
import type { DescService } from "@bufbuild/protobuf";
import assert from "node:assert/strict";
import { listAuditEntries } from "../../shared/postgres/audit_trail.ts";
import type { Sql } from "../../shared/postgres/pool.ts";

/** Operator, rpc, target and request of each entry, oldest first; all are of `service`. */
export async function auditedWrites(sql: Sql, service: DescService): Promise<unknown[]> {
  const entries = await listAuditEntries(sql, { actorId: 0n, target: "" }, undefined, 50);
  return entries.toReversed().map(({ actorId, action, target, requestJson }) => {
    const [of, rpc] = action.split("/");
    assert.equal(of, service.typeName);
    return [actorId, rpc, target, JSON.parse(requestJson)];
  });
}
