import assert from "node:assert/strict";
import { AuthService } from "../../../proto/gen/user/v1/auth_service_pb.ts";
import { UserService } from "../../../proto/gen/user/v1/user_service_pb.ts";
import { as, asService } from "../../../shared/rpc/testing/principals.ts";
import { from, refusal, startUserBench } from "../../../tests/support/user_bench.ts";
import { insertUsers } from "../../../tests/support/user_rows.ts";

const password = "a good password";
let nextAddress = 1;

/** An address of its own: limits of one test do not touch another's. */
function somewhere() {
  return from(`198.51.100.${nextAddress++}`);
}

function newName(): string {
  return `name-${crypto.randomUUID().slice(0, 8)}`;
}

Deno.test("AuthService counts failures by address and account, and lets the owner in", async (t) => {
  await using bench = await startUserBench();
  const auth = bench.client(AuthService);
  const home = somewhere();
  const username = `carol-${crypto.randomUUID().slice(0, 8)}`;
  await auth.register({ username, password, ...home }, asService());

  async function fail(place: ReturnType<typeof from>, times: number): Promise<string[]> {
    const reasons: string[] = [];
    for (let n = 0; n < times; n++) {
      const [reason = ""] = await refusal(
        auth.login({ username, password: "a wrong password", ...place }, asService()),
      );
      reasons.push(reason);
    }
    return reasons;
  }

  await t.step("ten wrong passwords from one address are enough", async () => {
    const place = somewhere();
    const reasons = await fail(place, 12);
    assert.deepEqual(reasons.slice(9), [
      "BAD_CREDENTIALS",
      "TOO_MANY_ATTEMPTS",
      "TOO_MANY_ATTEMPTS",
    ]);
    const right = auth.login({ username, password, ...place }, asService());
    assert.deepEqual(await refusal(right), ["TOO_MANY_ATTEMPTS"]);
  });

  await t.step("many addresses lock strangers out, not the owner at home", async () => {
    for (let place = 0; place < 4; place++) await fail(somewhere(), 10);
    assert.deepEqual(await fail(somewhere(), 1), ["TOO_MANY_ATTEMPTS"]);
    const { user } = await auth.login({ username, password, ...home }, asService());
    assert.equal(user?.username, username);
  });

  await t.step("successes do not count, and headers tell how near the limit is", async () => {
    const headers: (string | null)[] = [];
    for (let n = 0; n < 15; n++) {
      await auth.login({ username, password, ...home }, {
        ...asService(),
        onHeader: (header) => headers.push(header.get("ratelimit-remaining")),
      });
    }
    assert.deepEqual(headers, Array(15).fill("9"));
  });
});

Deno.test("AuthService counts by where a call really comes from", async (t) => {
  await using bench = await startUserBench();
  const auth = bench.client(AuthService);

  /** Eleven wrong passwords for a name of its own, one from each place; how they were refused. */
  async function elevenFrom(place: (n: number) => ReturnType<typeof from>, options = {}) {
    const username = `nobody-${crypto.randomUUID().slice(0, 8)}`;
    const reasons: string[] = [];
    for (let n = 1; n <= 11; n++) {
      const login = auth.login({ username, password, ...place(n) }, options);
      reasons.push(...await refusal(login));
    }
    return [...new Set(reasons.slice(0, 10)), reasons[10]];
  }

  await t.step("a service is believed about the addresses of its clients", async () => {
    const reasons = await elevenFrom(somewhere, asService());
    assert.deepEqual(reasons, ["BAD_CREDENTIALS", "BAD_CREDENTIALS"]);
  });

  await t.step("anybody else is not", async () => {
    assert.deepEqual(await elevenFrom(somewhere), ["BAD_CREDENTIALS", "TOO_MANY_ATTEMPTS"]);
    const person = await elevenFrom(somewhere, as(7n, "admin"));
    assert.deepEqual(person, ["BAD_CREDENTIALS", "TOO_MANY_ATTEMPTS"]);
  });

  await t.step("a network of IPv6 is one place, however many addresses it has", async () => {
    const reasons = await elevenFrom((n) => from(`2001:db8:1:1::${n}`), asService());
    assert.deepEqual(reasons, ["BAD_CREDENTIALS", "TOO_MANY_ATTEMPTS"]);
    const others = await elevenFrom((n) => from(`2001:db8:2:${n}::1`), asService());
    assert.deepEqual(others, ["BAD_CREDENTIALS", "BAD_CREDENTIALS"]);
  });
});

