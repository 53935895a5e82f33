/** `deno task seed`: loads the demo data into the mall that `deno task dev` runs. */
import { createLogger } from "../shared/log.ts";
import { projectRoot } from "./project.ts";
import { createScreen } from "./screen.ts";
import { loadDemo } from "./seed_step.ts";
import { readRun } from "./state.ts";

async function main(): Promise<number> {
  const isTerminal = Deno.stdout.isTerminal();
  const screen = createScreen({ isTerminal, colour: isTerminal && !Deno.noColor });
  const databases = readRun(projectRoot())?.databases ?? {};
  const { user, product, order, cart, pay } = databases;
  if (!user || !product || !order || !cart || !pay) {
    screen.say("no running mall here: start it first with `deno task dev`");
    return 1;
  }
  const log = createLogger({ format: "text", write: (line) => screen.line("seed", line) });
  try {
    await loadDemo({ user, product, order, cart, pay, log }, screen);
    screen.say("the demo data is there");
    return 0;
  } catch (error) {
    log.error("the demo data could not be loaded", { error });
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
