/** Sessions: devices that are logged in. */
import { accessTtlSeconds, clockToleranceSeconds } from "../../shared/auth/token_times.ts";

/** Living sessions of one account; a login beyond ends the one that was refreshed longest ago. */
export const sessionsMax = 50;
/** How long a session that was ended must be remembered, in milliseconds: its tokens may be about. */
export const forgetAfterMs = (accessTtlSeconds + 2 * clockToleranceSeconds) * 1_000;
/** Sessions are kept so long after their end, in days. */
export const keptDays = 7;

const userAgentMax = 200;
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

/** Whether the text can be a session's id. */
export function isSessionId(text: string): boolean {
  return uuid.test(text);
}

/** The program's name as it is kept: short, and without control characters. */
export function tidyUserAgent(userAgent: string): string {
  return [...userAgent.toWellFormed().replaceAll(/\p{Cc}/gu, " ")].slice(0, userAgentMax).join("");
}