Deno.test("AuthService limits what costs it something, or can be tried", async (t) => {
  await using bench = await startUserBench();
  const auth = bench.client(AuthService);

  await t.step("Register: a hundred an hour from one address, mistakes not counted", async () => {
    const place = somewhere();
    const register = (username: string) => {
      return auth.register({ username, password, ...place }, asService());
    };
    for (let n = 0; n < 3; n++) {
      assert.deepEqual((await refusal(register("x")))[0], "INVALID_ARGUMENT");
    }
    const settled = await Promise.allSettled(
      Array.from({ length: 105 }, () => register(newName())),
    );
    assert.equal(settled.filter(({ status }) => status === "fulfilled").length, 100);
    assert.deepEqual(await refusal(register(newName())), ["TOO_MANY_ATTEMPTS"]);
  });

  await t.step("RefreshToken: sixty of one session, and the token is not spent then", async () => {
    const place = somewhere();
    const request = { username: newName(), password, ...place };
    const { tokens } = await auth.register(request, asService());
    let refreshToken = tokens?.refreshToken ?? "";
    const refresh = async () => {
      const next = await auth.refreshToken({ refreshToken, ...place }, asService());
      refreshToken = next.tokens?.refreshToken ?? "";
    };
    for (let n = 0; n < 60; n++) await refresh();
    assert.deepEqual(await refusal(refresh()), ["TOO_MANY_ATTEMPTS"]);
    const [row] = await bench.sql`
      SELECT count(*) FROM refresh_token JOIN session ON session.id = session_id
      WHERE used_time IS NULL AND revoke_time IS NULL AND ip_address = ${place.client.ipAddress}`;
    assert.equal(row?.["count"], 1n);
  });

  await t.step("GetResetQuestion: thirty an hour from one address", async () => {
    const place = somewhere();
    const remaining: (string | null)[] = [];
    for (let n = 0; n < 30; n++) {
      await auth.getResetQuestion({ username: newName(), ...place }, {
        ...asService(),
        onHeader: (header) => remaining.push(header.get("ratelimit-remaining")),
      });
    }
    assert.deepEqual(remaining, Array.from({ length: 30 }, (_, n) => String(29 - n)));
    const more = auth.getResetQuestion({ username: newName(), ...place }, asService());
    assert.deepEqual(await refusal(more), ["TOO_MANY_ATTEMPTS"]);
  });
});

Deno.test("UserService limits wrong passwords of whoever is logged in, across its rpcs", async () => {
  await using bench = await startUserBench();
  // One Redis counts for all tests: the account's number must be nobody else's there.
  const id = BigInt(Date.now());
  await insertUsers(bench.sql, [{ id, passwordHash: await bench.hasher.hash(password) }]);
  const users = bench.client(UserService);
  const reset = { question: "Pet?", answer: "Mimi" };
  for (let n = 0; n < 3; n++) await users.setResetQuestion({ password, ...reset }, as(id));
  for (let n = 0; n < 10; n++) {
    const guess = `guess ${n}`;
    const tries = [
      () => users.changePassword({ oldPassword: guess, newPassword: password }, as(id)),
      () => users.setResetQuestion({ password: guess, ...reset }, as(id)),
      () => users.deleteUser({ password: guess }, as(id)),
    ];
    assert.deepEqual(await refusal(tries[n % 3]?.() ?? Promise.resolve()), ["BAD_CREDENTIALS"]);
  }
  assert.deepEqual(await refusal(users.deleteUser({ password }, as(id))), ["TOO_MANY_ATTEMPTS"]);
  assert.equal((await users.getUser({}, as(id))).user?.id, id);
});
