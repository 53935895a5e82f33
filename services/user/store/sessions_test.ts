import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { SessionRevokedSchema } from "../../../proto/gen/user/v1/user_event_pb.ts";
import { constraintOf } from "../../../shared/postgres/errors.ts";
import type { Sql } from "../../../shared/postgres/pool.ts";
import { plansOf } from "../../../tests/support/plans.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { insertUsers } from "../../../tests/support/user_rows.ts";
import { forgetAfterMs, sessionsMax } from "../session.ts";
import { createAccountAdminStore } from "./account_admin.ts";
import { createAccountStore } from "./accounts.ts";
import { createSessionStore } from "./sessions.ts";

const hash = "a hash";
const device = { ipAddress: "192.0.2.1", userAgent: "a test" };

function newToken(): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(32));
}

function newSession() {
  return { id: crypto.randomUUID(), device, tokenHash: newToken(), ttlDays: 30 };
}

function renewal() {
  return { tokenHash: newToken(), device, ttlDays: 30 };
}

async function events(sql: Sql) {
  const rows = await sql<{ payload: Uint8Array }[]>`
    SELECT payload FROM outbox WHERE subject = 'user.session_revoked' ORDER BY id`;
  return rows.map(({ payload }) => fromBinary(SessionRevokedSchema, payload));
}

async function living(sql: Sql, userId: bigint): Promise<number> {
  const rows = await sql`SELECT 1 FROM session WHERE user_id = ${userId} AND revoke_time IS NULL`;
  return rows.length;
}

