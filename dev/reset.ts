/** `deno task reset [--yes]`: removes what `deno task dev` keeps in .mall/. */
import { createLogger } from "../shared/log.ts";
import { endLeftovers } from "./leftovers.ts";
import { projectRoot } from "./project.ts";
import { SetupError } from "./setup_error.ts";
import { openState, stateDir } from "./state.ts";

export interface ResetOptions {
  /** Asks before anything is removed; answers whether to go on. */
  readonly confirm: (question: string) => boolean;
}

/**
 * Removes .mall of the project in `root`; answers whether it did. Links in it are removed, never
 * followed. Throws `SetupError` while the mall runs, or when .mall itself is a link.
 */
export async function reset(root: string, { confirm }: ResetOptions): Promise<boolean> {
  const dir = stateDir(root);
  const found = await Deno.lstat(dir).catch(() => undefined);
  if (!found) return false;
  if (!found.isDirectory) {
    throw new SetupError(`${dir} is not a directory of its own: look where it leads, remove it`);
  }
  using state = await openState(root);
  if (!confirm(`Remove ${dir} with all its data?`)) return false;
  const recorded = Object.values(state.earlier?.processes ?? {});
  await endLeftovers({ runDir: dir, recorded, log: createLogger({ format: "text" }) });
  await Deno.remove(dir, { recursive: true });
  return true;
}

function ask(question: string): boolean {
  if (Deno.args.includes("--yes")) return true;
  if (!Deno.stdin.isTerminal()) throw new SetupError("nobody to ask here: give --yes");
  return confirm(question);
}

async function main(): Promise<number> {
  const log = createLogger({ format: "text" });
  try {
    const removed = await reset(projectRoot(), { confirm: ask });
    log.info(removed ? "removed .mall: the next `deno task dev` starts afresh" : "nothing removed");
    return 0;
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    log.error(error.message);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
