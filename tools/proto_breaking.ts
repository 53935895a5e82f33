/**
 * Compares the protos with the last release and refuses what would break its clients:
 *
 *     deno run -A tools/proto_breaking.ts
 *
 * The base is the last release tag (`v*`); without one the parent commit, or the last commit while
 * the protos differ from it. Where there is no base to compare with, it says so and passes.
 */
import { repositoryRoot, runBuf } from "./buf.ts";
import { runGit } from "./git.ts";
import type { Finished } from "./run_program.ts";

/** What a commit must hold to be compared with. */
const comparedPaths = ["buf.yaml", "proto", ":(exclude)proto/gen"];

/** How the comparison went, and a sentence or buf's list for people. */
export interface Verdict {
  readonly passed: boolean;
  readonly text: string;
}

/** Compares the protos below `root` with their base. Throws if git or buf cannot do their work. */
export async function checkBreaking(root: string): Promise<Verdict> {
  const obstacle = await historyObstacle(root);
  if (obstacle !== undefined) return notCompared(obstacle);
  const base = await findBase(root);
  if (base === undefined) return notCompared(await whyNoBase(root));
  if (!await holdsProtos(root, base)) return notCompared(`${base} has no protos`);
  return await compareWith(root, base);
}

function notCompared(why: string): Verdict {
  return { passed: true, text: `protos not compared: ${why}` };
}

/** Why there is no history to read, such as in an unpacked archive; undefined if there is one. */
async function historyObstacle(root: string): Promise<string | undefined> {
  try {
    const { code, stderr } = await runGit(root, ["rev-parse", "--git-dir"]);
    if (code === 0) return undefined;
    if (stderr.includes("not a git repository")) return "this is not a git repository";
    throw new Error(`git rev-parse failed: ${stderr.trim()}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "git is not installed";
    throw error;
  }
}

/**
 * The release tag or commit to compare with; undefined if there is none.
 * A tagged commit is compared with the release before it, not with itself.
 */
async function findBase(root: string): Promise<string | undefined> {
  const start = await protosChanged(root) ? "HEAD" : "HEAD^";
  const found = await runGit(root, ["rev-parse", "--verify", "--quiet", `${start}^{commit}`]);
  if (found.code !== 0) return undefined;
  const tag = await runGit(root, ["describe", "--tags", "--abbrev=0", "--match=v[0-9]*", start]);
  return tag.code === 0 ? tag.stdout.trim() : start;
}

async function protosChanged(root: string): Promise<boolean> {
  const status = await mustGit(root, ["status", "--porcelain", "--", ...comparedPaths]);
  return status !== "";
}

async function whyNoBase(root: string): Promise<string> {
  const shallow = await mustGit(root, ["rev-parse", "--is-shallow-repository"]);
  if (shallow.trim() !== "true") return "there is no commit before this one";
  return "this is a shallow clone without the commit before; fetch more, with tags, to compare";
}

async function holdsProtos(root: string, base: string): Promise<boolean> {
  const paths = ["buf.yaml", "proto"];
  const list = await mustGit(root, ["ls-tree", "-r", "--name-only", base, "--", ...paths]);
  const files = list.split("\n");
  return files.includes("buf.yaml") && files.some((file) => file.endsWith(".proto"));
}

async function compareWith(root: string, base: string): Promise<Verdict> {
  const folder = await Deno.makeTempDir({ prefix: "proto_breaking_" });
  try {
    const archive = `${folder}/base.tar`;
    const archived = ["archive", "--format=tar", `--output=${archive}`, base, "--"];
    await mustGit(root, [...archived, ...comparedPaths]);
    return judge(await runBuf(["breaking", "--against", archive], root), base);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** buf ends with 100 when it found something, with another code when it could not look. */
function judge({ code, stdout, stderr }: Finished, base: string): Verdict {
  if (code === 0) return { passed: true, text: `protos are compatible with ${base}` };
  if (code !== 100) throw new Error(`buf breaking failed:\n${stdout}${stderr}`.trimEnd());
  return { passed: false, text: `protos break clients of ${base}:\n${stdout.trimEnd()}` };
}

async function mustGit(root: string, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await runGit(root, args);
  if (code !== 0) throw new Error(`git ${args[0]} failed: ${stderr.trim()}`);
  return stdout;
}

if (import.meta.main) {
  try {
    const { passed, text } = await checkBreaking(repositoryRoot);
    console.log(text);
    Deno.exitCode = passed ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exitCode = 1;
  }
}
