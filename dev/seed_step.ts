/** Loading the demo data, once, with something to look at meanwhile. */
import type { Logger } from "../shared/log.ts";
import type { DemoDatabases } from "./demo/seed.ts";
import { createProgress } from "./progress.ts";
import type { Screen } from "./screen.ts";

export interface SeedOptions extends DemoDatabases {
  readonly log: Logger;
  /** How far it is: `done` of `total` things called `what`. Never called when nothing is to do. */
  readonly progress: (done: number, total: number, what: string) => void;
}

/** Loads what is missing; finds out quickly, and does nothing, when all is there. */
export type SeedDemo = (options: SeedOptions) => Promise<unknown>;

/** Runs `seedDemo` of dev/demo/seed.ts. Throws what it throws. */
export async function loadDemo(
  { user, product, order, cart, pay, log }: Omit<SeedOptions, "progress">,
  screen: Screen,
): Promise<void> {
  const module: { seedDemo: SeedDemo } = await import(
    new URL("./demo/seed.ts", import.meta.url).href
  );
  const progress = await createProgress(screen);
  try {
    await module.seedDemo({ user, product, order, cart, pay, log, progress: progress.report });
  } finally {
    progress.finish();
  }
}
