/** `deno task dev`: the whole mall on this machine. */
import { mallPlan } from "./mall.ts";
import { projectRoot } from "./project.ts";
import { runDev } from "./run.ts";

if (import.meta.main) {
  Deno.exit(await runDev(mallPlan({ root: projectRoot(), env: Deno.env.toObject() })));
}
