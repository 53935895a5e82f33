import assert from "node:assert/strict";
import { AuthService } from "../../../proto/gen/user/v1/auth_service_pb.ts";
import { UserAdminService } from "../../../proto/gen/user/v1/user_admin_service_pb.ts";
import { UserInternalService } from "../../../proto/gen/user/v1/user_internal_service_pb.ts";
import { UserService } from "../../../proto/gen/user/v1/user_service_pb.ts";
import { as, asService } from "../../../shared/rpc/testing/principals.ts";
import { from, refusal, startUserBench } from "../../../tests/support/user_bench.ts";

const password = "a good password";
let nextAddress = 1;

/** An address of its own: limits of one test do not touch another's. */
function somewhere() {
  return from(`192.0.2.${nextAddress++}`);
}

Deno.test("AuthService registers, logs in, refreshes and logs out", async (t) => {
  await using bench = await startUserBench();
  const auth = bench.client(AuthService);
  const home = somewhere();

  await t.step("Register makes an account and logs it in", async () => {
    const wish = { username: " Alice ", password, phone: "13800138000", ...home };
    const { user, tokens } = await auth.register(wish, asService());
    assert.deepEqual(
      [user?.username, user?.name, user?.phone, user?.roles, user?.disabled],
      ["Alice", "Alice", "13800138000", [1], false],
    );
    assert.deepEqual([tokens?.tokenType, tokens?.expiresInSeconds], ["Bearer", 900n]);
    const [row] = await bench.sql`SELECT password_hash FROM users WHERE username_key = 'alice'`;
    assert.match(row?.["password_hash"], /^\$argon2id\$/);
    const events = await bench.sql`SELECT subject FROM outbox`;
    assert.deepEqual(events.map(({ subject }) => subject), ["user.registered"]);
  });

  await t.step("Register refuses twins of a username, also at once", async () => {
    for (const username of ["alice", "ＡＬＩＣＥ", "Alice"]) {
      const refused = await refusal(auth.register({ username, password, ...home }, asService()));
      assert.deepEqual(refused, ["USERNAME_TAKEN", "/username"]);
    }
    const twins = ["Zoe\u0301", "ZO\u00c9", "zo\u00e9", "zoe\u0301"];
    const settled = await Promise.allSettled(
      twins.map((username) => auth.register({ username, password, ...home }, asService())),
    );
    assert.equal(settled.filter(({ status }) => status === "fulfilled").length, 1);
  });

  await t.step("Register names every wrong field, and writes nothing", async () => {
    const wish = {
      username: "a\u200bb\u200b",
      password: "short",
      name: "x".repeat(51),
      phone: "none",
      question: "?",
      answer: "",
    };
    assert.deepEqual(await refusal(auth.register({ ...wish, ...home }, asService())), [
      "INVALID_ARGUMENT",
      "/username",
      "/password",
      "/name",
      "/phone",
      "/answer",
    ]);
    assert.equal((await bench.sql`SELECT 1 FROM users WHERE phone = 'none'`).length, 0);
  });

  await t.step("Login takes any spelling of the name, and only the right password", async () => {
    const { user } = await auth.login({ username: "ALICE", password, ...home }, asService());
    assert.equal(user?.username, "Alice");
    const wrong = [
      { username: "alice", password: `${password} ` },
      { username: "nobody", password },
      { username: "alice\0", password },
      { username: "", password: "" },
    ];
    for (const request of wrong) {
      const refused = await refusal(auth.login({ ...request, ...home }, asService()));
      assert.deepEqual(refused, ["BAD_CREDENTIALS"]);
    }
  });

  await t.step("RefreshToken gives a new pair once; reuse ends the session", async () => {
    const { tokens } = await auth.login({ username: "alice", password, ...home }, asService());
    const old = { refreshToken: tokens?.refreshToken ?? "", ...home };
    const first = await auth.refreshToken(old, asService());
    const next = { refreshToken: first.tokens?.refreshToken ?? "", ...home };
    assert.deepEqual(await refusal(auth.refreshToken(old, asService())), ["REFRESH_TOKEN_REUSED"]);
    assert.deepEqual(await refusal(auth.refreshToken(next, asService())), [
      "REFRESH_TOKEN_INVALID",
    ]);
    for (const refreshToken of ["", "x", "A".repeat(43)]) {
      assert.deepEqual(await refusal(auth.refreshToken({ refreshToken, ...home }, asService())), [
        "REFRESH_TOKEN_INVALID",
      ]);
    }
  });

  await t.step("RefreshToken of one token twenty times at once gives one pair", async () => {
    const { tokens } = await auth.login({ username: "alice", password, ...home }, asService());
    const request = { refreshToken: tokens?.refreshToken ?? "", ...home };
    const settled = await Promise.allSettled(
      Array.from({ length: 20 }, () => auth.refreshToken(request, asService())),
    );
    assert.equal(settled.filter(({ status }) => status === "fulfilled").length, 1);
  });

  await t.step("Logout ends this device or all, and says the same of any token", async () => {
    const login = async () => {
      const { tokens } = await auth.login({ username: "alice", password, ...home }, asService());
      return tokens?.refreshToken ?? "";
    };
    const refreshes = async (refreshToken: string) => {
      const call = auth.refreshToken({ refreshToken, ...home }, asService());
      return await call.then(() => "refreshed", () => "refused");
    };
    const [one, other, third] = [await login(), await login(), await login()];
    await auth.logout({ refreshToken: one });
    await auth.logout({ refreshToken: one });
    await auth.logout({ refreshToken: "nothing", allDevices: true });
    assert.deepEqual([await refreshes(one), await refreshes(third)], ["refused", "refreshed"]);
    await auth.logout({ refreshToken: other, allDevices: true });
    assert.deepEqual(
      await bench.sql`SELECT 1 FROM session WHERE revoke_time IS NULL AND user_id = (
        SELECT id FROM users WHERE username_key = 'alice')`.then((rows) => rows.length),
      0,
    );
  });

  await t.step("no password, token or hash is in any log line", () => {
    const text = bench.logLines.join("\n");
    assert.doesNotMatch(text, /a good password|argon2id|eyJ/);
  });
});