Deno.test("SessionStore", async (t) => {
  await using database = await createServiceDatabase("user");
  const { sql } = database;
  const store = createSessionStore(sql);
  const accounts = createAccountStore(sql);
  const admin = createAccountAdminStore(sql);
  const ids = Array.from({ length: 20 }, (_, n) => BigInt(n + 1));
  await insertUsers(sql, ids.map((id) => ({ id, passwordHash: hash })));
  const open = async (userId: bigint) => {
    const session = newSession();
    assert.ok(await store.open(userId, hash, session));
    return session;
  };

  await t.step("open() wants the password that was checked, and an account in use", async () => {
    assert.equal((await store.open(1n, hash, newSession()))?.id, 1n);
    assert.equal(await store.open(1n, "another hash", newSession()), undefined);
    assert.equal(await store.open(99n, hash, newSession()), undefined);
    await admin.setDisabled(1n, true);
    assert.equal(await store.open(1n, hash, newSession()), undefined);
    assert.equal(await living(sql, 1n), 0);
  });

  await t.step("open() gives the account as it is then, not as it was", async () => {
    await admin.setRoles(2n, ["user", "operator"]);
    const account = await store.open(2n, hash, newSession());
    assert.deepEqual(account?.roles, ["user", "operator"]);
  });

  await t.step("open() beyond fifty ends the one refreshed longest ago", async () => {
    const first = await open(3n);
    const second = await open(3n);
    await sql`UPDATE session SET refresh_time = now() - interval '1 h' WHERE id = ${first.id}`;
    for (let n = 2; n < sessionsMax; n++) await open(3n);
    assert.equal((await store.refresh(first.tokenHash, renewal())).kind, "refreshed");
    await sql`UPDATE session SET refresh_time = now() - interval '1 h' WHERE id = ${second.id}`;
    await open(3n);
    const kept = (await store.list(3n)).map(({ id }) => id);
    assert.deepEqual(
      [kept.length, kept.includes(first.id), kept.includes(second.id)],
      [sessionsMax, true, false],
    );
  });

  await t.step("open() thirty times at once never leaves more than fifty", async () => {
    for (let n = 0; n < sessionsMax - 5; n++) await open(4n);
    await Promise.all(Array.from({ length: 30 }, () => open(4n)));
    assert.equal(await living(sql, 4n), sessionsMax);
  });

  await t.step("a password that is changed among logins leaves none of the old one", async () => {
    const logins = Array.from({ length: 20 }, () => store.open(5n, hash, newSession()));
    const change = accounts.changePassword(5n, { oldHash: hash, newHash: "new" });
    const opened = (await Promise.all(logins)).filter((account) => account !== undefined).length;
    assert.equal(await change, true);
    assert.equal(await living(sql, 5n), 0);
    const told = (await events(sql)).filter(({ userId }) => userId === 5n);
    assert.equal(told.length, opened);
  });

  await t.step("refresh() changes a token once, and moves the session on", async () => {
    const { id, tokenHash } = await open(6n);
    await sql`
      UPDATE session SET refresh_time = now() - interval '1 day',
                         expire_time = now() + interval '1 day' WHERE id = ${id}`;
    const next = { ...renewal(), device: { ipAddress: "192.0.2.9", userAgent: "newer" } };
    const refreshed = await store.refresh(tokenHash, next);
    assert.ok(refreshed.kind === "refreshed");
    assert.deepEqual([refreshed.sessionId, refreshed.account.id], [id, 6n]);
    const [session] = await store.list(6n);
    assert.ok(session);
    const { ipAddress, userAgent, refreshTime, expireTime } = session;
    assert.deepEqual([ipAddress, userAgent], ["192.0.2.9", "newer"]);
    assert.equal(expireTime - refreshTime, 30n * 86_400_000n);
    assert.equal(await store.sessionOf(next.tokenHash), id);
  });

  await t.step("refresh() of a used token ends the session, and tells so", async () => {
    const { id, tokenHash } = await open(7n);
    const next = renewal();
    await store.refresh(tokenHash, next);
    assert.deepEqual(await store.refresh(tokenHash, renewal()), { kind: "reused" });
    assert.deepEqual(await store.refresh(next.tokenHash, renewal()), { kind: "invalid" });
    const told = (await events(sql)).filter(({ userId }) => userId === 7n);
    assert.deepEqual(told.map(({ sessionId }) => sessionId), [id]);
    const [{ revokeTime, forgetTime } = { revokeTime: 0n, forgetTime: 0n }] = told;
    assert.equal(forgetTime - revokeTime, BigInt(forgetAfterMs));
  });

  await t.step("refresh() of one token ten times at once lets one win", async () => {
    const { tokenHash } = await open(8n);
    const all = await Promise.all(
      Array.from({ length: 10 }, () => store.refresh(tokenHash, renewal())),
    );
    const kinds = all.map(({ kind }) => kind).sort();
    assert.deepEqual(kinds, [...Array(8).fill("invalid"), "refreshed", "reused"]);
    assert.equal(await living(sql, 8n), 0);
  });

  await t.step("refresh() knows neither strange tokens nor those of dead sessions", async () => {
    const expired = await open(9n);
    await sql`UPDATE session SET expire_time = now() WHERE id = ${expired.id}`;
    const ended = await open(9n);
    await store.end(9n, ended.id);
    for (const tokenHash of [newToken(), expired.tokenHash, ended.tokenHash]) {
      assert.deepEqual(await store.refresh(tokenHash, renewal()), { kind: "invalid" });
    }
  });

  await t.step("refresh() beside a change of roles bears the new ones, or nothing", async () => {
    for (let n = 0; n < 10; n++) {
      const { tokenHash } = await open(10n);
      const [refreshed] = await Promise.all([
        store.refresh(tokenHash, renewal()),
        admin.setRoles(10n, ["user"]),
      ]);
      assert.ok(refreshed.kind === "refreshed" || refreshed.kind === "invalid");
      assert.equal(await living(sql, 10n), 0);
    }
  });

  await t.step("endByToken() ends one, and all only with a token that holds", async () => {
    const [one, other, third] = [await open(11n), await open(11n), await open(11n)];
    await store.endByToken(one.tokenHash, false);
    await store.endByToken(one.tokenHash, true);
    await store.endByToken(newToken(), true);
    assert.equal(await living(sql, 11n), 2);
    await store.refresh(other.tokenHash, renewal());
    await store.endByToken(other.tokenHash, true);
    assert.deepEqual((await store.list(11n)).map(({ id }) => id), [third.id]);
    await store.endByToken(third.tokenHash, true);
    assert.equal(await living(sql, 11n), 0);
  });

  await t.step("end() is for the owner, and tells once", async () => {
    const { id } = await open(12n);
    await store.end(13n, id);
    assert.equal(await living(sql, 12n), 1);
    await store.end(12n, id);
    await store.end(12n, id);
    const told = (await events(sql)).filter(({ userId }) => userId === 12n);
    assert.equal(told.length, 1);
    await Promise.all([open(12n), open(12n)]);
    await store.endAll(12n);
    assert.equal(await living(sql, 12n), 0);
  });

  await t.step("isKnownAddress() is where a living session was refreshed from", async () => {
    const { id } = await open(14n);
    const known = async () => [
      await store.isKnownAddress(14n, "192.0.2.1"),
      await store.isKnownAddress(14n, "192.0.2.2"),
      await store.isKnownAddress(15n, "192.0.2.1"),
    ];
    assert.deepEqual(await known(), [true, false, false]);
    await sql`UPDATE session SET expire_time = now() WHERE id = ${id}`;
    assert.deepEqual(await known(), [false, false, false]);
  });
});

