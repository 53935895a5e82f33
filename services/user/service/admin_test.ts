import assert from "node:assert/strict";
import { Role } from "../../../proto/gen/user/v1/user_pb.ts";
import { UserAdminService } from "../../../proto/gen/user/v1/user_admin_service_pb.ts";
import { as } from "../../../shared/rpc/testing/principals.ts";
import { refusal, startUserBench } from "../../../tests/support/user_bench.ts";
import { insertUsers } from "../../../tests/support/user_rows.ts";

const operator = as(1n, "operator");
const administrator = as(1n, "admin");

Deno.test("UserAdminService", async (t) => {
  await using bench = await startUserBench();
  const admin = bench.client(UserAdminService);
  const ids = Array.from({ length: 45 }, (_, n) => BigInt(n + 1));
  await insertUsers(bench.sql, ids.map((id) => ({ id, name: "" })));
  await bench.sql`UPDATE users SET roles = '{user,admin}' WHERE id = 1`;

  await t.step("SearchUsers walks through all by its own cursors", async () => {
    const walked: bigint[] = [];
    const sizes: number[] = [];
    let position = { cursor: 0n, lastId: 0n };
    for (let page = 0; page < 5; page++) {
      const answer = await admin.searchUsers({ query: "user", ...position }, operator);
      walked.push(...answer.users.map(({ id }) => id));
      sizes.push(answer.users.length);
      if (answer.isEnd) break;
      position = { cursor: answer.createTime, lastId: answer.lastId };
    }
    assert.deepEqual([walked, sizes], [ids.toReversed(), [20, 20, 5]]);
  });

  await t.step("SearchUsers shows an account as its owner sees it", async () => {
    const { users } = await admin.searchUsers({ query: "user7", ps: 1 }, operator);
    const [{ $typeName: _type, createTime, updateTime, ...shown } = { createTime: 0n }] = users;
    assert.deepEqual(shown, {
      id: 7n,
      username: "user7",
      name: "user7",
      avatar: "/images/avatar/7.svg",
      phone: "",
      question: "",
      roles: [Role.USER],
      disabled: false,
      version: 1n,
    });
    assert.equal(updateTime, createTime);
  });

  await t.step("SearchUsers on no page says where it ended", async () => {
    const { users, isEnd, createTime, lastId } = await admin.searchUsers({ query: "?" }, operator);
    assert.deepEqual([users, isEnd, createTime, lastId], [[], true, 0n, 0n]);
  });

  await t.step("wrong fields are named", async () => {
    const wrong = [
      await refusal(admin.searchUsers({ query: "x".repeat(51) }, operator)),
      await refusal(admin.searchUsers({ query: "a\0" }, operator)),
      await refusal(admin.searchUsers({ role: 9 as Role }, operator)),
      await refusal(admin.updateUserRoles({ userId: 2n, roles: [9 as Role] }, administrator)),
      await refusal(
        admin.updateUserRoles({ userId: 2n, roles: [Role.UNSPECIFIED] }, administrator),
      ),
      await refusal(admin.disableUser({ userId: 2n, reason: " " }, administrator)),
      await refusal(admin.disableUser({ userId: 2n, reason: "x".repeat(201) }, administrator)),
    ];
    assert.deepEqual(
      wrong,
      ["/query", "/query", "/role", "/roles", "/roles", "/reason", "/reason"].map((pointer) => {
        return ["INVALID_ARGUMENT", pointer];
      }),
    );
  });

  await t.step("nobody is found who is not there", async () => {
    const unknown = [
      await refusal(admin.updateUserRoles({ userId: 99n }, administrator)),
      await refusal(admin.disableUser({ userId: 0n, reason: "spam" }, administrator)),
      await refusal(admin.enableUser({ userId: -1n }, administrator)),
    ];
    assert.deepEqual(unknown, Array(3).fill(["USER_NOT_FOUND"]));
  });

  await t.step("the last administrator stays", async () => {
    const refused = [
      await refusal(admin.updateUserRoles({ userId: 1n, roles: [Role.OPERATOR] }, administrator)),
      await refusal(admin.disableUser({ userId: 1n, reason: "a mistake" }, administrator)),
    ];
    assert.deepEqual(refused, Array(2).fill(["LAST_ADMIN"]));
    const roles = [Role.ADMIN, Role.OPERATOR, Role.ADMIN];
    const { user } = await admin.updateUserRoles({ userId: 1n, roles }, administrator);
    assert.deepEqual(user?.roles, [Role.USER, Role.OPERATOR, Role.ADMIN]);
  });

  await t.step("everybody else is kept out", async () => {
    const calls = [
      admin.searchUsers({}, as(2n)),
      admin.updateUserRoles({ userId: 2n, roles: [Role.ADMIN] }, operator),
      admin.disableUser({ userId: 1n, reason: "revenge" }, operator),
      admin.enableUser({ userId: 2n }, as(2n)),
    ];
    assert.deepEqual(await Promise.all(calls.map(refusal)), Array(4).fill(["ROLE_REQUIRED"]));
  });
});
