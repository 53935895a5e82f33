import { Code } from "@connectrpc/connect";
import assert from "node:assert/strict";
import { Refusal } from "../../../shared/errors.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { insertUsers } from "../../../tests/support/user_rows.ts";
import { createAccountAdminStore } from "./account_admin.ts";
import { createAccountStore } from "./accounts.ts";
import { createSessionStore } from "./sessions.ts";

const everything = { usernameStart: "", id: undefined, role: undefined } as const;
const hash = "a hash";

async function admins(sql: Sql): Promise<bigint[]> {
  const rows = await sql<{ id: bigint }[]>`
    SELECT id FROM users WHERE status = 1 AND 'admin' = ANY (roles) ORDER BY id`;
  return rows.map(({ id }) => id);
}

function newSession() {
  return {
    id: crypto.randomUUID(),
    device: { ipAddress: "192.0.2.1", userAgent: "a test" },
    tokenHash: crypto.getRandomValues(new Uint8Array(32)),
    ttlDays: 30,
  };
}

Deno.test("AccountAdminStore search()", async (t) => {
  await using database = await createServiceDatabase("user");
  const { sql } = database;
  const store = createAccountAdminStore(sql);
  const ids = Array.from({ length: 7 }, (_, n) => BigInt(n + 1));
  await insertUsers(sql, ids.map((id) => ({ id, status: id === 2n ? 2 : 1, passwordHash: hash })));
  await sql`UPDATE users SET create_time = to_timestamp(1000 + id / 3)`;
  await sql`UPDATE users SET roles = '{user,operator}' WHERE id = 3`;
  await sql`UPDATE users SET username_key = 'a_b%c' WHERE id = 4`;
  const search = async (filter: Partial<Parameters<typeof store.search>[0]>) => {
    return (await store.search({ ...everything, ...filter }, undefined, 50)).map(({ id }) => id);
  };

  await t.step("walks through all, newest first, whatever the page", async () => {
    const walked: bigint[] = [];
    let after: { value: bigint; lastId: bigint } | undefined;
    for (let page = 0; page < 10; page++) {
      const found = await store.search(everything, after, 2);
      walked.push(...found.map(({ id }) => id));
      const last = found.at(-1);
      if (last === undefined) break;
      after = { value: last.createTime, lastId: last.id };
    }
    assert.deepEqual(walked, [7n, 6n, 5n, 4n, 3n, 2n, 1n]);
  });

  await t.step("finds by the start of a name, by number and by role", async () => {
    assert.deepEqual(await search({ usernameStart: "user5" }), [5n]);
    assert.deepEqual(await search({ usernameStart: "6", id: 6n }), [6n]);
    assert.deepEqual(await search({ role: "operator" }), [3n]);
    assert.deepEqual(await search({ usernameStart: "ser5" }), []);
  });

  await t.step("takes signs of patterns as they are", async () => {
    for (const usernameStart of ["a_b%c", "a_b", "a_b%"]) {
      assert.deepEqual(await search({ usernameStart }), [4n]);
    }
    for (const usernameStart of ["%", "_", "\\", "a_b_", "axb"]) {
      assert.deepEqual(await search({ usernameStart }), []);
    }
  });

  await t.step("does not show who was erased", async () => {
    assert.equal(await createAccountStore(sql).erase(7n, hash), true);
    assert.deepEqual(await search({}), [6n, 5n, 4n, 3n, 2n, 1n]);
    assert.deepEqual(await search({ id: 7n, usernameStart: "7" }), []);
  });
});

Deno.test("AccountAdminStore setRoles() and setDisabled()", async (t) => {
  await using database = await createServiceDatabase("user");
  const { sql } = database;
  const store = createAccountAdminStore(sql);
  const sessions = createSessionStore(sql);
  const admin = ["user", "admin"] as const;
  await insertUsers(sql, [
    { id: 1n, roles: admin },
    { id: 2n, passwordHash: hash },
    { id: 3n, roles: admin, status: 2 },
  ]);

  await t.step("set what they say, end the sessions and tell", async () => {
    await sessions.open(2n, hash, newSession());
    const operator = await store.setRoles(2n, ["user", "operator"]);
    assert.deepEqual([operator?.roles, operator?.disabled], [["user", "operator"], false]);
    assert.deepEqual(await sessions.list(2n), []);
    await sessions.open(2n, hash, newSession());
    assert.equal((await store.setDisabled(2n, true))?.disabled, true);
    assert.deepEqual(await sessions.list(2n), []);
    assert.equal((await store.setDisabled(2n, false))?.disabled, false);
    const events = await sql`SELECT subject, count(*)::int FROM outbox GROUP BY 1 ORDER BY 1`;
    assert.deepEqual(events.map(({ subject, count }) => [subject, count]), [
      ["user.changed", 3],
      ["user.session_revoked", 2],
    ]);
  });

  await t.step("know nobody who is not there, or was erased", async () => {
    assert.equal(await store.setRoles(99n, ["user"]), undefined);
    assert.equal(await store.setDisabled(99n, true), undefined);
    await insertUsers(sql, [{ id: 5n, passwordHash: hash }]);
    await createAccountStore(sql).erase(5n, hash);
    assert.equal(await store.setDisabled(5n, false), undefined);
  });

  await t.step("do not take the last administrator away", async () => {
    const lastAdmin = (error: unknown) => {
      assert.ok(error instanceof Refusal);
      assert.deepEqual([error.code, error.reason], [Code.FailedPrecondition, "LAST_ADMIN"]);
      return true;
    };
    // The other one is disabled: nobody would be left who can log in.
    await assert.rejects(store.setRoles(1n, ["user"]), lastAdmin);
    await assert.rejects(store.setDisabled(1n, true), lastAdmin);
    assert.deepEqual((await store.setRoles(1n, ["user", "operator", "admin"]))?.roles, [
      "user",
      "operator",
      "admin",
    ]);
    assert.deepEqual(await admins(sql), [1n]);
    await store.setDisabled(3n, false);
    await store.setRoles(1n, ["user"]);
    assert.deepEqual(await admins(sql), [3n]);
  });

  await t.step("leave one of ten administrators who take each other away at once", async () => {
    const ids = Array.from({ length: 10 }, (_, n) => BigInt(n + 10));
    await insertUsers(sql, ids.map((id) => ({ id, roles: admin })));
    await store.setRoles(3n, ["user"]);
    const settled = await Promise.allSettled(
      ids.map((id, n) => n % 2 === 0 ? store.setRoles(id, ["user"]) : store.setDisabled(id, true)),
    );
    assert.equal(settled.filter(({ status }) => status === "rejected").length, 1);
    assert.equal((await admins(sql)).length, 1);
  });
});
