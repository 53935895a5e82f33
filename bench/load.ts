/** Load: so many calls at once for so long, and what came of it. */

export interface LoadOptions {
  /** Calls in flight. */
  readonly inFlight: number;
  /** How long to measure, in milliseconds. */
  readonly measureMs: number;
}

export interface LoadResult {
  /** Answered calls per second. */
  readonly rate: number;
  /** Every call's latency in milliseconds, ascending. */
  readonly latenciesMs: readonly number[];
}

/** Calls `one` over and over. The first call that fails ends the measurement with its error. */
export async function load(one: () => Promise<void>, options: LoadOptions): Promise<LoadResult> {
  const startedMs = performance.now();
  const end = startedMs + options.measureMs;
  const latenciesMs: number[] = [];
  await Promise.all(Array.from({ length: options.inFlight }, async () => {
    for (let before = performance.now(); before < end;) {
      await one();
      const after = performance.now();
      latenciesMs.push(after - before);
      before = after;
    }
  }));
  const seconds = (performance.now() - startedMs) / 1_000;
  return { rate: latenciesMs.length / seconds, latenciesMs: latenciesMs.sort((a, b) => a - b) };
}

/** The value below which `share` (0 to 1) of the ascending `values` lie. */
export function quantile(values: readonly number[], share: number): number {
  return values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? NaN;
}

/** The middle of the values, in any order. */
export function median(values: readonly number[]): number {
  return quantile(values.toSorted((a, b) => a - b), 0.5);
}
