/** Load: so many calls at once for so long, and what came of it. */

export interface LoadOptions {
  /** Calls in flight. */
  readonly inFlight: number;
  /** How long to measure, in milliseconds, after a quarter as long of warming up. */
  readonly measureMs: number;
}

export interface LoadResult {
  /** Answered calls per second. */
  readonly rate: number;
  /** Latencies in milliseconds. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Calls `one` over and over. The first call that fails ends the measurement with its error. */
export async function load(one: () => Promise<void>, options: LoadOptions): Promise<LoadResult> {
  await runFor(one, options.inFlight, options.measureMs / 4);
  const startedMs = performance.now();
  const latencies = await runFor(one, options.inFlight, options.measureMs);
  const seconds = (performance.now() - startedMs) / 1_000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)] ?? 0;
  return { rate: latencies.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function runFor(
  one: () => Promise<void>,
  inFlight: number,
  durationMs: number,
): Promise<number[]> {
  const end = performance.now() + durationMs;
  const latencies: number[] = [];
  await Promise.all(Array.from({ length: inFlight }, async () => {
    for (let before = performance.now(); before < end;) {
      await one();
      const after = performance.now();
      latencies.push(after - before);
      before = after;
    }
  }));
  return latencies;
}
