/** What the checks of the Dockerfile ask of the working tree. */
import { relative } from "node:path";

/** Never part of an image or of a commit. */
const skipped = ["node_modules", ".git", ".mall", "coverage"];

/** What programs load, all the way down. */
export interface ModuleGraph {
  /** Files of the repository, from its root. */
  readonly files: readonly string[];
  /** Packages without their versions. */
  readonly packages: readonly string[];
  /** What could not be loaded, a sentence each. */
  readonly problems: readonly string[];
}

/** Every file under `root`, from there. */
export async function listFiles(root: string, under = ""): Promise<readonly string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(`${root}/${under}`)) {
    const path = under + entry.name;
    if (entry.isFile) files.push(path);
    if (entry.isDirectory && !skipped.includes(entry.name)) {
      files.push(...await listFiles(root, `${path}/`));
    }
  }
  return files.sort();
}

/** Asks Deno what `entries` load. */
export async function moduleGraph(root: string, entries: readonly string[]): Promise<ModuleGraph> {
  const graphs = await Promise.all(entries.map((entry) => loadGraph(root, entry)));
  const modules = graphs.flat();
  const specifiers = new Set(modules.map((module) => module.specifier));
  const files = [...specifiers].filter((each) => each.startsWith("file:"))
    .map((each) => relative(root, decodeURIComponent(new URL(each).pathname)));
  const packages = [...specifiers].filter((each) => each.startsWith("npm:"))
    .map((each) => /^npm:\/?((?:@[^/]+\/)?[^/@]+)/.exec(each)?.[1] ?? each);
  const problems = modules.flatMap(({ error }) => error === undefined ? [] : [error]);
  return {
    files: [...new Set(files)].sort(),
    packages: [...new Set(packages)].sort(),
    problems: [...new Set(problems)].sort(),
  };
}

/** A module as `deno info --json` tells it. */
interface Module {
  readonly specifier: string;
  readonly error?: string;
}

async function loadGraph(root: string, entry: string): Promise<readonly Module[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: root,
    stderr: "null",
  }).output();
  const graph: { modules: readonly Module[] } = JSON.parse(new TextDecoder().decode(stdout));
  return graph.modules;
}
