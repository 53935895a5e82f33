/** Measuring several things in turn, round by round. */
import { load } from "./load.mjs";
import type { LoadOptions, LoadResult } from "./load.ts";
import type { Row } from "./table.ts";

export const inFlight = 16;
/** Each thing is measured once a round, one after the other, in so many rounds. */
export const roundCount = 5;
export const measureMs = 1_000;

/** Something to measure: its name, and one call of it. */
export type Thing = readonly [name: string, one: () => Promise<void>];

export interface RoundOptions {
  readonly stopped: AbortSignal;
  /** Calls in flight; 16. */
  readonly atOnce?: number;
  /** How long each is measured in a round, in milliseconds. */
  readonly measureMs?: number;
  readonly rounds?: number;
}

/** A way to measure. */
export type Measure = (options: LoadOptions) => Promise<LoadResult>;
/** Something that is measured in a way of its own. */
export type Measurement = readonly [name: string, measure: Measure];

/** Calls each thing over and over in each round. */
export async function measureRounds(
  things: readonly Thing[],
  options: RoundOptions,
): Promise<readonly Row[]> {
  const measurements = things.map(([name, one]): Measurement => {
    return [name, (loadOptions) => load(one, loadOptions)];
  });
  return await measureInTurn(measurements, options);
}

/** Measures each in each round; a first round warms up and does not count. */
export async function measureInTurn(
  things: readonly Measurement[],
  options: RoundOptions,
): Promise<readonly Row[]> {
  const { stopped, atOnce = inFlight, measureMs: forMs = measureMs, rounds = roundCount } = options;
  const rows = things.map(([name]) => ({ name, rounds: [] as LoadResult[] }));
  for (let round = 0; round <= rounds; round++) {
    for (const [index, [, measure]] of things.entries()) {
      stopped.throwIfAborted();
      const result = await measure({ inFlight: atOnce, measureMs: forMs });
      if (round > 0) rows[index]?.rounds.push(result);
    }
    console.log(round === 0 ? "warm" : `round ${round} of ${rounds}`);
  }
  return rows;
}
