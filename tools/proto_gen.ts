/**
 * Generates proto/gen from the protos, or checks that it is current:
 *
 *     deno run -A tools/proto_gen.ts [--check]
 *
 * With `--check` nothing is written; it ends with 1 and names every file that is not current.
 */
import { repositoryRoot, runBuf } from "./buf.ts";
import {
  compareTrees,
  type FileDifference,
  type FileTree,
  mendTree,
  readTree,
} from "./file_tree.ts";

const generatedFolder = "proto/gen";

/**
 * What proto/gen should hold, made in a temporary folder: a proto that does not compile leaves the
 * generated code as it is. Throws with buf's own words if it fails.
 */
export async function generate(root: string): Promise<FileTree> {
  const folder = await Deno.makeTempDir({ prefix: "proto_gen_" });
  try {
    const { code, stdout, stderr } = await runBuf(["generate", "--output", folder], root);
    if (code !== 0) throw new Error(`buf generate failed:\n${stdout}${stderr}`.trimEnd());
    return await readTree(`${folder}/${generatedFolder}`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Brings proto/gen below `root` up to date and gives what had to change. */
export async function updateGenerated(root: string): Promise<readonly FileDifference[]> {
  const wanted = await generate(root);
  const folder = `${root}/${generatedFolder}`;
  const differences = compareTrees(wanted, await readTree(folder));
  await mendTree(folder, wanted, differences);
  return differences;
}

/** What is not current in proto/gen below `root`; writes nothing there. */
export async function checkGenerated(root: string): Promise<readonly FileDifference[]> {
  return compareTrees(await generate(root), await readTree(`${root}/${generatedFolder}`));
}

function describe(differences: readonly FileDifference[]): string {
  return differences.map(({ path, kind }) => `  ${kind}: ${generatedFolder}/${path}`).join("\n");
}

async function main(args: readonly string[]): Promise<number> {
  const [mode, ...rest] = args;
  if (rest.length > 0 || (mode !== undefined && mode !== "--check")) {
    console.error("usage: deno run -A tools/proto_gen.ts [--check]");
    return 2;
  }
  if (mode === undefined) {
    const written = await updateGenerated(repositoryRoot);
    console.log(`proto/gen is current, ${written.length} files changed`);
    return 0;
  }
  const stale = await checkGenerated(repositoryRoot);
  if (stale.length === 0) return 0;
  console.error(`proto/gen is not current:\n${describe(stale)}\nrun: deno task gen`);
  return 1;
}

if (import.meta.main) {
  try {
    Deno.exitCode = await main(Deno.args);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    Deno.exitCode = 1;
  }
}
