/** The pinned buf, run by this very Deno: no Node and no installed buf is needed. */
import { delimiter, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { type Finished, runProgram } from "./run_program.ts";

/** Where the repository is on this machine, without a slash at the end. */
export const repositoryRoot = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Runs buf in `cwd` and gives what it said; its exit code is for the caller to judge.
 * The version is the one of deno.json, whatever `cwd` is.
 */
export async function runBuf(args: readonly string[], cwd: string): Promise<Finished> {
  const config = `${repositoryRoot}/deno.json`;
  const deno = Deno.execPath();
  // buf starts its plugin as plain `deno`, which is not on PATH when npx brought it.
  const path = `${dirname(deno)}${delimiter}${Deno.env.get("PATH") ?? ""}`;
  return await runProgram(deno, ["run", "-A", "--config", config, "@bufbuild/buf", ...args], {
    cwd,
    env: { PATH: path, NO_COLOR: "1" },
  });
}
