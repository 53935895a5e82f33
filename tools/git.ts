/** git, as a program that reads and writes one repository and no other. */
import { type Finished, runProgram } from "./run_program.ts";

/** What git may see of the environment: not `GIT_DIR` and its like, which a hook sets. */
const passedVariables = ["PATH", "HOME", "TMPDIR"];

/**
 * Runs git in the repository at `root` and gives what it said, in English; its exit code is for
 * the caller to judge. Throws `Deno.errors.NotFound` if git is not installed.
 */
export async function runGit(root: string, args: readonly string[]): Promise<Finished> {
  const passed = passedVariables.map((name) => [name, Deno.env.get(name) ?? ""]);
  const env = Object.fromEntries(passed.filter(([, value]) => value !== ""));
  // CI often checks out as another user, which git refuses to read unless told.
  return await runProgram("git", ["-c", `safe.directory=${root}`, ...args], {
    cwd: root,
    env: { ...env, LC_ALL: "C" },
    clearEnv: true,
  });
}
