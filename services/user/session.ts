/** Sessions: devices that are logged in, and the tokens that they are kept by. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { accessTtlSeconds } from "../../shared/auth/access_token.ts";
import { clockToleranceSeconds } from "../../shared/auth/jwt.ts";

/** Living sessions of one account; a login beyond ends the one that was refreshed longest ago. */
export const sessionsMax = 50;
/** How long a session that was ended must be remembered, in milliseconds: its tokens may be about. */
export const forgetAfterMs = (accessTtlSeconds + 2 * clockToleranceSeconds) * 1_000;
/** Sessions are kept so long after their end, in days. */
export const keptDays = 7;

const userAgentMax = 200;
const refreshTokenBytes = 32;
const refreshTokenPattern = /^[\w-]{43}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Where a login comes from. */
export interface ClientDevice {
  /** Its address, "" when it is not known. */
  readonly ipAddress: string;
  /** The program, as it says itself. */
  readonly userAgent: string;
}

/** A living session. Times are Unix milliseconds. */
export interface Session {
  readonly id: string;
  readonly userAgent: string;
  readonly ipAddress: string;
  readonly createTime: bigint;
  readonly refreshTime: bigint;
  readonly expireTime: bigint;
}

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

/** Whether the text can be a session's id. */
export function isSessionId(text: string): boolean {
  return uuid.test(text);
}

/** The program's name as it is kept: short, and without control characters. */
export function tidyUserAgent(userAgent: string): string {
  return [...userAgent.toWellFormed().replaceAll(/\p{Cc}/gu, " ")].slice(0, userAgentMax).join("");
}
