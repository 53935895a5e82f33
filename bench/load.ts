/** What a load is, and what came of it; load.mjs generates it. */

export interface LoadOptions {
  /** Calls in flight. */
  readonly inFlight: number;
  /** How long to measure, in milliseconds. */
  readonly measureMs: number;
  /** Ends the measurement sooner, after so many calls. */
  readonly callsMax?: number;
}

export interface LoadResult {
  /** Answered calls per second. */
  readonly rate: number;
  /** Every call's latency in milliseconds, ascending. */
  readonly latenciesMs: readonly number[];
}

/** The value below which `share` (0 to 1) of the ascending `values` lie. */
export function quantile(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
}

/** The middle of the values, in any order. */
export function median(values: readonly number[]): number {
  return quantile(values.toSorted((a, b) => a - b), 0.5);
}
