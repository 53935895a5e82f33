import assert from "node:assert/strict";
import { newSigningKey } from "../../shared/auth/signing_key.ts";
import { ConfigError } from "../../shared/config.ts";
import { readConfig } from "./config.ts";

async function environment(values: Readonly<Record<string, string>> = {}) {
  const [own, signing] = [await newSigningKey(), await newSigningKey()];
  return new Map(Object.entries({
    USER_POSTGRES_URL: "postgres://user:secret-of-postgres@localhost/mall_user",
    NATS_URL: "nats://localhost:4222",
    REDIS_URL: "redis://localhost:6379",
    USER_SERVICE_KEY: own.pkcs8,
    SERVICE_KEYS: `user=${own.publicKey}`,
    USER_SIGNING_KEYS: signing.pkcs8,
    ...values,
  }));
}

Deno.test("readConfig() hashes as OWASP recommends and keeps sessions a month unless told", async () => {
  const { hashCost, hashWorkers, hashWaitingMax, sessionDays, registerLimit, signingKeys } =
    readConfig(await environment());
  assert.deepEqual(
    { hashCost, hashWorkers, hashWaitingMax, sessionDays, registerLimit, keys: signingKeys.length },
    {
      hashCost: { memoryKib: 19_456, passes: 2, lanes: 1 },
      hashWorkers: 2,
      hashWaitingMax: 64,
      sessionDays: 30,
      registerLimit: 100,
      keys: 1,
    },
  );
});

Deno.test("readConfig() takes the next signing key beside the present one", async () => {
  const [next, present] = [await newSigningKey(), await newSigningKey()];
  const USER_SIGNING_KEYS = `${next.pkcs8},${present.pkcs8}`;
  const { signingKeys } = readConfig(await environment({ USER_SIGNING_KEYS }));
  assert.deepEqual(
    signingKeys.map(({ publicJwk }) => publicJwk.x),
    [next.publicKey, present.publicKey],
  );
});

Deno.test("readConfig() names what is wrong, never a secret", async () => {
  const cases: [string, string][] = [
    ["USER_SIGNING_KEYS", "secret-key"],
    ["USER_ARGON2_MEMORY_KIB", "7"],
    ["USER_ARGON2_MEMORY_KIB", "1048577"],
    ["USER_ARGON2_PASSES", "0"],
    ["USER_SESSION_DAYS", "0"],
    ["USER_HASH_WAITING_MAX", "many"],
    ["REDIS_URL", "http://:secret-of-redis@localhost"],
  ];
  for (const [name, value] of cases) {
    const source = await environment({ [name]: value });
    assert.throws(() => readConfig(source), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, new RegExp(name));
      assert.doesNotMatch(error.message, /secret-/);
      return true;
    });
  }
});
