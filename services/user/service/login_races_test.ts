/** What happens to an account between the check of its password and the session. */
import assert from "node:assert/strict";
import { decodeJwt } from "jose";
import { AuthService } from "../../../proto/gen/user/v1/auth_service_pb.ts";
import { from, refusal, startUserBench } from "../../../tests/support/user_bench.ts";
import { asService } from "../../../shared/rpc/testing/principals.ts";
import { createAccountAdminStore } from "../store/account_admin.ts";
import { createAccountStore } from "../store/accounts.ts";
import { createSessionStore } from "../store/sessions.ts";

const password = "a good password";
/** Made at another cost than the bench's. */
const outdated =
  "$argon2id$v=19$m=19456,t=2,p=1$heTiNy9FAvLkgY9K9ot5HQ$7CKV7CWXZkXzgvp54rke2BghoVQrM8jsWlTIyJ8339w";
const outdatedPassword = "buyer-password-123";

Deno.test("Login among changes of the account", async (t) => {
  let meanwhile = () => Promise.resolve();
  await using bench = await startUserBench({
    async afterVerify() {
      const now = meanwhile;
      meanwhile = () => Promise.resolve();
      await now();
    },
  });
  const auth = bench.client(AuthService);
  const admin = createAccountAdminStore(bench.sql);
  const accounts = createAccountStore(bench.sql);
  const sessions = createSessionStore(bench.sql);
  const username = `races-${crypto.randomUUID().slice(0, 8)}`;
  const place = from("192.0.2.1");
  const { user } = await auth.register({ username, password, ...place }, asService());
  const id = user?.id ?? 0n;
  const login = () => auth.login({ username, password, ...place }, asService());

  await t.step("a role that is taken away is not in the token", async () => {
    await admin.setRoles(id, ["user", "operator"]);
    meanwhile = async () => void await admin.setRoles(id, ["user"]);
    const { user, tokens } = await login();
    assert.deepEqual([user?.roles, decodeJwt(tokens?.accessToken ?? "")["roles"]], [[1], ["user"]]);
  });

  await t.step("an account that is disabled gets no session, and hears why", async () => {
    meanwhile = async () => void await admin.setDisabled(id, true);
    assert.deepEqual(await refusal(login()), ["ACCOUNT_DISABLED"]);
    assert.deepEqual(await sessions.list(id), []);
    await admin.setDisabled(id, false);
  });

  await t.step("a password that is changed does not open a session any more", async () => {
    const before = await accounts.findById(id);
    const oldHash = before?.passwordHash ?? "";
    const newHash = await bench.hasher.hash("another good password");
    meanwhile = async () => void await accounts.changePassword(id, { oldHash, newHash });
    assert.deepEqual(await refusal(login()), ["BAD_CREDENTIALS"]);
    assert.deepEqual(await sessions.list(id), []);
    await accounts.changePassword(id, { oldHash: newHash, newHash: oldHash });
  });

  await t.step("an account that is erased is one that never was", async () => {
    const account = await accounts.findById(id);
    meanwhile = async () => void await accounts.erase(id, account?.passwordHash ?? "");
    assert.deepEqual(await refusal(login()), ["BAD_CREDENTIALS"]);
    assert.equal(await accounts.findById(id), undefined);
  });
});

Deno.test("Login eight times at once with an outdated hash lets all in", async () => {
  await using bench = await startUserBench();
  await bench.sql`
    INSERT INTO users (id, username, username_key, password_hash)
    VALUES (7, 'buyer', 'buyer', ${outdated})`;
  const auth = bench.client(AuthService);
  const request = { username: "buyer", password: outdatedPassword, ...from("192.0.2.2") };
  const settled = await Promise.allSettled(
    Array.from({ length: 8 }, () => auth.login(request, asService())),
  );
  assert.deepEqual(settled.map(({ status }) => status), Array(8).fill("fulfilled"));
  const [row] = await bench.sql`SELECT password_hash FROM users WHERE id = 7`;
  assert.match(row?.["password_hash"], /^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
});
