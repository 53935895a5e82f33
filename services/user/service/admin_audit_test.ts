import assert from "node:assert/strict";
import { Role } from "../../../proto/gen/user/v1/user_pb.ts";
import { UserAdminService } from "../../../proto/gen/user/v1/user_admin_service_pb.ts";
import { as } from "../../../shared/rpc/testing/principals.ts";
import { auditedWrites } from "../../../tests/support/audited_writes.ts";
import { refusal, startUserBench } from "../../../tests/support/user_bench.ts";
import { insertUsers } from "../../../tests/support/user_rows.ts";

const administrator = as(1n, "admin");

Deno.test("UserAdminService writes the audit trail", async (t) => {
  await using bench = await startUserBench();
  const { sql } = bench;
  const admin = bench.client(UserAdminService);
  await insertUsers(sql, [{ id: 1n, roles: ["user", "admin"] }, { id: 2n }]);

  await t.step("what changes is in it, with the words that were said", async () => {
    await admin.updateUserRoles({ userId: 2n, roles: [Role.OPERATOR] }, administrator);
    await admin.disableUser({ userId: 2n, reason: "spam" }, administrator);
    await admin.enableUser({ userId: 2n }, administrator);
    assert.deepEqual(await auditedWrites(sql, UserAdminService), [
      [1n, "UpdateUserRoles", "user:2", { userId: "2", roles: ["ROLE_OPERATOR"] }],
      [1n, "DisableUser", "user:2", { userId: "2", reason: "spam" }],
      [1n, "EnableUser", "user:2", { userId: "2" }],
    ]);
  });

  await t.step("what is refused is not", async () => {
    const before = await auditedWrites(sql, UserAdminService);
    const calls = [
      admin.updateUserRoles({ userId: 1n }, administrator),
      admin.disableUser({ userId: 1n, reason: "a mistake" }, administrator),
      admin.disableUser({ userId: 2n, reason: "" }, administrator),
      admin.enableUser({ userId: 99n }, administrator),
      admin.enableUser({ userId: 2n }, as(2n, "operator")),
    ];
    assert.deepEqual((await Promise.all(calls.map(refusal))).map(([reason]) => reason), [
      "LAST_ADMIN",
      "LAST_ADMIN",
      "INVALID_ARGUMENT",
      "USER_NOT_FOUND",
      "ROLE_REQUIRED",
    ]);
    assert.deepEqual(await auditedWrites(sql, UserAdminService), before);
  });

  await t.step("what cannot be recorded does not happen", async () => {
    await sql`ALTER TABLE audit_entry ADD CHECK (false) NOT VALID`;
    await assert.rejects(admin.disableUser({ userId: 2n, reason: "spam" }, administrator));
    const [row] = await sql<{ status: number }[]>`SELECT status FROM users WHERE id = 2`;
    assert.equal(row?.status, 1);
  });
});
