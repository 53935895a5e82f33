/** Folders of text files as values: read, compared and written as a whole. */
import { dirname, join } from "node:path";

/** Text by path; paths are relative to the folder and use "/". */
export type FileTree = ReadonlyMap<string, string>;

/** One file in which a folder is not what it should be. */
export interface FileDifference {
  readonly path: string;
  /** `missing` is not there, `stale` has other text, `extra` should not be there. */
  readonly kind: "missing" | "stale" | "extra";
}

/** Reads every file below a folder; a folder that is not there has none. */
export async function readTree(folder: string): Promise<FileTree> {
  const tree = new Map<string, string>();
  for (const path of await listTree(folder, "")) {
    tree.set(path, await Deno.readTextFile(join(folder, path)));
  }
  return tree;
}

async function listTree(folder: string, prefix: string): Promise<readonly string[]> {
  const paths: string[] = [];
  try {
    for await (const entry of Deno.readDir(join(folder, prefix))) {
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory) paths.push(...await listTree(folder, `${path}/`));
      else paths.push(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return paths;
}

/** What is wrong with `actual`, by path. */
export function compareTrees(wanted: FileTree, actual: FileTree): readonly FileDifference[] {
  const paths = [...new Set([...wanted.keys(), ...actual.keys()])].sort();
  return paths.flatMap((path) => {
    const kind = differenceOf(wanted.get(path), actual.get(path));
    return kind === undefined ? [] : [{ path, kind }];
  });
}

function differenceOf(wanted: string | undefined, actual: string | undefined) {
  if (wanted === actual) return undefined;
  if (actual === undefined) return "missing";
  return wanted === undefined ? "extra" : "stale";
}

/**
 * Makes the folder what it should be and leaves every file that is right alone, so that nothing
 * which watches it sees more than what changed. Killed halfway, the next run goes on.
 */
export async function mendTree(
  folder: string,
  wanted: FileTree,
  differences: readonly FileDifference[],
): Promise<void> {
  for (const { path } of differences) {
    const file = join(folder, path);
    const text = wanted.get(path);
    if (text === undefined) {
      await Deno.remove(file);
      continue;
    }
    await Deno.mkdir(dirname(file), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
}
