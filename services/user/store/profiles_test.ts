import assert from "node:assert/strict";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { insertUsers } from "../../../tests/support/user_rows.ts";
import type { Profile } from "../profile.ts";
import { createProfileStore } from "./profiles.ts";

function byId(profiles: readonly Profile[]): Profile[] {
  return profiles.toSorted((a, b) => Number(a.id - b.id));
}

Deno.test("batchGetProfiles()", async (t) => {
  await using database = await createServiceDatabase("user");
  const { sql } = database;
  const store = createProfileStore(sql);
  await insertUsers(sql, [{ id: 1n }, { id: 2n, status: 2 }, { id: 3n, name: "" }, { id: 4n }]);

  await t.step("reads what is there, disabled accounts too", async () => {
    assert.deepEqual(byId(await store.batchGetProfiles([2n, 1n, 9n, 2n ** 63n - 1n])), [
      { id: 1n, name: "name 1", avatar: "/images/avatar/1.svg", version: 1n },
      { id: 2n, name: "name 2", avatar: "/images/avatar/2.svg", version: 1n },
    ]);
  });

  await t.step("shows the login name where no name was chosen", async () => {
    const [profile] = await store.batchGetProfiles([3n]);
    assert.equal(profile?.name, "user3");
  });

  await t.step("answers nothing to nothing", async () => {
    assert.deepEqual(await store.batchGetProfiles([]), []);
  });

  await t.step("sees the version grow with every change, whatever the writer says", async () => {
    const [before] = await sql<{ update_time: Date }[]>`
      UPDATE users SET update_time = '2020-01-01', version = 77 WHERE id = 4 RETURNING update_time`;
    await sql`UPDATE users SET name = 'renamed' WHERE id = 4`;
    assert.deepEqual(await store.batchGetProfiles([4n]), [
      { id: 4n, name: "renamed", avatar: "/images/avatar/4.svg", version: 3n },
    ]);
    const ageMs = Date.now() - (before?.update_time.getTime() ?? 0);
    assert.ok(ageMs < 3_600_000, `${ageMs} ms`);
  });

  await t.step("reads by the primary key", async () => {
    await sql`INSERT INTO users (id, username, username_key, password_hash)
      SELECT 1000 + n, 'many' || n, 'many' || n, '' FROM generate_series(1, 5000) AS n`;
    await sql`ANALYZE users`;
    const rows = await sql`
      EXPLAIN SELECT id, username, name, avatar, version FROM users
      WHERE id = ANY (${["5", "6", "7"]}::bigint[])`;
    const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
    assert.match(plan, /users_pkey/);
  });
});
