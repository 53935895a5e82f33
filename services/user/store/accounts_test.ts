import assert from "node:assert/strict";
import { fromBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { UserChangedSchema, UserDeletedSchema } from "../../../proto/gen/user/v1/user_event_pb.ts";
import { Refusal } from "../../../shared/errors.ts";
import { constraintOf } from "../../../shared/postgres/errors.ts";
import { plansOf } from "../../../tests/support/plans.ts";
import { createServiceDatabase } from "../../../tests/support/service_database.ts";
import { insertUsers } from "../../../tests/support/user_rows.ts";
import { usernameKey } from "../account.ts";
import { createAccountStore } from "./accounts.ts";
import { createSessionStore } from "./sessions.ts";

const hash = "a hash";

function newSession() {
  return {
    id: crypto.randomUUID(),
    device: { ipAddress: "192.0.2.1", userAgent: "a test" },
    tokenHash: crypto.getRandomValues(new Uint8Array(32)),
    ttlDays: 30,
  };
}

function newAccount(username: string) {
  return {
    username,
    usernameKey: usernameKey(username),
    name: `name of ${username}`,
    phone: "13800138000",
    question: "Pet?",
    passwordHash: hash,
    answerHash: "the hash of an answer",
  };
}

Deno.test("AccountStore", async (t) => {
  await using database = await createServiceDatabase("user");
  const { sql, url } = database;
  const store = createAccountStore(sql);
  const sessions = createSessionStore(sql);
  const subjects = async () => {
    const rows = await sql<{ subject: string }[]>`
      WITH told AS (DELETE FROM outbox RETURNING id, subject)
      SELECT subject FROM told ORDER BY id`;
    return rows.map(({ subject }) => subject);
  };
  const register = async (username: string) => {
    const session = newSession();
    const { id } = await store.register(newAccount(username), session);
    await subjects();
    return { id, session };
  };

  await t.step("register() makes the account, its session and its event at once", async () => {
    const session = newSession();
    const account = await store.register(newAccount("Alice"), session);
    const { usernameKey: _key, ...wanted } = newAccount("Alice");
    const { id, createTime, updateTime, ...kept } = account;
    assert.deepEqual(kept, {
      ...wanted,
      avatar: "",
      roles: ["user"],
      disabled: false,
      version: 1n,
    });
    assert.deepEqual(updateTime, createTime);
    assert.deepEqual(await store.findById(id), account);
    assert.deepEqual(await store.findByUsername("alice"), account);
    assert.deepEqual((await sessions.list(id)).map((one) => one.id), [session.id]);
    assert.deepEqual(await subjects(), ["user.registered"]);
  });

  await t.step("register() of a name that is taken writes nothing", async () => {
    await assert.rejects(store.register(newAccount("ALICE"), newSession()), (error) => {
      assert.ok(error instanceof Refusal);
      const { code, reason, violations } = error;
      assert.deepEqual(
        [code, reason, violations.map(({ pointer }) => pointer)],
        [Code.AlreadyExists, "USERNAME_TAKEN", ["/username"]],
      );
      return true;
    });
    assert.deepEqual(await subjects(), []);
    assert.equal((await sql`SELECT 1 FROM session`).length, 1);
  });

  await t.step("register() of twins at once makes one account", async () => {
    const twins = ["Zoe\u0301", "ZO\u00c9", "zo\u00e9", "zo\u00ade\u0301", "ｚｏé"];
    const settled = await Promise.allSettled(
      twins.map((username) => store.register(newAccount(username), newSession())),
    );
    assert.equal(settled.filter(({ status }) => status === "fulfilled").length, 1);
    const reasons = settled.flatMap((one) => one.status === "rejected" ? one.reason.reason : []);
    assert.deepEqual(reasons, Array(4).fill("USERNAME_TAKEN"));
    assert.deepEqual(await subjects(), ["user.registered"]);
  });

  await t.step("register() whose session cannot be made makes no account either", async () => {
    const { session } = await register("first");
    const error = await store.register(newAccount("second"), session)
      .then(() => undefined, (error) => error);
    assert.equal(constraintOf(error)?.name, "session_pkey");
    assert.equal(await store.findByUsername("second"), undefined);
    assert.deepEqual(await subjects(), []);
  });

  await t.step("find…() find nobody by what no account can have", async () => {
    assert.deepEqual(
      [
        await store.findByUsername("a\0"),
        await store.findByUsername(""),
        await store.findById(-1n),
      ],
      [undefined, undefined, undefined],
    );
  });

  await t.step("update() changes what is given, and tells the version", async () => {
    const { id } = await register("bob");
    const updated = await store.update(id, { name: "Bob", phone: "" });
    assert.deepEqual(
      [updated?.name, updated?.phone, updated?.question, updated?.version],
      ["Bob", "", "Pet?", 2n],
    );
    const [row] = await sql<{ payload: Uint8Array }[]>`SELECT payload FROM outbox`;
    const { userId, version } = fromBinary(UserChangedSchema, row?.payload ?? new Uint8Array());
    assert.deepEqual([userId, version], [id, 2n]);
    await sql`UPDATE users SET status = 2 WHERE id = ${id}`;
    assert.equal(await store.update(id, { name: "nobody" }), undefined);
    assert.equal(await store.update(99_999n, { name: "nobody" }), undefined);
    assert.deepEqual(await subjects(), ["user.changed"]);
  });

  await t.step("changePassword() wants the old hash, and keeps one session", async () => {
    const { id, session } = await register("carol");
    await sessions.open(id, hash, newSession());
    await sessions.open(id, hash, newSession());
    const wrong = { oldHash: "another", newHash: "new" };
    assert.equal(await store.changePassword(id, wrong, session.id), false);
    assert.equal((await sessions.list(id)).length, 3);
    const right = { oldHash: hash, newHash: "new" };
    assert.equal(await store.changePassword(id, right, session.id), true);
    assert.deepEqual((await sessions.list(id)).map((one) => one.id), [session.id]);
    assert.deepEqual(await subjects(), Array(2).fill("user.session_revoked"));
    assert.equal(await store.changePassword(id, { oldHash: "new", newHash: hash }), true);
    assert.deepEqual(await sessions.list(id), []);
  });

  await t.step("changePassword() ten times at once is done once", async () => {
    const { id } = await register("dora");
    const done = await Promise.all(
      Array.from({ length: 10 }, (_, n) => {
        return store.changePassword(id, { oldHash: hash, newHash: `new ${n}` });
      }),
    );
    assert.equal(done.filter(Boolean).length, 1);
  });

  await t.step("rehash() and setQuestion() hold only while the password does", async () => {
    const { id } = await register("erin");
    await store.rehash(id, "another", "wrong");
    await store.rehash(id, hash, "rehashed");
    assert.equal((await store.findById(id))?.passwordHash, "rehashed");
    const question = { question: "", answerHash: "" };
    assert.equal(await store.setQuestion(id, hash, question), false);
    assert.equal(await store.setQuestion(id, "rehashed", question), true);
    const account = await store.findById(id);
    assert.deepEqual([account?.question, account?.answerHash], ["", ""]);
  });

  await t.step("erase() leaves a number and nothing of the person", async () => {
    const { id } = await register("Fred Personal");
    await store.update(id, { name: "Personal", avatar: "https://personal.example.com/" });
    await sql`
      INSERT INTO address (user_id, name, phone, province, city, detail)
      VALUES (${id}, 'Personal', '1', 'Personal', 'Personal', 'Personal')`;
    await sql`INSERT INTO favourite (user_id, product_id) VALUES (${id}, 1)`;
    await subjects();
    assert.equal(await store.erase(id, "another"), false);
    assert.equal(await store.erase(id, hash), true);
    assert.equal(await store.erase(id, hash), false);
    assert.equal(await store.erase(id, ""), false);
    const left = await sql<{ kept: string }[]>`
      SELECT row_to_json(users)::text AS kept FROM users WHERE id = ${id}
      UNION ALL SELECT row_to_json(address)::text FROM address WHERE user_id = ${id}
      UNION ALL SELECT row_to_json(favourite)::text FROM favourite WHERE user_id = ${id}
      UNION ALL SELECT row_to_json(session)::text FROM session WHERE user_id = ${id}`;
    assert.equal(left.length, 2);
    assert.doesNotMatch(
      left.map(({ kept }) => kept).join(),
      /personal|13800138000|hash of|192\.0/i,
    );
    const [row] = await sql<{ payload: Uint8Array }[]>`
      SELECT payload FROM outbox WHERE subject = 'user.deleted'`;
    assert.equal(fromBinary(UserDeletedSchema, row?.payload ?? new Uint8Array()).userId, id);
    assert.deepEqual(await subjects(), ["user.session_revoked", "user.deleted"]);
    assert.equal(await store.findById(id), undefined);
    assert.notEqual((await register("fred personal")).id, id);
  });

  await t.step("what an erased account is called can be nobody's name", async () => {
    const { id } = await register("gina");
    const { id: other } = await register(`erased-${id}`);
    assert.equal(await store.erase(id, hash), true);
    assert.equal((await store.findByUsername(`erased-${id}`))?.id, other);
  });

  await t.step("a login reads by the index of names", async () => {
    const ids = Array.from({ length: 3_000 }, (_, n) => BigInt(n + 10_000));
    await insertUsers(sql, ids.map((id) => ({ id })));
    await sql`ANALYZE users`;
    const [plan = ""] = await plansOf(url, (watched) => {
      return createAccountStore(watched).findByUsername("alice");
    });
    assert.match(plan, /Index Scan using users_by_username_\w+ on users/);
  });
});
