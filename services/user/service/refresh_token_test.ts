import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { newRefreshToken, refreshTokenHash } from "./refresh_token.ts";

Deno.test("newRefreshToken() is 32 random bytes, of which the SHA-256 is kept", () => {
  const { secret, hash } = newRefreshToken();
  assert.equal(Buffer.from(secret, "base64url").length, 32);
  assert.deepEqual(hash, createHash("sha256").update(secret).digest());
  assert.deepEqual(refreshTokenHash(secret), hash);
  assert.notEqual(newRefreshToken().secret, secret);
});

Deno.test("refreshTokenHash() looks at nothing that cannot be a token", () => {
  const { secret } = newRefreshToken();
  const others = ["", "x", secret.slice(1), `${secret}A`, `${secret}\n`, secret.replace(/.$/, "=")];
  assert.deepEqual(others.map(refreshTokenHash), others.map(() => undefined));
});
