/** How long tokens of people hold. */

/** How long an access token is valid, in seconds. */
export const accessTtlSeconds = 900;

/** Clocks of two machines may differ by this much, in seconds. */
export const clockToleranceSeconds = 30;
