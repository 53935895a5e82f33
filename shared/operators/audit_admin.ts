/** The audit trail of one service, for operators. */
import type { ServiceImpl } from "@connectrpc/connect";
import type { AuditAdminService } from "../../proto/gen/ops/v1/audit_admin_service_pb.ts";
import { cutPage, pageSize, readCursor } from "../paging.ts";
import { listAuditEntries } from "../postgres/audit_trail.ts";
import type { Sql } from "../postgres/pool.ts";
import { requireFilter } from "./filter.ts";

/** The rpcs of `ops.v1.AuditAdminService`, on the service's own database. */
export function createAuditAdminService(sql: Sql): ServiceImpl<typeof AuditAdminService> {
  return {
    async listAuditEntries(request) {
      const { actorId, cursor, lastId } = request;
      const filter = { actorId, target: requireFilter(request.target, "/target") };
      const ps = pageSize(request.ps);
      const found = await listAuditEntries(sql, filter, readCursor(cursor, lastId), ps + 1);
      const page = cutPage(found, ps, ({ auditTime, id }) => {
        return { value: BigInt(auditTime.getTime()), id };
      });
      return {
        entries: page.items.map((entry) => {
          return { ...entry, auditTime: BigInt(entry.auditTime.getTime()) };
        }),
        isEnd: page.isEnd,
        auditTime: page.last?.value ?? 0n,
        lastId: page.last?.id ?? 0n,
      };
    },
  };
}