Deno.test("AuthService keeps 50 sessions of an account and ends the oldest", async () => {
  await using bench = await startUserBench();
  const auth = bench.client(AuthService);
  const home = somewhere();
  const { tokens } = await auth.register({ username: "bob", password, ...home }, asService());
  for (let n = 0; n < 50; n++) {
    await auth.login({ username: "bob", password, ...home }, asService());
  }
  const [row] = await bench.sql`SELECT count(*) FROM session WHERE revoke_time IS NULL`;
  assert.equal(row?.["count"], 50n);
  const first = { refreshToken: tokens?.refreshToken ?? "", ...home };
  assert.deepEqual(await refusal(auth.refreshToken(first, asService())), ["REFRESH_TOKEN_INVALID"]);
});

Deno.test("AuthService hashes anew at login when the cost has changed", async () => {
  await using bench = await startUserBench();
  const old =
    "$argon2id$v=19$m=19456,t=2,p=1$heTiNy9FAvLkgY9K9ot5HQ$7CKV7CWXZkXzgvp54rke2BghoVQrM8jsWlTIyJ8339w";
  await bench.sql`
    INSERT INTO users (id, username, username_key, password_hash)
    VALUES (7, 'buyer', 'buyer', ${old})`;
  const auth = bench.client(AuthService);
  const request = { username: "buyer", password: "buyer-password-123", ...somewhere() };
  await auth.login(request, asService());
  const [row] = await bench.sql`SELECT password_hash FROM users WHERE id = 7`;
  assert.match(row?.["password_hash"], /^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
  await auth.login(request, asService());
});

Deno.test("AuthService resets a password by question and answer", async (t) => {
  await using bench = await startUserBench();
  const auth = bench.client(AuthService);
  const home = somewhere();
  const username = `dora-${crypto.randomUUID().slice(0, 8)}`;
  const wish = { username, password, question: "Pet?", answer: " Mimi ", ...home };
  const { tokens } = await auth.register(wish, asService());

  await t.step("the question is told; an unknown name has one too, always the same", async () => {
    const ask = async (name: string) => {
      return (await auth.getResetQuestion({ username: name, ...home }, asService())).question;
    };
    assert.equal(await ask(username), "Pet?");
    const made = await ask("nobody at all");
    assert.ok(made.length > 10);
    assert.equal(await ask("NOBODY at all"), made);
  });

  await t.step("the answer counts, not its case; every session ends", async () => {
    const newPassword = "another good password";
    const wrong = { username, answer: "Momo", newPassword, ...home };
    assert.deepEqual(await refusal(auth.resetPassword(wrong, asService())), ["BAD_CREDENTIALS"]);
    const unknown = { ...wrong, username: "nobody at all" };
    assert.deepEqual(await refusal(auth.resetPassword(unknown, asService())), ["BAD_CREDENTIALS"]);
    await auth.resetPassword({ ...wrong, answer: "MIMI" }, asService());
    const refresh = { refreshToken: tokens?.refreshToken ?? "", ...home };
    assert.deepEqual(await refusal(auth.refreshToken(refresh, asService())), [
      "REFRESH_TOKEN_INVALID",
    ]);
    await auth.login({ username, password: newPassword, ...home }, asService());
  });

  await t.step("five wrong answers are enough, from wherever they come", async () => {
    const reasons: string[] = [];
    for (let n = 0; n < 6; n++) {
      const guess = { username, answer: `guess ${n}`, newPassword: password, ...somewhere() };
      reasons.push((await refusal(auth.resetPassword(guess, asService())))[0] ?? "");
    }
    assert.deepEqual(reasons.slice(3), [
      "BAD_CREDENTIALS",
      "TOO_MANY_ATTEMPTS",
      "TOO_MANY_ATTEMPTS",
    ]);
  });

  await t.step("an account without a question cannot be reset", async () => {
    const other = `${username}-2`;
    await auth.register({ username: other, password, ...home }, asService());
    const request = { username: other, answer: "", newPassword: password, ...home };
    assert.deepEqual(await refusal(auth.resetPassword(request, asService())), ["BAD_CREDENTIALS"]);
  });
});

Deno.test("UserService is about the caller alone", async (t) => {
  await using bench = await startUserBench();
  const auth = bench.client(AuthService);
  const users = bench.client(UserService);
  const home = somewhere();
  const username = `erin-${crypto.randomUUID().slice(0, 8)}`;
  const { user, tokens } = await auth.register({ username, password, ...home }, asService());
  const id = user?.id ?? 0n;

  await t.step("GetUser and UpdateUser", async () => {
    assert.equal((await users.getUser({}, as(id))).user?.username, username);
    assert.deepEqual(await refusal(users.getUser({ userId: id }, as(id + 1n, "admin"))), [
      "NOT_YOUR_ACCOUNT",
    ]);
    assert.deepEqual(await refusal(users.getUser({ userId: id })), ["UNAUTHENTICATED"]);
    assert.deepEqual(await refusal(users.getUser({}, as(999_999n))), ["USER_NOT_FOUND"]);
    const avatar = "https://img.example.com/e.png";
    const updated = await users.updateUser({ name: "Erin", avatar, phone: "" }, as(id));
    assert.deepEqual(
      [updated.user?.name, updated.user?.avatar, updated.user?.version],
      ["Erin", avatar, 2n],
    );
    assert.equal((await users.updateUser({}, as(id))).user?.version, 2n);
    const wrong = { name: "", avatar: "http://127.0.0.1/a.png", phone: "x" };
    assert.deepEqual(await refusal(users.updateUser(wrong, as(id))), [
      "INVALID_ARGUMENT",
      "/name",
      "/avatar",
      "/phone",
    ]);
  });

  await t.step("ListSessions and RevokeSession", async () => {
    await auth.login({ username, password, ...home }, asService());
    const { sessions } = await users.listSessions({}, as(id));
    assert.deepEqual(
      sessions.map(({ ipAddress, userAgent, current }) => {
        return [ipAddress, userAgent, current];
      }),
      [[home.client.ipAddress, "a test", false], [home.client.ipAddress, "a test", false]],
    );
    const sessionId = sessions[0]?.sessionId ?? "";
    await users.revokeSession({ sessionId }, as(id + 1n));
    assert.equal((await users.listSessions({}, as(id))).sessions.length, 2);
    await users.revokeSession({ sessionId }, as(id));
    await users.revokeSession({ sessionId }, as(id));
    assert.equal((await users.listSessions({}, as(id))).sessions.length, 1);
    assert.deepEqual(await refusal(users.revokeSession({}, as(id))), [
      "INVALID_ARGUMENT",
      "/session_id",
    ]);
    const internal = bench.client(UserInternalService);
    const revoked = await internal.listRevokedSessions({}, asService());
    assert.deepEqual(revoked.sessions.map((one) => one.sessionId), [sessionId]);
    const { revokeTime = 0n, forgetTime = 0n } = revoked.sessions[0] ?? {};
    assert.ok(forgetTime - revokeTime >= 900_000n);
  });

  await t.step("ChangePassword wants the old one, and ends the other sessions", async () => {
    const newPassword = "yet another password";
    const wrong = users.changePassword({ oldPassword: "wrong", newPassword }, as(id));
    assert.deepEqual(await refusal(wrong), ["BAD_CREDENTIALS"]);
    const weak = users.changePassword({ oldPassword: password, newPassword: "password" }, as(id));
    assert.deepEqual(await refusal(weak), ["INVALID_ARGUMENT", "/new_password"]);
    await users.changePassword({ oldPassword: password, newPassword }, as(id));
    assert.equal((await users.listSessions({}, as(id))).sessions.length, 0);
    await auth.login({ username, password: newPassword, ...home }, asService());
  });

  await t.step("an administrator disables and enables; the sessions end", async () => {
    const admin = bench.client(UserAdminService);
    const { tokens } = await auth.login(
      { username, password: "yet another password", ...home },
      asService(),
    );
    assert.deepEqual(await refusal(admin.disableUser({ userId: id, reason: "spam" }, as(id))), [
      "ROLE_REQUIRED",
    ]);
    assert.deepEqual(
      await refusal(admin.disableUser({ userId: id, reason: "spam" }, as(1n, "operator"))),
      ["ROLE_REQUIRED"],
    );
    await admin.disableUser({ userId: id, reason: "spam" }, as(1n, "admin"));
    const login = { username, password: "yet another password", ...home };
    assert.deepEqual(await refusal(auth.login(login, asService())), ["ACCOUNT_DISABLED"]);
    assert.deepEqual(await refusal(auth.login({ ...login, password }, asService())), [
      "BAD_CREDENTIALS",
    ]);
    const refresh = { refreshToken: tokens?.refreshToken ?? "", ...home };
    assert.deepEqual(await refusal(auth.refreshToken(refresh, asService())), [
      "REFRESH_TOKEN_INVALID",
    ]);
    await admin.enableUser({ userId: id }, as(1n, "admin"));
    const { user } = await admin.updateUserRoles({ userId: id, roles: [2] }, as(1n, "admin"));
    assert.deepEqual(user?.roles, [1, 2]);
    assert.deepEqual((await auth.login(login, asService())).user?.roles, [1, 2]);
  });

  await t.step("SearchUsers finds by the start of a name, by number and by role", async () => {
    const admin = bench.client(UserAdminService);
    const find = async (request: Parameters<typeof admin.searchUsers>[0]) => {
      const { users } = await admin.searchUsers(request, as(1n, "operator"));
      return users.map((one) => one.id);
    };
    assert.deepEqual(await find({ query: username.slice(0, 9).toUpperCase() }), [id]);
    assert.deepEqual(await find({ query: `${id}` }), [id]);
    assert.deepEqual(await find({ role: 2 }), [id]);
    assert.deepEqual(await find({ query: "%" }), []);
  });

  await t.step("DeleteUser erases the person", async () => {
    const request = { password: "yet another password" };
    assert.deepEqual(await refusal(users.deleteUser({ password }, as(id))), ["BAD_CREDENTIALS"]);
    await users.deleteUser(request, as(id));
    const rows = await bench.sql`SELECT * FROM users WHERE id = ${id}`;
    assert.doesNotMatch(JSON.stringify(rows, (_, v) => String(v) || v), /erin/i);
    const login = auth.login({ username, ...request, ...home }, asService());
    assert.deepEqual(await refusal(login), ["BAD_CREDENTIALS"]);
    const { users: profiles } = await bench.client(UserInternalService)
      .batchGetUsers({ userIds: [id] }, asService());
    assert.deepEqual(profiles, []);
    const again = await auth.register({ username, password, ...home }, asService());
    assert.notEqual(again.user?.id, id);
  });
  assert.ok(tokens);
});
