/** How often secrets may be tried: per address, per account, and for both together. */
import type { RateLimit } from "../../shared/limits/rate_limit.ts";

const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
const hourMs = 60 * minuteMs;

/** Those of logins count failures only: a success gives its place back. */
export const limits = {
  loginByAddress: { name: "login-address", max: 100, windowMs: quarterMs },
  loginByBoth: { name: "login-both", max: 10, windowMs: quarterMs },
  /** Not for addresses that the account is logged in from: nobody can lock its owner out. */
  loginByAccount: { name: "login-account", max: 50, windowMs: quarterMs },
  registerByAddress: { name: "register-address", max: 100, windowMs: hourMs },
  refreshByAddress: { name: "refresh-address", max: 600, windowMs: quarterMs },
  refreshBySession: { name: "refresh-session", max: 60, windowMs: quarterMs },
  resetByAddress: { name: "reset-address", max: 30, windowMs: hourMs },
  /** Wrong answers. */
  resetByAccount: { name: "reset-account", max: 5, windowMs: hourMs },
  /** Wrong passwords of somebody who is logged in. */
  passwordByAccount: { name: "password-account", max: 10, windowMs: quarterMs },
} as const satisfies Readonly<Record<string, RateLimit>>;
