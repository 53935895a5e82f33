import assert from "node:assert/strict";
import { ConfigError, EnvReader } from "../config.ts";
import { readAuthConfig } from "./config.ts";
import { newSigningKey } from "./signing_key.ts";

function read(values: Readonly<Record<string, string>>) {
  const env = new EnvReader(new Map(Object.entries(values)));
  const config = readAuthConfig("order", env);
  env.done();
  return config;
}

Deno.test("readAuthConfig() reads the own key and everybody's public ones", async () => {
  const [own, other] = [await newSigningKey(), await newSigningKey()];
  const { issuer, audience, serviceKey, serviceKeys } = read({
    ORDER_SERVICE_KEY: own.pkcs8,
    SERVICE_KEYS: `order=${own.publicKey}; bff=${other.publicKey},${own.publicKey}`,
  });
  assert.deepEqual([issuer, audience, serviceKey.publicJwk.x], ["mall", "mall", own.publicKey]);
  assert.deepEqual(
    [...serviceKeys].map(([name, keys]) => [name, keys.map(({ x }) => x)]),
    [["order", [own.publicKey]], ["bff", [other.publicKey, own.publicKey]]],
  );
});

Deno.test("readAuthConfig() names what is wrong, never a key", async () => {
  const { pkcs8 } = await newSigningKey();
  const cases: [Record<string, string>, RegExp][] = [
    [{}, /ORDER_SERVICE_KEY is required/],
    [{ ORDER_SERVICE_KEY: "secret", SERVICE_KEYS: "" }, /deno task keys/],
    [{ ORDER_SERVICE_KEY: pkcs8, SERVICE_KEYS: "bff:secret" }, /must look like/],
    [{ ORDER_SERVICE_KEY: pkcs8, SERVICE_KEYS: "bff=tooshort" }, /must look like/],
  ];
  for (const [values, pattern] of cases) {
    assert.throws(() => read(values), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, pattern);
      assert.doesNotMatch(error.message, /secret(?!s)|tooshort/);
      return true;
    });
  }
});
