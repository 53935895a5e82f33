/** Measuring several things in turn, round by round. */
import { load, type LoadResult } from "./load.ts";
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
}

/** Measures each thing in each round; a first round warms up and does not count. */
export async function measureRounds(
  things: readonly Thing[],
  { stopped, atOnce = inFlight, measureMs: forMs = measureMs }: RoundOptions,
): Promise<readonly Row[]> {
  const rows = things.map(([name]) => ({ name, rounds: [] as LoadResult[] }));
  for (let round = 0; round <= roundCount; round++) {
    for (const [index, [, one]] of things.entries()) {
      stopped.throwIfAborted();
      const result = await load(one, { inFlight: atOnce, measureMs: forMs });
      if (round > 0) rows[index]?.rounds.push(result);
    }
    console.log(round === 0 ? "warm" : `round ${round} of ${roundCount}`);
  }
  return rows;
}
