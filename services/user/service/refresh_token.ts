/** Refresh tokens: opaque secrets that work once, of which only a hash is kept. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

const refreshTokenBytes = 32;
const refreshTokenPattern = /^[\w-]{43}$/;

/** A refresh token: the secret, and what is kept of it. */
export interface RefreshToken {
  readonly secret: string;
  readonly hash: Uint8Array;
}

/** A new one of 32 random bytes. */
export function newRefreshToken(): RefreshToken {
  const bytes = crypto.getRandomValues(new Uint8Array(refreshTokenBytes));
  const secret = Buffer.from(bytes).toString("base64url");
  return { secret, hash: hashOf(secret) };
}

/** What is kept of a refresh token; undefined if it cannot be one of ours. */
export function refreshTokenHash(secret: string): Uint8Array | undefined {
  return refreshTokenPattern.test(secret) ? hashOf(secret) : undefined;
}

/** A hash without salt: of 256 random bits nothing can be guessed. */
function hashOf(secret: string): Uint8Array {
  return createHash("sha256").update(secret).digest();
}
