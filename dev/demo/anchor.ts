/** The moment that all times of the demo data hang on. */

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/**
 * The full hour (UTC) at or before `now`. Everything in the demo data is the same on every machine
 * except times, and order ids, which begin with one: these hang on the anchor, so that the flash
 * sale really runs. Two loads within one hour are therefore equal in every byte.
 */
export function anchorOf(now: Date): Date {
  return new Date(Math.floor(now.getTime() / hourMs) * hourMs);
}

/** `durationMs` before `time`; negative for after. */
export function before(time: Date, durationMs: number): Date {
  return new Date(time.getTime() - durationMs);
}