Deno.test("SessionStore and the database's own rules", async () => {
  await using database = await createServiceDatabase("user");
  const { sql } = database;
  await insertUsers(sql, [{ id: 1n, passwordHash: hash }]);
  const store = createSessionStore(sql);
  const session = newSession();
  await store.open(1n, hash, session);
  const names = async (write: Promise<unknown>) => {
    return constraintOf(await write.then(() => undefined, (error) => error))?.name;
  };
  const twin = { ...newSession(), tokenHash: session.tokenHash };
  assert.equal(await names(store.open(1n, hash, twin)), "refresh_token_pkey");
  assert.equal(
    await names(store.open(1n, hash, { ...newSession(), id: session.id })),
    "session_pkey",
  );
  assert.equal(
    await names(sql`UPDATE session SET revoke_time = now() WHERE id = ${session.id}`.execute()),
    "session_check",
  );
  assert.equal(await living(sql, 1n), 1);
});

Deno.test("SessionStore listRevoked()", async (t) => {
  await using database = await createServiceDatabase("user");
  const { sql, url } = database;
  await insertUsers(sql, [{ id: 1n }]);
  const store = createSessionStore(sql);
  // Ended in the past minutes, ten a moment; those of user 1 that nobody has to know are older.
  await sql`
    INSERT INTO session (id, user_id, expire_time, revoke_time, forget_time)
    SELECT gen_random_uuid(), 1, now(), at, at + interval '16 min'
    FROM generate_series(1, 5000) AS n,
         LATERAL (SELECT now() - (n / 10) * interval '6 s' AS at) AS times`;
  await sql`
    INSERT INTO session (id, user_id, expire_time)
    SELECT gen_random_uuid(), 1, now() + interval '1 day' FROM generate_series(1, 5000)`;
  await sql`ANALYZE session`;
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM session WHERE forget_time > now() ORDER BY revoke_time, id`;
  const wanted = rows.map(({ id }) => id);

  await t.step("walks through what must be remembered, oldest first", async () => {
    const walked: string[] = [];
    let after: { value: bigint; lastId: string } | undefined;
    for (let page = 0; page < 10; page++) {
      const found = await store.listRevoked(after, 333);
      walked.push(...found.map(({ sessionId }) => sessionId));
      const last = found.at(-1);
      if (last === undefined) break;
      after = { value: last.revokeTime, lastId: last.sessionId };
    }
    assert.ok(wanted.length > 1_000);
    // Some may be forgotten while the walk goes on: those at its start, the oldest.
    assert.deepEqual(walked, wanted.slice(wanted.length - walked.length));
    assert.ok(wanted.length - walked.length <= 20, `${walked.length} of ${wanted.length}`);
  });

  await t.step("reads a page by its index, without sorting", async () => {
    const after = { value: BigInt(Date.now() - 300_000), lastId: crypto.randomUUID() };
    const plans = await plansOf(url, async (watched) => {
      await createSessionStore(watched).listRevoked(undefined, 1_001);
      await createSessionStore(watched).listRevoked(after, 1_001);
    });
    assert.equal(plans.length, 2);
    for (const plan of plans) {
      assert.match(plan, /Index Scan using session_by_revoke_time/);
      assert.doesNotMatch(plan, /Sort|Seq Scan/);
    }
  });
});

Deno.test("SessionStore sweep() deletes what ended a week ago, batch by batch", async () => {
  await using database = await createServiceDatabase("user");
  const { sql } = database;
  await insertUsers(sql, [{ id: 1n }]);
  const store = createSessionStore(sql);
  const insert = (label: string, expired: number, revoked: number | null) =>
    sql`
      INSERT INTO session (id, user_id, user_agent, expire_time, revoke_time, forget_time)
      VALUES (gen_random_uuid(), 1, ${label}, now() - ${expired} * interval '1 day',
              now() - ${revoked}::int * interval '1 day', now() - ${revoked}::int * interval '1 day')`;
  await insert("lives", -20, null);
  await insert("expired a moment ago", 6, null);
  await insert("ended a moment ago", -20, 6);
  for (let n = 0; n < 3; n++) await insert("expired", 8, null);
  for (let n = 0; n < 2; n++) await insert("ended", -20, 8);
  await sql`INSERT INTO refresh_token (token_hash, session_id)
    SELECT decode(md5(id::text), 'hex'), id FROM session`;
  assert.deepEqual([await store.sweep(4), await store.sweep(4), await store.sweep(4)], [4, 1, 0]);
  const left = await sql<{ user_agent: string; tokens: number }[]>`
    SELECT user_agent, count(token_hash)::int AS tokens
    FROM session LEFT JOIN refresh_token ON session_id = id GROUP BY 1 ORDER BY 1`;
  assert.deepEqual(left.map(({ user_agent, tokens }) => [user_agent, tokens]), [
    ["ended a moment ago", 1],
    ["expired a moment ago", 1],
    ["lives", 1],
  ]);
});
