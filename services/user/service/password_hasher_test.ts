import assert from "node:assert/strict";
import { Code } from "@connectrpc/connect";
import { Refusal } from "../../../shared/errors.ts";
import { createLogger } from "../../../shared/log.ts";
import { costOf, isOutdated } from "../password_hash.ts";
import { createPasswordHasher, type PasswordHasherOptions } from "./password_hasher.ts";

const log = createLogger({ write: () => {} });
/** As cheap as Argon2id can be. */
const cheap = { memoryKib: 64, passes: 1, lanes: 1 };

function open(overrides: Partial<PasswordHasherOptions> = {}) {
  return createPasswordHasher({ cost: cheap, workers: 2, waitingMax: 64, log, ...overrides });
}

function reasonOf(settled: PromiseSettledResult<unknown>): string | undefined {
  if (settled.status === "fulfilled") return undefined;
  return settled.reason instanceof Refusal ? settled.reason.reason : String(settled.reason);
}

Deno.test("hash() and verify() fit together, and salt each hash", async () => {
  await using hasher = await open();
  const [one, other] = await Promise.all([hasher.hash("secret"), hasher.hash("secret")]);
  assert.notEqual(one, other);
  assert.match(one, /^\$argon2id\$v=19\$m=64,t=1,p=1\$/);
  assert.deepEqual(
    await Promise.all([
      hasher.verify("secret", one),
      hasher.verify("Secret", one),
      hasher.verify("e\u0301", await hasher.hash("\u00e9")),
    ]),
    [true, false, false],
  );
});

Deno.test("verify() knows hashes of another cost", async () => {
  await using hasher = await open();
  // Of buyer-password-123, made by another program.
  const encoded = "$argon2id$v=19$m=19456,t=2,p=1$heTiNy9FAvLkgY9K9ot5HQ$" +
    "7CKV7CWXZkXzgvp54rke2BghoVQrM8jsWlTIyJ8339w";
  const answers = [
    await hasher.verify("buyer-password-123", encoded),
    await hasher.verify("buyer-password-124", encoded),
  ];
  assert.deepEqual(answers, [true, false]);
  assert.equal(hasher.isOutdated(encoded), true);
});

Deno.test("verify() says no to what is no hash, or one that would keep it busy", async () => {
  await using hasher = await open();
  const bad = [
    "",
    "secret",
    "$argon2id$v=19$m=64,t=1,p=1$$",
    "$argon2id$v=19$m=9999999,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
    "$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHQ$aGFzaA",
    "$argon2id$v=19$m=64,t=1,p=0$c2FsdHNhbHQ$aGFzaA",
    "$argon2id$v=19$m=64,t=1,p=9$c2FsdHNhbHQ$aGFzaA",
    "$argon2id$v=19$m=64,t=1,p=1$AA$aGFzaA",
    "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$AA",
    "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbH_$aGFzaA",
  ];
  const answers = await Promise.all(bad.map((encoded) => hasher.verify("secret", encoded)));
  assert.deepEqual(answers, bad.map(() => false));
  assert.equal(await hasher.verify("", await hasher.hash("no secret")), false);
});

Deno.test("isOutdated() compares all of the cost", () => {
  const encoded = "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA";
  assert.deepEqual(costOf(encoded), cheap);
  const costs = [cheap, { ...cheap, memoryKib: 65 }, { ...cheap, passes: 2 }, {
    ...cheap,
    lanes: 2,
  }];
  assert.deepEqual(costs.map((cost) => isOutdated(encoded, cost)), [false, true, true, true]);
});

Deno.test("hashing leaves the event loop free", async () => {
  await using hasher = await open({ cost: { memoryKib: 19_456, passes: 2, lanes: 1 } });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 2);
  await Promise.all([1, 2, 3, 4].map(() => hasher.hash("secret")));
  clearInterval(timer);
  assert.ok(ticks > 10, `${ticks} ticks`);
});

Deno.test("too many at once are refused, and the rest is done", async () => {
  await using hasher = await open({ workers: 1, waitingMax: 3 });
  const settled = await Promise.allSettled(
    Array.from({ length: 10 }, () => hasher.hash("secret")),
  );
  const refused = settled.flatMap((one) => one.status === "rejected" ? [one.reason] : []);
  assert.equal(refused.length, 6);
  for (const error of refused) {
    assert.ok(error instanceof Refusal);
    const { code, reason, retryable, headers } = error;
    assert.deepEqual([code, reason, retryable], [Code.Unavailable, "HASHING_BUSY", true]);
    assert.deepEqual(headers, { "retry-after": "1" });
  }
  assert.match(await hasher.hash("secret"), /^\$argon2id/);
});

Deno.test("a worker that hangs is given up, and another takes its place", async () => {
  await using hasher = await open({ workers: 1, taskMaxMs: 5_000 });
  // Half a minute of work.
  const endless = "$argon2id$v=19$m=19456,t=999,p=1$c2FsdHNhbHQ$aGFzaA";
  const [hung, next] = await Promise.allSettled([
    hasher.verify("secret", endless),
    hasher.hash("secret"),
  ]);
  assert.deepEqual(reasonOf(hung), "PASSWORD_HASHING_UNAVAILABLE");
  assert.equal(next.status, "fulfilled");
});

Deno.test("disposing ends what runs and what waits, and nothing starts again", async () => {
  const hasher = await open({ workers: 1 });
  const all = Promise.allSettled([1, 2, 3].map(() => hasher.hash("secret")));
  await hasher[Symbol.asyncDispose]();
  const [late] = await Promise.allSettled([hasher.hash("secret")]);
  const reasons = [...await all, late].map(reasonOf);
  assert.deepEqual(reasons, Array.from({ length: 4 }, () => "HASHING_BUSY"));
});

Deno.test({
  name: "createPasswordHasher() rejects if its workers cannot start, and the process lives on",
  // So the worker's own module cannot be loaded.
  permissions: { read: false },
  async fn() {
    const [failed] = await Promise.allSettled([open()]);
    assert.equal(reasonOf(failed), "PASSWORD_HASHING_UNAVAILABLE");
  },
});
